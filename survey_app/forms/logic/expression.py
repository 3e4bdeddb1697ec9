"""A condition, parsed: it says what it refers to, whether it holds, and what the page's script needs of it.

Logic has three values: a comparison with something unknown is unknown (None), and so is its opposite.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .values import ATTRIBUTES, Value, Values


@dataclass(frozen=True, slots=True)
class Expression:
    """A node of a condition. Every node that is not an operand evaluates to True, False or None."""

    def evaluate(self, values: Values) -> Any:
        raise NotImplementedError

    def references(self) -> Iterator["Reference"]:
        """Everything looked up, in the order of the text."""
        yield from ()

    def is_here(self, here: frozenset[str]) -> bool:
        """Whether an answer on the page can still change it."""
        return any(reference.name in here for reference in self.references())

    def as_json(self, values: Values, here: frozenset[str]) -> Any:
        return self._json(values, here) if self.is_here(here) else self.evaluate(values)

    def _json(self, values: Values, here: frozenset[str]) -> Any:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    value: Value

    def evaluate(self, values: Values) -> Value:
        return self.value


@dataclass(frozen=True, slots=True)
class Reference(Expression):
    """The answer to an item, one row of it (`part`), or an attribute (`attr` with its name as part)."""

    name: str
    part: str
    position: int

    @property
    def is_attribute(self) -> bool:
        return self.name == ATTRIBUTES

    def evaluate(self, values: Values) -> Value:
        return values.get(self.name, self.part)

    def references(self) -> Iterator["Reference"]:
        yield self


@dataclass(frozen=True, slots=True)
class Items(Expression):
    """A list of constants to look something up in."""

    values: tuple[Value, ...]

    def evaluate(self, values: Values) -> tuple[Value, ...]:
        return self.values


@dataclass(frozen=True, slots=True)
class Answered(Expression):
    reference: Reference

    def evaluate(self, values: Values) -> bool:
        return self.reference.evaluate(values) is not None

    def references(self) -> Iterator[Reference]:
        yield self.reference

    def _json(self, values: Values, here: frozenset[str]) -> Any:
        return ["answered", _operand(self.reference, values, here)]


@dataclass(frozen=True, slots=True)
class Not(Expression):
    inner: Expression

    def evaluate(self, values: Values) -> bool | None:
        result = self.inner.evaluate(values)
        return None if result is None else not result

    def references(self) -> Iterator[Reference]:
        yield from self.inner.references()

    def _json(self, values: Values, here: frozenset[str]) -> Any:
        return ["not", self.inner.as_json(values, here)]


@dataclass(frozen=True, slots=True)
class Joined(Expression):
    """Parts joined by and, or by or (`settles` is the value that settles it: False for and, True for or)."""

    settles: bool
    parts: tuple[Expression, ...]

    def evaluate(self, values: Values) -> bool | None:
        results = [part.evaluate(values) for part in self.parts]
        if self.settles in results:
            return self.settles
        return None if None in results else not self.settles

    def references(self) -> Iterator[Reference]:
        for part in self.parts:
            yield from part.references()

    def _json(self, values: Values, here: frozenset[str]) -> Any:
        return ["or" if self.settles else "and", *(part.as_json(values, here) for part in self.parts)]


@dataclass(frozen=True, slots=True)
class Compared(Expression):
    operator: str
    left: Expression
    right: Expression

    def evaluate(self, values: Values) -> bool | None:
        left, right = self.left.evaluate(values), self.right.evaluate(values)
        return None if left is None or right is None else OPERATORS[self.operator](left, right)

    def references(self) -> Iterator[Reference]:
        yield from self.left.references()
        yield from self.right.references()

    def _json(self, values: Values, here: frozenset[str]) -> Any:
        return [self.operator, _operand(self.left, values, here), _operand(self.right, values, here)]


def _operand(node: Expression, values: Values, here: frozenset[str]) -> Any:
    if isinstance(node, Reference) and node.name in here:
        return ["ref", node.name, node.part]
    value = node.evaluate(values)
    if isinstance(value, tuple | frozenset):
        return ["list", *sorted(value, key=str)]
    return ["value", value]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(value: object) -> str:
    """A value as codes are written: 1 and 1.0 are the code "1"."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, frozenset) or isinstance(right, frozenset):
        return _set(left) == _set(right)
    if _is_number(left) and _is_number(right):
        return bool(left == right)
    return _plain(left) == _plain(right)


def _set(value: Any) -> frozenset[str]:
    return value if isinstance(value, frozenset) else frozenset({_plain(value)})


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool | None]:
    """An order holds between two numbers, or two texts (days, for one); else it is unknown."""

    def result(left: Any, right: Any) -> bool | None:
        if _is_number(left) != _is_number(right):
            left, right = _number(left), _number(right)
        if (_is_number(left) and _is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
            return compare(left, right)
        return None

    return result


def _number(value: Any) -> Any:
    """A number written as a text (an attribute from a table, a code), as a number."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, frozenset | tuple):
        return any(_same(one, right) for one in left)
    return isinstance(left, str) and _plain(right).casefold() in left.casefold()


def _in(left: Any, right: Any) -> bool:
    if isinstance(left, frozenset):
        return any(_contains(right, one) for one in left)
    return _contains(right, left)


OPERATORS: dict[str, Callable[[Any, Any], bool | None]] = {
    "==": _same,
    "!=": lambda left, right: not _same(left, right),
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
    "in": _in,
    "contains": _contains,
}
