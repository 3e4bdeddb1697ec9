"""Words that need eyes or colours: a screen reader and a colour-blind person cannot follow them."""

import re

from ....errors import N_
from ..asking import Asking, Finding, Rule, stem

SEEN = {
    "zh": re.compile(
        "(?:见|看|观察|点击|参照|如)(?:上|下|左|右)(?:图|方|侧|边)|(?:红|绿|黄|蓝|橙)色(?:的)?(?:按钮|选项|部分|文字|区域|字)"
    ),
    "en": re.compile(
        r"\b(?:see|look at|click|as in) the (?:picture|image|figure)?\s*(?:above|below|on the (?:left|right))\b|\b(?:red|green|yellow|blue|orange) (?:button|option|text|area|box)\b",
        re.IGNORECASE,
    ),
}
PICTOGRAPH = re.compile("^[\\W_]+$")


class NotAccessible(Rule):
    name = "not_accessible"
    order = 150

    def look(self, asking: Asking) -> Finding | None:
        if match := asking.found(SEEN):
            made = stem(asking.text.replace(match[0], "", 1).strip("，, "), asking.language)
            return Finding(
                N_("“%(words)s” cannot be followed by who does not see it. Say it in words."),
                {"words": match[0]}, stems=(made,) if made else (),
            )  # fmt: skip
        signs = [option for option in asking.options if PICTOGRAPH.match(option)]
        if not signs:
            return None
        return Finding(
            N_("“%(words)s” is read out as nothing, or differently everywhere. Add words."), {"words": " ".join(signs)}
        )
