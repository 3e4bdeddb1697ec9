"""Options that are ranges of numbers: where each begins and ends, and how it is written with other numbers."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
NUMBER = r"(\d[\d,]*(?:\.\d+)?)\s*(万|千|k|K)?"
UNIT = r"([^\d\-–—~～至到]*)"
BETWEEN = re.compile(rf"^(\D{{0,6}}?){NUMBER}{UNIT}?\s*(?:-|–|—|~|～|至|到|\bto\b)\s*(?:[¥￥$€£]\s*)?{NUMBER}(.*)$")
SINGLE = re.compile(rf"^(\D*?){NUMBER}(\D*)$")
BELOW = re.compile(
    "以下|以内|之内|内$|不到|不足|少于|低于|小于|未满|没到|under|less|below|fewer|up to|or younger|<|≤", re.IGNORECASE
)
ABOVE = re.compile(
    "以上|超过|多于|高于|大于|或更|及更|更多|更久|及以后|over|more|above|older|at least|\\+|>|≥", re.IGNORECASE
)
RATE = re.compile(r"每|\b(?:a|per|every|each) (?:day|week|month|quarter|year)\b", re.IGNORECASE)
"""So many a week and so many a month are counted in different measures."""
WITH = re.compile(
    "及以|含|或以|或更|及更|不少于|至少|or (?:more|over|above|older|less|under|younger|fewer)|at least|up to|\\+|≥|≤",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Range:
    """`low` and `high` are None where it is open; `has_low`, `has_high` say that the bound belongs to it."""

    words: str
    low: float | None
    high: float | None
    has_low: bool = True
    has_high: bool = True
    step: float = 1.0

    def written(self, low: float | None = None) -> str:
        """The words with another lower number."""
        match = BETWEEN.match(self.words) or SINGLE.match(self.words)
        if low is None or match is None:
            return self.words
        scale = _scale(match[3])
        shown = low / scale
        number = f"{shown:g}"
        return f"{self.words[: match.start(2)]}{number}{self.words[match.end(2) :]}"


def ranges(options: tuple[str, ...]) -> list[Range]:
    """The options as ranges, smallest first; nothing where fewer than two of them are ranges between numbers."""
    if any(RATE.search(option) for option in options):
        return []
    found = [made for made in map(_read, options) if made]
    between = [one for one in found if one.low is not None and one.high is not None and one.low != one.high]
    if len(between) < 2 or len(found) < len(options) - 2:
        return []
    step = min((_step(one.words) for one in between), default=1.0)
    return sorted((replace(one, step=step) for one in found), key=lambda one: (_start(one), _end(one)))


def _start(one: Range) -> float:
    return float("-inf") if one.low is None else one.low


def _end(one: Range) -> float:
    return float("inf") if one.high is None else one.high


def overlaps(found: list[Range]) -> list[tuple[Range, Range]]:
    """Neighbours that both hold a number."""
    pairs = []
    for first, second in pairwise(found):
        if first.high is None or second.low is None:
            continue
        meets = first.high == second.low and first.has_high and second.has_low
        if meets or first.high > second.low:
            pairs.append((first, second))
    return pairs


def gaps(found: list[Range]) -> list[tuple[Range, Range]]:
    """Neighbours between which a number is missing."""
    pairs = []
    for first, second in pairwise(found):
        if first.high is None or second.low is None:
            continue
        room = second.low - first.high
        is_open = room == 0 and not first.has_high and not second.has_low
        if room > first.step * 1.0001 or is_open:
            pairs.append((first, second))
    return pairs


def _read(words: str) -> Range | None:
    plain = _digits(words.strip())
    if between := BETWEEN.match(plain):
        unit = between[3] or between[6] or ""
        low, high = _value(between[2], between[3] or (between[6] if between[6] else "")), _value(between[5], between[6])
        if "万" in unit and "万" not in (between[3] or ""):
            low = _value(between[2], "万")
        return Range(words.strip(), low, high) if low <= high else None
    single = SINGLE.match(plain)
    if single is None:
        return None
    value, around = _value(single[2], single[3]), f"{single[1]} {single[4]}"
    if BELOW.search(around):
        return Range(words.strip(), None, value, has_high=bool(WITH.search(around)))
    if ABOVE.search(around):
        return Range(words.strip(), value, None, has_low=bool(WITH.search(around)))
    return Range(words.strip(), value, value)


def _digits(words: str) -> str:
    """Chinese numbers up to ten as digits, where they are followed by what is counted."""
    return re.sub(
        "(?<![一二三四五六七八九十])([零一二两三四五六七八九十])(?=[次天年个周月岁元人件小至到-])",
        lambda m: str(DIGITS[m[1]]),
        words,
    )


def _scale(unit: str | None) -> float:
    return {"万": 1e4, "千": 1e3, "k": 1e3, "K": 1e3}.get(unit or "", 1.0)


def _value(digits: str, unit: str | None) -> float:
    return float(digits.replace(",", "")) * _scale(unit)


def _step(words: str) -> float:
    """The smallest step that the numbers are written in: 1, 0.1, or 1 of ten thousand."""
    digits = re.findall(r"\d+(?:\.(\d+))?", words)
    decimals = max((len(part) for part in digits), default=0)
    scale = 1e4 if "万" in words else 1.0
    return scale * float(10**-decimals)
