"""Reckoning with earlier answers: + - * / and brackets, mean, sum, min, max, count. It can neither loop nor run code.

What is not answered is unknown, and so is what is reckoned from it; mean, sum, min, max and count leave it out.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...errors import N_, SurveyError

LONGEST, DEEPEST = 500, 20
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d{1,12}(?:\.\d{1,12})?)|(?P<name>[A-Za-z]\w*(?:\.[\w\u4e00-\u9fff-]+)?)|(?P<mark>[-+*/(),]))",
    re.ASCII,
)
SAME = str.maketrans("（），×÷＋－＊／", "(),*/+-*/")
NOTHING = N_("Formula, character %(place)s: “%(sign)s” means nothing here.")
Known = Callable[[str, str], Any]
Number = float | None
Value = Callable[[Known], Number]


class FormulaError(SurveyError):
    """A formula that cannot be read; `place` counts from 1."""

    def __init__(self, message: str, position: int, **values: Any) -> None:
        super().__init__("formula", message, place=position + 1, **values)


FUNCTIONS: dict[str, Callable[[list[float]], Number]] = {
    "mean": lambda given: sum(given) / len(given) if given else None,
    "sum": lambda given: math.fsum(given) if given else None,
    "min": lambda given: min(given, default=None),
    "max": lambda given: max(given, default=None),
    "count": lambda given: float(len(given)),
}


def _both(work: Callable[[float, float], Number], left: Value, right: Value) -> Value:
    def value(known: Known) -> Number:
        one, other = left(known), right(known)
        return None if one is None or other is None else work(one, other)

    return value


OPERATORS: dict[str, Callable[[float, float], Number]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one / other if other else None,
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, read: what it looks at, and its value."""

    looks_at: tuple[tuple[str, str], ...]
    work: Value

    def value(self, known: Known) -> Number:
        try:
            found = self.work(known)
        except OverflowError:
            return None
        return found if found is not None and math.isfinite(found) and abs(found) <= 1e12 else None


@lru_cache(maxsize=512)
def formula(text: str) -> Formula:
    """The formula of a text. Raises FormulaError with the place where it cannot be read."""
    if len(text) > LONGEST:
        raise FormulaError(N_("The formula is longer than %(max)s characters."), LONGEST, max=LONGEST)
    reader = _Reader(text.translate(SAME))
    work = reader.sum()
    if reader.now[0]:
        raise reader.error()
    return Formula(tuple(dict.fromkeys(reader.names)), work)


class _Reader:
    """Recursive descent: sum, product, one."""

    def __init__(self, text: str) -> None:
        self.tokens = list(self._tokens(text))
        self.at, self.depth = 0, 0
        self.names: list[tuple[str, str]] = []

    def _tokens(self, text: str) -> Iterator[tuple[str, str, int]]:
        position, end = 0, len(text.rstrip())
        while position < end:
            match = TOKEN.match(text, position)
            if match is None or match.lastgroup is None:
                place = position + len(text[position:]) - len(text[position:].lstrip())
                raise FormulaError(
                    N_("Formula, character %(place)s: “%(sign)s” means nothing here."), place, sign=text[place]
                )
            yield match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)
            position = match.end()
        yield "", "", end

    @property
    def now(self) -> tuple[str, str, int]:
        return self.tokens[self.at]

    def error(self) -> FormulaError:
        _, sign, place = self.now
        if not sign:
            return FormulaError(N_("The formula ends too early."), place)
        return FormulaError(NOTHING, place, sign=sign)

    def accept(self, *marks: str) -> str:
        kind, sign, _ = self.now
        if kind == "mark" and sign in marks:
            self.at += 1
            return sign
        return ""

    def expect(self, mark: str) -> None:
        if not self.accept(mark):
            raise self.error()

    def sum(self) -> Value:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error()
        made = self.product()
        while sign := self.accept("+", "-"):
            made = _both(OPERATORS[sign], made, self.product())
        self.depth -= 1
        return made

    def product(self) -> Value:
        made = self.one()
        while sign := self.accept("*", "/"):
            made = _both(OPERATORS[sign], made, self.one())
        return made

    def one(self) -> Value:
        is_negative = False
        while self.accept("-"):
            is_negative = not is_negative
        made = self.plain()
        return _both(OPERATORS["*"], lambda known: -1.0, made) if is_negative else made

    def plain(self) -> Value:
        if self.accept("("):
            made = self.sum()
            self.expect(")")
            return made
        kind, text, _ = self.now
        if kind not in ("number", "name"):
            raise self.error()
        self.at += 1
        if kind == "number":
            return lambda known: float(text)
        if text in FUNCTIONS and self.now[1] == "(":
            return self.function(FUNCTIONS[text])
        name, _, part = text.partition(".")
        self.names.append((name, part))
        return lambda known: _as_number(known(name, part))

    def function(self, work: Callable[[list[float]], Number]) -> Value:
        self.expect("(")
        parts = [self.sum()]
        while self.accept(","):
            parts.append(self.sum())
        self.expect(")")
        return lambda known: work([value for part in parts if (value := part(known)) is not None])


def _as_number(value: Any) -> Number:
    """A rating, a number, a code that is one, a mark (1 or 0); unknown for all else."""
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except ValueError:
        return None
