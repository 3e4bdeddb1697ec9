"""Options that leave somebody out: who finds none picks a wrong one, or leaves."""

import re

from ....errors import N_
from ..asking import Asking, Finding, Rule
from ..ranges import gaps, ranges

CATCH_ALL = re.compile(
    "其他|其它|以上(?:都|均|皆)|都(?:没有|不)|没有|^无$|^无[（(]|不适用|不知道|不清楚|不确定|说不清|不记得|从未|未曾|other|none|\\belse\\b|not applicable|n/?a$|don['’]t know|not sure|unsure|never",
    re.IGNORECASE,
)
OPEN_WORLD = re.compile(
    "渠道|原因|途径|方式|为什么|因素|职业|行业|用途|目的|场景|平台|什么|哪些|哪个|哪种|哪类|哪一|从哪|\\b(?:which|what|why|how did you|where)\\b",
    re.IGNORECASE,
)
OPEN_ENDED = re.compile("原因|渠道|途径|职业|行业|因素|为什么|\\bwhy\\b", re.IGNORECASE)
"""Nobody can list all of these."""
CHOSEN = re.compile(
    "更|下列|以下|这[些两几]|两[个种款]|几级|程度|时段|时间段|星期|季节|多大|哪[一]?[年月天周]|颜色|尺码|性别|prefer|following|day of the week|gender|extent",
    re.IGNORECASE,
)
SCALE = re.compile(
    "满意|同意|可能|重要|容易|困难|好|差|一般|经常|偶尔|总是|很少|每[天周月季年]|次|分|期望|^是$|^否$|^有$|^会$|^不会$|清楚|了解|[高中低]|多|少|大|小|快|慢|贵|便宜|周[一二三四五六日末]|星期|男|女|上午|下午|早|晚|\\d"
    "|satisf|agree|likely|important|easy|difficult|good|poor|fair|excellent|often|always|never|sometimes|daily|weekly|monthly|every|^yes|^no\\b|high|low|medium|male|much|little|clear|expect|am\\b|pm\\b",
    re.IGNORECASE,
)
DEGREES = ("小学", "初中", "高中", "中专", "大专", "本科", "硕士", "博士")
DEGREE = re.compile("学历|文化程度|受教育")
MOST_YEARS = re.compile("岁|years? old|age", re.IGNORECASE)


class NonExhaustiveOptions(Rule):
    name = "non_exhaustive_options"
    order = 120

    def look(self, asking: Asking) -> Finding | None:
        if len(asking.options) < 2 or any(CATCH_ALL.search(option) for option in asking.options):
            return None
        return self._ranges(asking) or self._degrees(asking) or self._others(asking)

    def _ranges(self, asking: Asking) -> Finding | None:
        found = ranges(asking.options)
        if not found:
            return None
        if missing := gaps(found):
            first, second = missing[0]
            closed = tuple(
                second.written((first.high or 0) + first.step) if words.strip() == second.words else words
                for words in asking.options
            )
            return Finding(
                N_("Nothing between “%(first)s” and “%(second)s” can be chosen."),
                {"first": first.words, "second": second.words}, options=closed if closed != asking.options else (),
            )  # fmt: skip
        if len(found) < len(asking.options):
            return None  # the one that is no range may be either end
        options, low, high = list(asking.options), found[0], found[-1]
        is_rising = options[0].strip() == low.words
        if high.high is not None and high.high > (high.low or 0):
            options.insert(len(options) if is_rising else 0, self._open(high.words, high.high, asking, is_above=True))
        if low.low is not None and low.low > low.step and high.high != low.low:
            options.insert(0 if is_rising else len(options), self._open(low.words, low.low, asking, is_above=False))
        if len(options) == len(asking.options):
            return None
        return Finding(
            N_("The ranges do not reach to both ends: who is below or above them finds no answer."),
            options=tuple(options),
        )

    def _open(self, words: str, bound: float, asking: Asking, *, is_above: bool) -> str:
        unit = re.sub(r"^.*\d", "", words).strip()
        scale = 1e4 if "万" in words else 1.0
        number = f"{bound / scale:g}"
        if asking.is_chinese:
            return f"{number}{unit}{'以上' if is_above else '以下'}"
        return f"{'Over' if is_above else 'Under'} {number} {unit}".strip()

    def _degrees(self, asking: Asking) -> Finding | None:
        """Schooling begins with the lowest and ends with the highest, or says “and below”, “and above”."""
        named = [degree for degree in DEGREES if any(degree in option for option in asking.options)]
        if not DEGREE.search(asking.plain) or len(named) < 2:
            return None
        options = list(asking.options)
        if not any("以下" in option for option in options) and named[0] not in DEGREES[:2]:
            options.insert(0, f"{named[0]}以下")
        if (
            not any("以上" in option for option in options)
            and named[-1] != DEGREES[-1]
            and "研究生" not in "".join(options)
        ):
            options.append(f"{named[-1]}以上")
        if len(options) == len(asking.options):
            return None
        return Finding(
            N_("The options do not reach to both ends: who is below or above them finds no answer."),
            options=tuple(options),
        )

    def _others(self, asking: Asking) -> Finding | None:
        if not OPEN_WORLD.search(asking.plain) or CHOSEN.search(asking.plain) or len(asking.options) < 3:
            return None
        is_open = OPEN_ENDED.search(asking.plain)
        if not is_open and sum(bool(SCALE.search(option)) for option in asking.options) * 2 > len(asking.options):
            return None
        return Finding(
            N_("Who has another answer finds none here. Add an option for it."),
            options=(*asking.options, "其他（请注明）" if asking.is_chinese else "Something else (please say)"),
        )
