"""A whole response handed in at once by another program: the same checks, the same way to be kept, once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Engine

from ..errors import N_
from ..forms.logic import walk
from ..forms.page import Problem
from ..forms.types import AnswerError, Stored
from ..store.questionnaires import Asked
from .pages import missing_answers
from .saving import Saved, keep
from .tickets import Ticket
from .visits import Visit


@dataclass(frozen=True, slots=True)
class Whole:
    """What is handed in: stored answers by key, as responses are given out."""

    answers: Mapping[str, Stored]
    language: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: kept, or nothing at all where there are `problems`, by key of the question.

    `is_lost`: somebody handed in the same at the same time, so read again what is there.
    """

    answers: Mapping[str, Stored]
    problems: Mapping[str, Problem] = field(default_factory=dict)
    is_lost: bool = False
    is_screened: bool = False


def take_whole(engine: Engine, visit: Visit, ticket: Ticket, asked: Asked, whole: Whole) -> Taken:
    """Keep a whole response as submitted, or say what is wrong with which answer."""
    answers, problems = checked(visit, asked, whole)
    if problems:
        return Taken(answers, problems)
    attributes = visit.attributes(whole.attributes)
    saved = Saved(
        answers=answers,
        page=len(asked.questionnaire.pages) - 1,
        is_last=True,
        language=whole.language,
        channel=visit.channel,
        attributes=whole.attributes,
        limits=visit.policy.wanted(answers, attributes) if visit.policy.limits else None,
    )
    kept = keep(engine, visit, ticket, asked, saved)
    return Taken(answers, is_lost=kept is None, is_screened=kept is False)


def checked(visit: Visit, asked: Asked, whole: Whole) -> tuple[dict[str, Stored], dict[str, Problem]]:
    """The document that would be kept, with None for what was shown and skipped, and what is wrong by key."""
    known: dict[str, Stored] = {
        key: None for key, question in asked.questions.items() if question.is_asked and question.is_seen
    }
    problems: dict[str, Problem] = {}
    for key, stored in whole.answers.items():
        if key not in known:
            problems[key] = Problem(N_("The questionnaire asks no such question."))
            continue
        try:
            known[key] = asked.questions[key].check(stored)
        except AnswerError as error:
            problems[key] = Problem(error.message, error.values)
        except (ValueError, OverflowError):
            problems[key] = Problem(N_("This answer does not belong to this question."))
    attributes = visit.attributes(whole.attributes)
    shown = walk(asked.questionnaire, known, attributes)
    for key, stored in whole.answers.items():
        if key not in problems and key not in shown.items and stored is not None:
            problems[key] = Problem(N_("This question is not shown after these answers."))
    missing = missing_answers(asked, shown.answers, set(shown.items) - set(problems), attributes)
    return shown.answers, {**missing, **problems}
