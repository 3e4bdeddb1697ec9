"""Words that allow no exception: hardly anything is always or never so, and the honest answer is then no."""

import re

from ....errors import N_
from ..asking import Asking, Finding, Rule, stem

FOUND = {
    "zh": re.compile(
        "总是|总(?=[能会可])|老是|从来(?:没有?|不|都)?|从不|从未|从没|永远|始终|绝对|毫无|百分之百|百分百|100%|无时无刻|时时刻刻|无一例外|唯一"
        "|一直(?!以来)(?=[^，。]*(?:都|吗|是否|？))|每次[^，。]*(?:都|均|吗)|每[一]?[个位天件][^，。]*(?:都|均)"
        "|所有(?!其他)[^，。]{0,12}(?:都|均|全)|(?:满足|解决|符合|覆盖|包含|支持|了解|熟悉|信任)(?:了)?(?:您|你)?(?:的)?(?:所有|全部|一切|任何)"
        "|完全(?:满足|满意|信任|相信|认可|符合|没有问题|了解|理解|依赖)|任何(?:问题|情况|时候|地方)[^，。]{0,10}(?:都|均)|全都|无论[^，。]*都"
    ),
    "en": re.compile(
        r"\balways\b|\bnever\b|\bevery (?:single )?time\b|\bnobody\b|\bno one\b|\babsolutely\b|\bcompletely\b|\btotally\b|\bentirely\b|\b100 ?%|\ball (?:of )?your\b|\bwithout exception\b|\bevery (?:single|one of)\b",
        re.IGNORECASE,
    ),
}
ANCHORS = re.compile(
    "[^，。；]*(?:表示|代表|即|=|为)[^，。；]*(?:完全|绝对|总是|从不)[^，。；]*[，。；]?|总的来说|总体(?:而言|来说|上)?|一直以来"
)
EN_ANCHORS = re.compile(
    r"\b(?:means?|being|is|=|to)\s+[“\"']?(?:not at all|never|always|completely|absolutely|totally|entirely)[^,.;]*",
    re.IGNORECASE,
)
PLAINER = (
    ("从来(?:没有?|不)|从不|从未|从没", "是否"), ("(?:是否)?每次(.*?)都", r"通常\1"), ("总是|总(?=[能会可])|老是|始终|绝对|永远|无时无刻|时时刻刻|百分之百|百分百|100%|唯一|毫无|一直", ""),
    ("所有|全部|一切|任何", "大部分"), ("完全|全都|都", ""), ("每次|每一?[个位天件]", "通常"),
)  # fmt: skip


class Absolute(Rule):
    name = "absolute"
    order = 30

    def look(self, asking: Asking) -> Finding | None:
        plain = (ANCHORS if asking.is_chinese else EN_ANCHORS).sub("", asking.plain)
        match = FOUND[asking.language].search(plain)
        if match is None:
            return None
        words = match[0] if len(match[0]) <= 12 else f"{match[0][:12]}…"
        return Finding(
            N_("“%(words)s” allows no exception, so that hardly anybody can agree. Ask how often or how far."),
            {"words": words}, stems=self._plainer(asking),
        )  # fmt: skip

    def _plainer(self, asking: Asking) -> tuple[str, ...]:
        text = asking.text
        if asking.is_chinese:
            for pattern, instead in PLAINER:
                text = re.sub(pattern, instead, text)
            text = re.sub("[，,]?(?:对吗|对吧|是吗|是吧)", "", text)
            text = (
                re.sub("是否(没有)?(.*)吗", r"是否\2", text).replace("是否是否", "是否").replace("是否通常", "通常是否")
            )
        else:
            text = re.sub(r"\balways\b|\bevery (?:single )?time\b", "usually", text, flags=re.IGNORECASE)
            text = re.sub(r"\bnever\b", "ever", text, flags=re.IGNORECASE)
            text = re.sub(r"\ball (?:of )?your\b", "your", text, flags=re.IGNORECASE)
            text = re.sub(r"\b(?:absolutely|completely|totally|entirely|100 ?%)\s*", "", text, flags=re.IGNORECASE)
        made = stem(text, asking.language)
        return (made,) if made and made != asking.text else ()
