"""Matching texts with a pattern in time that grows with text × pattern only, whatever the pattern: it cannot hang.

The language is what people write in forms: signs, `.`, sets `[a-z0-9]`, `\\d \\w \\s` and their opposites, groups, `|`,
and `* + ? {2} {2,5} {2,}`. A pattern becomes a set of states that are walked through together (Thompson 1968), so that
nested repetitions cost nothing extra. There are no back-references and no look-around; a pattern with them is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ...errors import N_, SurveyError

LONGEST, MOST_STATES, MOST_TIMES, DEEPEST = 200, 2000, 100, 20
CLASSES: dict[str, Callable[[str], bool]] = {
    "d": lambda sign: sign in "0123456789",
    "w": lambda sign: sign.isalnum() or sign == "_",
    "s": str.isspace,
}
QUANTIFIED = {"*": (0, None), "+": (1, None), "?": (0, 1)}
Fits = Callable[[str], bool]
Node = tuple[str, Any]


class PatternError(SurveyError):
    """A pattern that cannot be read; `place` counts from 1."""

    def __init__(self, message: str, place: int, **more: Any) -> None:
        super().__init__("pattern", message, place=place, **more)


@dataclass(slots=True)
class _State:
    """A place between two signs: where one goes for a sign that fits, or for nothing."""

    fits: Fits | None = None
    onward: int = -1
    free: list[int] = field(default_factory=list)


@lru_cache(maxsize=256)
def compiled(pattern: str) -> "Pattern":
    """The pattern, ready to match whole texts with. Raises PatternError where it cannot be read."""
    return Pattern(pattern)


class Pattern:
    """A pattern that has to fit the whole of a text."""

    def __init__(self, pattern: str) -> None:
        if len(pattern) > LONGEST:
            raise PatternError(N_("The pattern is longer than %(max)s characters."), LONGEST, max=LONGEST)
        tree = _Reader(pattern.removeprefix("^").removesuffix("$") if not pattern.endswith("\\$") else pattern).whole()
        self.states: list[_State] = []
        self.end = self._add()
        self.start = self._built(tree, self.end)

    def matches(self, text: str) -> bool:
        """Whether the whole text fits: each state is looked at once for each sign."""
        now = self._reached({self.start})
        for sign in text:
            states = (self.states[number] for number in now)
            now = self._reached({state.onward for state in states if state.fits and state.fits(sign)})
            if not now:
                return False
        return self.end in now

    def _reached(self, begun: set[int]) -> set[int]:
        found, waiting = set(begun), list(begun)
        while waiting:
            for number in self.states[waiting.pop()].free:
                if number not in found:
                    found.add(number)
                    waiting.append(number)
        return found

    def _add(self, fits: Fits | None = None, onward: int = -1, free: list[int] | None = None) -> int:
        if len(self.states) >= MOST_STATES:
            raise PatternError(N_("The pattern repeats too much."), 1)
        self.states.append(_State(fits, onward, free or []))
        return len(self.states) - 1

    def _built(self, node: Node, after: int) -> int:
        """The state that begins a node which leads to `after`."""
        kind, inner = node
        if kind == "sign":
            return self._add(inner, after)
        if kind == "row":
            for part in reversed(inner):
                after = self._built(part, after)
            return after
        if kind == "either":
            return self._add(free=[self._built(part, after) for part in inner])
        repeated: Node = inner[0]
        least: int = inner[1]
        most: int | None = inner[2]
        if most is None:
            loop = self._add(free=[after])
            self.states[loop].free.append(self._built(repeated, loop))
            after = loop
        else:
            for _ in range(most - least):
                after = self._add(free=[after, self._built(repeated, after)])
        for _ in range(least):
            after = self._built(repeated, after)
        return after


class _Reader:
    """Recursive descent over a pattern: either, row, repeated, one."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at, self.depth = pattern, 0, 0

    def whole(self) -> Node:
        made = self.either()
        if self.at < len(self.pattern):
            raise self.error()
        return made

    def error(self) -> PatternError:
        sign = self.pattern[self.at : self.at + 1] or " "
        return PatternError(N_("Pattern, character %(place)s: “%(sign)s” cannot stand here."), self.at + 1, sign=sign)

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        sign = self.peek()
        if not sign:
            raise self.error()
        self.at += 1
        return sign

    def either(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error()
        parts = [self.row()]
        while self.peek() == "|":
            self.at += 1
            parts.append(self.row())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else ("either", parts)

    def row(self) -> Node:
        parts = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated())
        return "row", parts

    def repeated(self) -> Node:
        one = self.one()
        while (sign := self.peek()) in ("*", "+", "?", "{") and sign:
            least, most = self.times() if sign == "{" else QUANTIFIED[self.take()]
            one = ("times", (one, least, most))
        return one

    def times(self) -> tuple[int, int | None]:
        close = self.pattern.find("}", self.at)
        low, comma, high = self.pattern[self.at + 1 : close].partition(",")
        if close < 0 or not low.isdecimal() or not (not high or high.isdecimal()):
            raise self.error()
        least = int(low[:4])
        most = (int(high[:4]) if high else None) if comma else least
        if least > MOST_TIMES or (most is not None and not least <= most <= MOST_TIMES):
            raise self.error()
        self.at = close + 1
        return least, most

    def one(self) -> Node:
        sign = self.take()
        if sign == "(":
            if self.pattern.startswith("?:", self.at):
                self.at += 2
            made = self.either()
            if self.peek() != ")":
                raise self.error()
            self.at += 1
            return made
        if sign == "[":
            return "sign", self.set_of()
        if sign == ".":
            return "sign", lambda one: one != "\n"
        if sign == "\\":
            return "sign", self.escaped()
        if sign in "*+?{})]^$":
            self.at -= 1
            raise self.error()
        return "sign", sign.__eq__

    def escaped(self) -> Fits:
        sign = self.take()
        if sign.lower() in CLASSES:
            known = CLASSES[sign.lower()]
            return (lambda one: not known(one)) if sign.isupper() else known
        if sign.isascii() and sign.isalnum():  # a back-reference, a border of words, or what else they mean elsewhere
            self.at -= 1
            raise self.error()
        return sign.__eq__

    def set_of(self) -> Fits:
        is_not = self.peek() == "^"
        self.at += is_not
        parts: list[Fits] = []
        while not parts or self.peek() != "]":
            sign = self.take()
            if sign == "\\":
                parts.append(self.escaped())
            elif self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("", "]"):
                self.at += 1
                last = self.take()
                if last == "\\" or last < sign:
                    raise self.error()
                parts.append(_between(sign, last))
            else:
                parts.append(sign.__eq__)
        self.at += 1
        return lambda one: any(part(one) for part in parts) is not is_not


def _between(first: str, last: str) -> Fits:
    return lambda sign: first <= sign <= last
