"""What can be answered to a question, as far as conditions and texts can tell the answers apart: a few examples.

Answers that no condition of the questionnaire tells apart are one class, of which one example is kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

from ..logic import Expression, Reference, Values
from ..logic.expression import Answered, Compared, Constant, Items
from ..logic.values import ATTRIBUTES
from ..types import AnswerError, QuestionType, Stored

MOST_SUBSETS, MOST_CODES, MOST_NAMED, MOST_STEPS = 64, 60, 7, 21
ELSE = "—"
"""A text that no condition names."""


@dataclass(slots=True)
class Asked:
    """What the conditions of a questionnaire ask about one item or attribute. `constants` are what it is compared with,
    `parts` its rows and options that are named, `atoms` the comparisons themselves."""

    constants: set[Any] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    atoms: list[Expression] = field(default_factory=list)
    is_apart: bool = False
    """Whether it is compared with another answer, so that each of its values counts."""


def name_of(reference: Reference) -> str:
    """Items by their key, attributes each by itself."""
    return f"{ATTRIBUTES}.{reference.part}" if reference.is_attribute else reference.name


def atoms(node: Expression) -> Iterator[Expression]:
    """The comparisons that a condition is made of."""
    if isinstance(node, Compared | Answered):
        yield node
    for part in (*getattr(node, "parts", ()), getattr(node, "inner", None)):
        if isinstance(part, Expression):
            yield from atoms(part)


def questions_of(conditions: Iterable[Expression]) -> dict[str, Asked]:
    """What all conditions ask, by the name of the item or attribute."""
    found: dict[str, Asked] = {}
    for condition in conditions:
        for atom in atoms(condition):
            references = list(atom.references())
            for reference in references:
                asked = found.setdefault(name_of(reference), Asked())
                asked.atoms.append(atom)
                asked.constants |= set(_constants(atom))
                asked.is_apart = asked.is_apart or len({name_of(one) for one in references}) > 1
                if reference.part and not reference.is_attribute:
                    asked.parts.add(reference.part)
    return found


def _constants(atom: Expression) -> Iterator[Any]:
    for side in (getattr(atom, "left", None), getattr(atom, "right", None)):
        if isinstance(side, Constant):
            yield side.value
        elif isinstance(side, Items):
            yield from side.values


def classes(kind: QuestionType, asked: Asked) -> list[Stored]:
    """One example of each class of answers that the conditions tell apart; None stands for a skipped question."""
    taken = [one for one in _examples(kind, asked) if _is_taken(kind, one)] or [ELSE]
    if not kind.item.is_required:
        taken.append(None)
    return _apart(kind.item.key, taken, asked)


def is_exact(kind: QuestionType | None, asked: Asked) -> bool:
    """Whether the classes stand for all answers; words, and rows of tables, are tried by examples only."""
    if asked.is_apart:
        return False
    specs = kind.columns() if kind else ()
    if kind is None or (len(specs) == 1 and kind.compared != "text"):
        return True
    is_set = getattr(kind, "is_multiple", False) and not kind.rows_to_rate
    return is_set and len(asked.parts | asked.constants) <= MOST_NAMED


def attribute_classes(name: str, asked: Asked) -> list[Any]:
    """The same for an attribute, which can also be unknown."""
    constants = sorted(asked.constants, key=str)
    numbers = [step for value in constants if _is_number(value) for step in (value - 1, value, value + 1)]
    part = name.partition(".")[2]
    values = [*(value for value in constants if isinstance(value, str)), *numbers, ELSE, None]
    kept: dict[Any, Any] = {}
    for value in values:
        known = Values({}, {part: value})
        sign = (value,) if asked.is_apart else tuple(atom.evaluate(known) for atom in asked.atoms)
        kept.setdefault(sign, value)
    return list(kept.values())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_taken(kind: QuestionType, stored: Stored) -> bool:
    try:
        return bool(kind.check(stored) == stored)
    except AnswerError:
        return False


def _apart(key: str, examples: list[Stored], asked: Asked) -> list[Stored]:
    kept: dict[Any, Stored] = {}
    for example in examples:
        known = Values({key: example})
        sign: Any = (str(example),) if asked.is_apart else tuple(_told(atom, key, known) for atom in asked.atoms)
        kept.setdefault((example is None, sign), example)
    return list(kept.values())


def _told(atom: Expression, key: str, known: Values) -> Any:
    return atom.evaluate(known) if all(reference.name == key for reference in atom.references()) else None


def _examples(kind: QuestionType, asked: Asked) -> Iterator[Stored]:
    """Stored answers, by the shape of the columns and not by the type."""
    key, specs = kind.item.key, kind.columns()
    parts = [spec.key.removeprefix(f"{key}.") for spec in specs if spec.key != key]
    if parts:
        yield from _of_parts(kind, parts, asked)
    elif specs and specs[0].codes:
        named = [code for code in specs[0].codes if code in asked.constants or code in map(str, asked.constants)]
        others = [code for code in specs[0].codes if code not in named]
        yield from (*others[:1], *named[:MOST_CODES]) if not asked.is_apart else specs[0].codes
    elif specs and kind.compared == "day":
        limits = {getattr(kind, name, "") for name in ("minimum", "maximum")}
        yield from _days(asked.constants | limits)
    elif specs and kind.compared != "text":
        yield from _numbers(kind, asked.constants)
    else:
        texts = [str(value) for value in asked.constants]
        yield from (ELSE, "12:00", *texts, *([" ".join(texts)] if len(texts) > 1 else []))


def _numbers(kind: QuestionType, constants: set[Any]) -> Iterator[Stored]:
    low, high = getattr(kind, "low", None), getattr(kind, "high", None)
    if isinstance(low, int) and isinstance(high, int) and high - low < MOST_STEPS:
        yield from range(low, high + 1)
        return
    decimals = getattr(kind.options, "decimals", 0)
    step = 10**-decimals if decimals else 1
    edges = [getattr(kind.options, name, None) for name in ("minimum", "maximum")]
    for value in {*(edge for edge in edges if edge is not None), *(c for c in constants if _is_number(c)), 1}:
        for near in (value - step, value, value + step):
            yield round(near, decimals) if decimals else int(near)


def _days(constants: set[Any]) -> Iterator[Stored]:
    days = [_day(str(value)) for value in constants] + [date(2026, 6, 15)]
    for day in days:
        if day:
            for near in (-1, 0, 1):
                named = (day + timedelta(days=near)).isoformat()
                yield from (named, f"{named}T12:00")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _of_parts(kind: QuestionType, parts: list[str], asked: Asked) -> Iterator[Stored]:
    """Sets of options, or rows with a value each."""
    if getattr(kind, "is_multiple", False) and not kind.rows_to_rate:
        named = [part for part in parts if part in asked.parts or part in asked.constants]
        others = [part for part in parts if part not in named][:1]
        for size in range(len(named) + 1):
            for chosen in list(combinations(named, size))[:MOST_SUBSETS]:
                for more in (others, []):
                    codes = [part for part in parts if part in chosen or part in more]
                    if codes:
                        yield {"codes": codes}
        return
    yield from _rows(kind, parts, asked)


def _rows(kind: QuestionType, parts: list[str], asked: Asked) -> Iterator[Stored]:
    rows = list(dict.fromkeys(part.partition(".")[0] for part in parts))
    values = _row_values(kind)
    if getattr(kind, "is_multiple", False):
        values = [[value] for value in values]
    for value in values:
        yield dict.fromkeys(rows, value)
    named = [row for row in rows if row in asked.parts][:3]
    for chosen in list(product([*values, None], repeat=len(named)))[:2000] if named else ():
        base: Mapping[str, Any] = dict.fromkeys(rows, values[0])
        made = {**base, **dict(zip(named, chosen, strict=True))}
        yield {row: value for row, value in made.items() if value is not None}
    yield from ({row: place for place, row in enumerate(order, 1)} for order in (rows, rows[::-1]))
    total = getattr(kind.options, "total", 0)
    if total:
        yield from ({row: total if row == first else 0 for row in rows} for first in rows)


def _row_values(kind: QuestionType) -> list[Any]:
    codes = [choice.code for choice in getattr(kind, "choices", ())]
    if codes:
        return codes
    low, high = getattr(kind, "low", 1), getattr(kind, "high", 3)
    return list(range(low, min(high, low + MOST_STEPS) + 1))
