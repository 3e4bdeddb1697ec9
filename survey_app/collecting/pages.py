"""One posted page: read, completed by what was answered before, and kept; says where the visitor goes next."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Engine

from .. import clock
from ..forms.logic import Values, is_required, walk
from ..forms.page import PageResult, Problem, read
from ..forms.types import AnswerError, Sent
from ..store.questionnaires import Asked
from .guarding import Crowded, Seen, guard
from .saving import Saved, Spent, keep
from .tickets import Ticket
from .visits import Visit


@dataclass(frozen=True, slots=True)
class Posted:
    """A page as it was sent. `shown` names the items the visitor saw, as far as the page says so. `is_unsent`: it is
    kept while it is being filled in; what cannot be read yet is left out, and nobody goes anywhere."""

    page: int
    sent: Sent
    shown: frozenset[str]
    language: str
    attributes: Mapping[str, str]
    is_back: bool = False
    is_unsent: bool = False
    seen: Seen = field(default_factory=Seen)

    def has_seen(self, key: str) -> bool:
        return not self.shown or key in self.shown


@dataclass(frozen=True, slots=True)
class Step:
    """Where a posted page leads: to a page, to the end (`is_done`), or back to itself with `problems`.

    `is_screened`: enough people like this one have answered; what was said is kept and goes no further.
    `is_lost` means that another tab changed the response in between: read it again and try again.
    `is_crowded`: its network has sent too many within the hour; nothing of the page is kept.
    `is_spent`: somebody has answered with this anonymous invitation already.
    `item` is a question that came up through an answer on the same page, where no script could show it.
    """

    page: int = 0
    problems: Mapping[str, Problem] | None = None
    is_done: bool = False
    is_lost: bool = False
    is_incomplete: bool = False
    is_crowded: bool = False
    is_spent: bool = False
    is_screened: bool = False
    item: str = ""


def page_questions(asked: Asked, page: int) -> list[Any]:
    return [asked.questions[item.key] for item in asked.questionnaire.pages[page].items]


def take_page(engine: Engine, visit: Visit, ticket: Ticket, asked: Asked, posted: Posted) -> Step:
    """Read one posted page and keep it; submit where it was the last one."""
    attributes = visit.attributes({**posted.attributes, **visit.given.attributes})
    before = walk(asked.questionnaire, visit.given.answers, attributes)
    if posted.page not in before.pages:
        return Step(page=before.pages[0] if before.pages else 0)
    result = read(page_questions(asked, posted.page), posted.sent, before.answers, attributes)
    problems = {key: problem for key, problem in result.errors.items() if posted.has_seen(key)}
    if posted.is_unsent and visit.given.page > posted.page:
        return Step(page=posted.page)  # It was sent meanwhile, and this is what stood there before.
    if problems and not (posted.is_back or posted.is_unsent):
        return Step(page=posted.page, problems=problems)
    saved, step = _next(asked, visit, posted, result, attributes)
    if step.is_done:
        saved = replace(saved, guarded=guard(engine, visit, ticket, posted.seen, clock.now()))
    try:
        kept = keep(engine, visit, ticket, asked, saved)
    except Spent:
        return Step(page=posted.page, is_spent=True)
    except Crowded:
        return Step(page=posted.page, is_crowded=True)
    return step if kept else Step(is_lost=kept is None, is_screened=kept is False)


def _next(
    asked: Asked, visit: Visit, posted: Posted, result: PageResult, attributes: Mapping[str, Any]
) -> tuple[Saved, Step]:
    """What is to be kept, and where to go with it."""
    here = {item.key for item in asked.questionnaire.pages[posted.page].items}
    others = {key: stored for key, stored in visit.given.answers.items() if key not in here}
    fresh = {key: stored for key, stored in result.answers.items() if posted.has_seen(key)}
    if posted.is_unsent:
        # Not skipped: not answered yet.
        fresh = {key: stored for key, stored in fresh.items() if stored is not None}
    after = walk(asked.questionnaire, {**others, **fresh}, attributes)
    unseen = next((key for key in (*result.answers, *result.errors) if not posted.has_seen(key)), "")
    if posted.is_unsent:
        step = Step(page=posted.page)
    elif posted.is_back:
        earlier = [page for page in after.pages if page < posted.page]
        step = Step(page=earlier[-1] if earlier else posted.page)
    elif unseen:
        step = Step(page=posted.page, item=unseen)
    else:
        step = _onward(asked, posted.page, after.pages, missing_page(asked, after.answers, after.items, attributes))
    saved = Saved(
        answers=after.answers,
        page=step.page,
        is_last=step.is_done,
        language=posted.language,
        channel=visit.channel,
        attributes=posted.attributes,
        limits=visit.policy.wanted(after.answers, attributes) if visit.policy.limits else None,
    )
    return saved, step


def _onward(asked: Asked, page: int, pages: tuple[int, ...], missing: int | None) -> Step:
    later = next((number for number in pages if number > page), None)
    if later is not None:
        return Step(page=later)
    if missing is not None:
        return Step(page=missing, is_incomplete=True)
    return Step(page=page, is_done=True)


def missing_page(
    asked: Asked, answers: Mapping[str, Any], shown: frozenset[str], attributes: Mapping[str, Any]
) -> int | None:
    """The first page with a required question that is shown and has no answer; a page can be skipped by hand."""
    for number, page in enumerate(asked.questionnaire.pages):
        keys = {item.key for item in page.items if item.key in shown}
        if missing_answers(asked, answers, keys, attributes):
            return number
    return None


def missing_answers(
    asked: Asked, answers: Mapping[str, Any], keys: set[str], attributes: Mapping[str, Any]
) -> dict[str, Problem]:
    """What is wrong with required questions that are not answered, in words."""
    problems, values = {}, Values(answers, attributes)
    for key in keys:
        question = asked.questions[key]
        if is_required(question.item, values):
            try:
                question.require(answers.get(key))
            except AnswerError as error:
                problems[key] = Problem(error.message, error.values)
    return problems
