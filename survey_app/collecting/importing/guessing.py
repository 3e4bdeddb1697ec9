"""What the columns of a file probably are, from their names and first values: a proposal that a person confirms."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from ...forms.types import TYPES, QuestionType
from ...store.questionnaires import Asked
from ...store.tabular import Table
from .makers import maker_of, means
from .mapping import NOT_ANSWERED, SPECIALS, Mapping, targets
from .rows import parse_moment

SAMPLE = 200
MAX_CHOICES = 200
NAMES = {
    "@at": r"date|time|submitted|created|日期|时间|提交",
    "@reference": r"customer.?(id|no|number)|^reference$|client.?id|客户编号|客户号|会员号",
    "@segment": r"segment|客群|分群|人群",
    "@tier": r"\btier\b|level|等级|分级|会员级别",
    "@channel": r"channel|渠道|来源",
    "@language": r"^lang|language|语言|语种",
}
_UTC = ZoneInfo("UTC")

MOSTLY = 0.95
"""The share of a column's values that must fit a kind."""


def guess_mapping(asked: Asked, table: Table) -> Mapping:
    """A proposal: columns named like a question (key or text), then special columns by their names and values."""
    free = {target: question for question in asked.questions.values() for target in targets(question)}
    sample, maker = table.head(SAMPLE), maker_of(table.headers)
    found: Mapping = {}
    for position, header in _codes_first(table.headers):
        values = _values(sample, position)
        known = maker.target(header) if maker else None
        if known is not None:
            found |= {header: known} if known else {}
            continue
        named = means if maker else _names
        target = next((name for name, question in free.items() if named(header, name, question)), None)
        if target is None:
            target = next(
                (name for name in NAMES if name not in found.values() and _is_special(name, header, values)), None
            )
        if target is not None:
            found[header] = target
            free.pop(target, None)
    return found


def _codes_first(headers: Sequence[str]) -> list[tuple[int, str]]:
    """The columns with their places; of two that say the same, the one with codes is taken."""
    return sorted(enumerate(headers), key=lambda pair: not re.search(r"\bcode\b|代码", pair[1].casefold()))


def _names(header: str, target: str, question: QuestionType) -> bool:
    """Whether a header names a question: by its key, or by its words in one of the languages."""
    wanted = header.strip().casefold()
    texts = {words.strip().casefold() for words in question.item.text.values() if words}
    return wanted == target.casefold() or (target == question.item.key and wanted in texts)


def _is_special(name: str, header: str, values: Sequence[str]) -> bool:
    if not re.search(NAMES[name], header.strip().casefold()):
        return False
    return name != "@at" or (bool(values) and all(parse_moment(value, _UTC) for value in values[:20]))


def _values(sample: Sequence[Sequence[str]], position: int) -> list[str]:
    return [row[position] for row in sample if row[position].casefold() not in NOT_ANSWERED]


# -- a survey from a file --------------------------------------------------------------------------------------
def guess_kinds(table: Table) -> Mapping:
    """What each column probably is: the name of a question type (0–10 as NPS, 1–5 as CSAT, words as text, …), or
    something special; empty columns are left out."""
    sample, maker = table.head(SAMPLE * 10), maker_of(table.headers)
    found: Mapping = {}
    for position, header in _codes_first(table.headers):
        known = maker.target(header) if maker else None
        if known is not None:
            found |= {header: known} if known else {}
            continue
        values = _values(sample, position)
        free = (name for name in NAMES if name not in found.values() and _is_special(name, header, values))
        kind = next(free, None) or _kind(header, values)
        if kind:
            found[header] = kind
    return found


def definition_for(table: Table, title: str, kinds: Mapping) -> tuple[dict[str, Any], Mapping]:
    """A questionnaire for columns of these kinds, and the mapping of the file into it."""
    sample, keys = table.head(SAMPLE * 10), set[str]()
    items: list[dict[str, Any]] = []
    mapping: Mapping = {}
    for position, header in enumerate(table.headers):
        kind = kinds.get(header, "")
        if kind in SPECIALS:
            mapping[header] = kind
        elif kind in TYPES:
            key = _key(header, position, keys)
            text = dict.fromkeys(("zh", "en"), header)
            options = _options(TYPES[kind], _values(sample, position), partial(_distinct, table, position))
            items.append({"key": key, "type": kind, "text": text, "options": options})
            mapping[header] = key
    definition = {"title": dict.fromkeys(("zh", "en"), title), "languages": ["zh", "en"], "pages": [{"items": items}]}
    return definition, mapping


def _distinct(table: Table, position: int) -> list[str]:
    """All different values of a column, in the whole file: a list must offer what comes late, too."""
    found: set[str] = set()
    for cells in table.rows:
        if len(found) <= MAX_CHOICES and cells[position].casefold() not in NOT_ANSWERED:
            found.add(cells[position])
    return sorted(found)


def _options(kind: type[QuestionType], values: Sequence[str], distinct: Callable[[], list[str]]) -> dict[str, Any]:
    """Options with which a type takes the values of a column, by the options that the type has."""
    fields = kind.Options.model_fields
    if "choices" in fields:
        choices = [
            {"code": f"c{place}", "text": dict.fromkeys(("zh", "en"), name)} for place, name in enumerate(distinct(), 1)
        ]
        return {"choices": choices}
    if "max_length" in fields:
        return {"max_length": 10_000}
    if "decimals" in fields:
        return {
            "decimals": 0 if all(number.is_integer() for number in map(_number, values) if number is not None) else 6
        }
    return {}


def _kind(header: str, values: Sequence[str]) -> str:
    """The question type that fits the values of a column; none for an empty one."""
    if not values:
        return ""
    numbers = [number for number in map(_number, values) if number is not None]
    if len(numbers) >= MOSTLY * len(values):
        return _numeric_kind(header, numbers)
    if all(parse_moment(value, _UTC) for value in values):
        return "date"
    distinct = set(values)
    if len(distinct) == 1 and len(values) > 1:
        return ""  # The same in every row: nothing that anybody answered.
    is_list = len(distinct) <= 12 and max(map(len, distinct)) <= 40 and len(values) >= 3 * len(distinct)
    return "single" if is_list else "long_text"


def _numeric_kind(header: str, numbers: Sequence[float]) -> str:
    """The kind that nearly all numbers fit: a few slips are refused with their rows, not made the rule."""
    ordered = sorted(numbers)
    slips = int(len(ordered) * (1 - MOSTLY))
    is_whole = sum(number.is_integer() for number in ordered) >= MOSTLY * len(ordered)
    low, high = ordered[slips // 2], ordered[len(ordered) - 1 - slips // 2]
    if is_whole and low >= 0 and high <= 10 and (high > 5 or low == 0):
        return "nps"
    if re.search(r"nps|推荐", header.casefold()) and sum(one in range(11) for one in numbers) > len(numbers) / 2:
        return "nps"  # It says so itself; what lies outside the scale is refused with its rows.
    return "csat" if is_whole and low >= 1 and high <= 5 else "number"


def _number(text: str) -> float | None:
    try:
        return float(text) if re.match(r"^-?\d{1,12}(\.\d{1,6})?$", text, re.ASCII) else None
    except ValueError:
        return None


def _key(header: str, position: int, taken: set[str]) -> str:
    """A key from the header where it has Latin letters, else from its position."""
    stem = re.sub(r"[^a-z0-9]+", "_", header.lower()).strip("_")[:30]
    key = stem if re.match(r"^[a-z]", stem) else f"column_{position + 1}"
    while key in taken:
        key = f"{key[:34]}_{position + 1}"
    taken.add(key)
    return key
