"""Often, recently: everybody means something else by them."""

import re

from ....errors import N_
from ..asking import Asking, Finding, Rule, stem

OFTEN = {
    "zh": re.compile(
        "(?<!多)(?:经常|常常|时常|偶尔|有时候?|很少|频繁)(?=[^，。]*(?:吗|？|[?]|$))(?![的用使])|(?:是否|是不是|您|你)(?:会)?(?:经常|常常|时常|定期|频繁)"
    ),
    "en": re.compile(
        r"\b(?:do|did|have|are|is) (?:you|your \w+) (?:\w+ )?(?:often|frequently|regularly|sometimes|occasionally|rarely|seldom)\b",
        re.IGNORECASE,
    ),
}
LATELY = {
    "zh": re.compile(
        "(?<![离距])(?:最近(?!的[^，。]{0,6}(?:门店|店|分店|网点|地铁|商场|超市|地方|银行))|近来|近期|前段时间|不久前|这段时间)(?!一?[次回单笔年月周天]|[0-9０-９一二两三四五六七八九十半几这]|上次)"
    ),
    "en": re.compile(r"\b(?:recently|lately|in recent (?:times|days|weeks|months))\b", re.IGNORECASE),
}


class Vague(Rule):
    name = "vague"
    order = 50

    def look(self, asking: Asking) -> Finding | None:
        if often := asking.found(OFTEN):
            return Finding(
                N_("“%(words)s” means something else to everybody. Ask how many times in a stated period."),
                {"words": often[0]}, stems=_counted(asking, re.sub("^(?:您|你)", "", often[0])),
            )  # fmt: skip
        if lately := asking.found(LATELY):
            instead = "最近三个月" if asking.is_chinese else "in the last three months"
            made = stem(asking.text.replace(lately[0], instead, 1), asking.language)
            return Finding(
                N_("“%(words)s” is a day to one and a year to another. Name the period."),
                {"words": lately[0]}, stems=(made,),
            )  # fmt: skip
        return None


def _counted(asking: Asking, words: str) -> tuple[str, ...]:
    if asking.is_chinese:
        rest = re.sub("(?:是否|是不是)|吗", "", asking.text.replace(words, "", 1)).strip("？?。 ")
        return (stem(f"最近三个月，{rest}多少次", "zh"),)
    rest = re.sub(
        r"\b(?:do|did|have|are|is)\s+(you|your \w+)\s+(?:\w+ly|often|sometimes|seldom)\s*",
        r"\1 ",
        asking.text,
        count=1,
        flags=re.IGNORECASE,
    )
    return (stem(f"In the last three months, how many times did {rest.strip('?. ')}", "en"),)
