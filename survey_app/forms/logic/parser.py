"""From the text of a condition to an expression, by a hand-written parser that never runs anything."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...errors import N_, SurveyError
from .expression import OPERATORS, Answered, Compared, Constant, Expression, Items, Joined, Not, Reference
from .values import ATTRIBUTES, Value

LONGEST, DEEPEST = 1000, 20
WORDS = ("and", "or", "not", "in", "contains", "true", "false", "answered")
# Chinese keyboards give full-width brackets, commas and quotes; outside of quotes they mean the same.
SAME = str.maketrans("（），［］【】＝＜＞！", "(),[][]=<>!")
TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<digits>-?\d{1,15}(\.\d{1,15})?)(?![\w.])
    |(?P<text>"[^"]*"|'[^']*'|“[^”]*”|‘[^’]*’)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_\u4e00-\u9fff-]+)?)
    |(?P<operator>[=!<>＝！＜＞][=＝]|[<>＜＞])
    |(?P<mark>[()\[\],（），［］【】])""",
    re.VERBOSE | re.ASCII,
)


class LogicError(SurveyError):
    """A condition that does not hold together; `position` is where, counted from 0."""

    def __init__(self, message: str, position: int, **values: Any) -> None:
        super().__init__("logic", message, position=position, place=position + 1, **values)
        self.position = position


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    position: int


@lru_cache(maxsize=2048)
def parse(text: str) -> Expression:
    """The expression of a condition; LogicError says where and why it has none."""
    if len(text) > LONGEST:
        raise LogicError(N_("The condition is longer than %(max)s characters."), LONGEST, max=LONGEST)
    return Parser(tokens(text)).whole()


def same_condition(one: str, other: str) -> bool:
    """Whether two conditions are the same but for spaces, kinds of brackets and quotes, and capitals of and/or."""
    try:
        said = [[(token.kind, _bare(token)) for token in tokens(text)] for text in (one, other)]
    except LogicError:
        return False
    return said[0] == said[1]


def _bare(token: Token) -> str:
    return token.text[1:-1] if token.kind == "text" else token.text


def tokens(text: str) -> list[Token]:
    """The words of a condition, with an end mark."""
    found, position = [], 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise LogicError(
                N_("At character %(place)s: “%(sign)s” means nothing here."), position, sign=text[position]
            )
        kind, words = next((kind, words) for kind, words in match.groupdict().items() if words is not None)
        if kind in ("mark", "operator"):
            words = words.translate(SAME)
        elif kind == "name" and words.lower() in WORDS:
            kind, words = "word", words.lower()
        if kind != "space":
            found.append(Token(kind, words, position))
        position = match.end()
    return [*found, Token("end", "", len(text))]


class Parser:
    """Recursive descent: or, and, not, comparison, operand."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens, self.index, self.depth = found, 0, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.index]

    def accept(self, *texts: str) -> Token | None:
        """The current token, and on to the next, if it is one of these words or marks."""
        token = self.now
        if token.kind in ("word", "mark", "operator") and token.text in texts:
            self.index += 1
            return token
        return None

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.error(N_("At character %(place)s: “%(wanted)s” is missing."), wanted=text)

    def error(self, message: str, **values: Any) -> LogicError:
        return LogicError(message, self.now.position, **values)

    def whole(self) -> Expression:
        made = self.any_of()
        if self.now.kind != "end":
            raise self.error(N_("At character %(place)s: “%(sign)s” is too much."), sign=self.now.text)
        return made

    def any_of(self) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(N_("The condition has too many brackets inside each other."))
        parts = [self.all_of()]
        while self.accept("or"):
            parts.append(self.all_of())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Joined(settles=True, parts=tuple(parts))

    def all_of(self) -> Expression:
        parts = [self.negated()]
        while self.accept("and"):
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else Joined(settles=False, parts=tuple(parts))

    def negated(self) -> Expression:
        count = 0
        while self.accept("not"):
            count += 1
        inner = self.compared()
        return Not(inner) if count % 2 else inner

    def compared(self) -> Expression:
        start = self.now.position
        if self.accept("("):
            inner = self.any_of()
            self.expect(")")
            return inner
        if self.accept("answered"):
            self.expect("(")
            made = Answered(self.reference())
            self.expect(")")
            return made
        left = self.operand()
        operator = self.accept(*OPERATORS)
        if operator:
            return Compared(operator.text, left, self.operand())
        if isinstance(left, Constant) and isinstance(left.value, bool):
            return left
        if self.now.kind == "end" or self.now.text in (")", "and", "or"):
            raise LogicError(N_("At character %(place)s: say what this is compared with, such as > 6."), start)
        raise self.error(N_("At character %(place)s: a comparison such as == or > is missing."))

    def operand(self) -> Expression:
        if self.accept("["):
            values = [self.constant()]
            while self.accept(","):
                values.append(self.constant())
            self.expect("]")
            return Items(tuple(values))
        if self.now.kind == "name":
            return self.reference()
        return Constant(self.constant())

    def reference(self) -> Reference:
        token = self.now
        if token.kind != "name":
            raise self.error(N_("At character %(place)s: the key of a question is missing."))
        self.index += 1
        name, _, part = token.text.partition(".")
        if name == ATTRIBUTES and not part:
            raise LogicError(N_("At character %(place)s: name the attribute, such as attr.segment."), token.position)
        return Reference(name, part, token.position)

    def constant(self) -> Value:
        token = self.now
        if token.kind == "text":
            self.index += 1
            return token.text[1:-1]
        if token.kind == "digits":
            self.index += 1
            return float(token.text) if "." in token.text else int(token.text)
        if found := self.accept("true", "false"):
            return found.text == "true"
        raise self.error(N_("At character %(place)s: a number, a text in quotes or a question key is missing."))
