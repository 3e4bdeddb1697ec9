"""Reading a posted page: what was answered, what is missing or wrong, and what is not shown after all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .logic import Values, holds, is_required, pick_ending
from .types import AnswerError, QuestionType, Sent, Stored

__all__ = ["PageResult", "Problem", "pick_ending", "read"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one answer: a message id and its values."""

    message: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageResult:
    """`answers` holds every item that was shown, None where it was skipped; `hidden` those that were not.

    Answers with an error are not in `answers`.
    """

    answers: dict[str, Stored]
    errors: dict[str, Problem]
    hidden: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return not self.errors


def read(
    questions: Iterable[QuestionType],
    sent: Sent,
    answers_so_far: Mapping[str, Stored],
    attributes: Mapping[str, Any] | None = None,
) -> PageResult:
    """Read the questions of a page in order; each condition sees the new answers before it."""
    questions = list(questions)
    here = {question.item.key for question in questions}
    known = {key: stored for key, stored in answers_so_far.items() if key not in here}
    values = Values(known, attributes or {})
    answers: dict[str, Stored] = {}
    errors: dict[str, Problem] = {}
    hidden = []
    for question in questions:
        key = question.item.key
        if not holds(question.item.show_if, values):
            hidden.append(key)
            continue
        if not question.is_seen:
            known[key] = question.derive(values.get)
            continue
        if not question.is_asked:
            continue
        try:
            answers[key] = known[key] = _read_one(question, sent, values)
        except AnswerError as error:
            errors[key] = Problem(error.message, error.values)
    return PageResult(answers, errors, tuple(hidden))


def _read_one(question: QuestionType, sent: Sent, values: Values) -> Stored:
    stored = question.read(sent)
    if is_required(question.item, values):
        question.require(stored)
    return stored
