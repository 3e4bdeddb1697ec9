"""A questionnaire on paper: every question with its number, and in words when it is to be answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import N_, SurveyError
from ..forms import logic
from ..forms.definition import Page, say
from ..forms.logic import without_pipes
from ..forms.types import QuestionType
from ..store.questionnaires import Asked
from .respondent_sheet import wording

Wording = Callable[..., str]
_JOINED = {"and": N_("%(a)s and %(b)s"), "or": N_("%(a)s or %(b)s")}
_TURNED = {
    "==": "!=", "!=": "==", "<=": ">", ">=": "<", "<": ">=", ">": "<=", "contains": "lacks", "answered": "unanswered",
}  # fmt: skip
SMALLER, LARGER = N_("is less than"), N_("is more than")


@dataclass(frozen=True, slots=True)
class Printed:
    """One question on paper; `when` says under which condition it is answered, empty for always."""

    question: QuestionType
    number: int | None
    text: str
    help: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    title: str
    when: str
    lines: tuple[Printed, ...]


def sheets(asked: Asked, language: str) -> tuple[str, str, list[PrintedPage]]:
    """Title, introduction and pages."""
    questionnaire, numbers = asked.questionnaire, numbered(asked)
    pages = [_page(asked, page, numbers, language) for page in questionnaire.pages if page.items]
    title, introduction = say(questionnaire.title, language), say(questionnaire.introduction, language)
    return without_pipes(title), without_pipes(introduction), pages


def numbered(asked: Asked) -> dict[str, int]:
    keys = [key for key, question in asked.questions.items() if question.is_asked]
    return {key: number for number, key in enumerate(keys, 1)}


def _page(asked: Asked, page: Page, numbers: dict[str, int], language: str) -> PrintedPage:
    lines = [
        Printed(
            asked.questions[item.key], numbers.get(item.key), without_pipes(say(item.text, language)),
            without_pipes(say(item.help, language)), when(asked, item.show_if, numbers, language),
        )
        for item in page.items
    ]  # fmt: skip
    title = without_pipes(say(page.title, language))
    return PrintedPage(title, when(asked, page.show_if, numbers, language), tuple(lines))


def when(asked: Asked, show_if: str, numbers: dict[str, int], language: str) -> str:
    """A condition in words that somebody with a pen can follow; as it is written where it says more than that."""
    if not show_if.strip():
        return ""
    translate = wording(language)
    try:
        tree = logic.as_json(show_if, here=frozenset(numbers))
        said = _Words(asked, numbers, language, translate).of(tree)
    except (SurveyError, LookupError, ValueError, TypeError):
        said = show_if
    return translate(N_("Only if %(condition)s"), condition=said)


class _Words:
    """A condition's tree in words; ValueError where a part has none."""

    def __init__(self, asked: Asked, numbers: dict[str, int], language: str, translate: Wording) -> None:
        self.asked, self.numbers, self.language, self.translate = asked, numbers, language, translate
        self.terms = {term.name: term for term in logic.terms(asked.questionnaire)}
        self.less = {"<": SMALLER, ">": LARGER}

    def of(self, node: Any, *, is_turned: bool = False) -> str:
        if not isinstance(node, list | tuple) or not node:
            raise ValueError(node)
        head, rest = node[0], node[1:]
        if head == "not":
            return self.of(rest[0], is_turned=not is_turned)
        if head in _JOINED:
            joint = {"and": "or", "or": "and"}[head] if is_turned else head
            return self._joined(joint, [self.of(one, is_turned=is_turned) for one in rest])
        if is_turned:
            head = _TURNED[head]
        term = self.terms.get(".".join(part for part in rest[0][1:] if part))
        kind = term.kind if term else "number"
        words = self.translate(self.less.get(head) or dict(logic.COMPARISONS[kind])[head])
        value = f" {self._value(rest[0], rest[1])}" if len(rest) > 1 else ""
        return f"{self._name(rest[0])} {words}{value}"

    def _joined(self, joint: str, parts: Sequence[str]) -> str:
        said = parts[0]
        for part in parts[1:]:
            said = self.translate(_JOINED[joint], a=said, b=part)
        return said

    def _name(self, ref: Sequence[Any]) -> str:
        if ref[0] != "ref":
            raise ValueError(ref)
        said = self.translate(N_("question %(n)s"), n=self.numbers[ref[1]])
        term = self.terms.get(".".join(part for part in ref[1:] if part))
        return f"{said} ({say(term.title, self.language)})" if term and len(ref) > 2 and ref[2] else said

    def _value(self, ref: Sequence[Any], node: Sequence[Any]) -> str:
        term = self.terms[".".join(part for part in ref[1:] if part)]
        named = {code: say(label, self.language) for code, label in term.values}
        values = node[1:] if node[0] == "list" else [node[1]]
        return " / ".join(named.get(str(one)) or str(one) for one in values)
