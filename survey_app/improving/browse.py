"""Looking through cases: tabs, filters, and what a list shows of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, and_, col, func, or_, select

from ..errors import N_
from ..store.questionnaires import asked
from ..tables import Case, Cause, Customer, Response, Survey, User
from .casebook import OPEN
from .facts import marks

TABS = {
    "mine": N_("Mine"),
    "unassigned": N_("Unassigned"),
    "overdue": N_("Overdue"),
    "open": N_("All open"),
    "done": N_("Done"),
    "all": N_("All"),
}
NEARLY = 80
"""From this much of the time to the first contact on, a case is shown as nearly late."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases to show, to whom and when."""

    tab: str
    user_id: int | None
    now: datetime
    survey_id: int | None = None
    severity: str = ""
    owner_id: int | None = None
    cause_id: int | None = None
    customer_id: int | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: the case with the words it is recognised by."""

    case: Case
    survey: str
    customer: str
    owner: str
    ratings: tuple[tuple[float, float], ...]
    text: str


def overdue(now: datetime) -> ColumnElement[bool]:
    """Time is up. While we wait for a customer who has been reached (or cannot be), it stands still."""
    no_call = or_(col(Case.contacted_at).is_not(None), col(Case.customer_id).is_(None))
    stands_still = and_(col(Case.state) == "waiting", no_call)
    return and_(col(Case.state).in_(OPEN), col(Case.due_at) < now, ~stands_still)


def _tab(wanted: Wanted) -> ColumnElement[bool]:
    is_open = col(Case.state).in_(OPEN)
    return {
        "mine": and_(is_open, col(Case.owner_id) == wanted.user_id),
        "unassigned": and_(is_open, col(Case.owner_id).is_(None)),
        "overdue": overdue(wanted.now),
        "open": is_open,
        "done": ~is_open,
        "all": true(),
    }[wanted.tab]


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    filters: dict[Any, Any] = {
        col(Case.survey_id): wanted.survey_id,
        col(Case.severity): wanted.severity or None,
        col(Case.owner_id): wanted.owner_id,
        col(Case.customer_id): wanted.customer_id,
    }
    found = [_tab(wanted), *(column == value for column, value in filters.items() if value is not None)]
    if wanted.cause_id is not None:
        found.append(col(Case.cause_id).in_(_with_those_below(wanted.cause_id)))
    if wanted.since is not None:
        found.append(col(Case.opened_at) >= wanted.since)
    return found


def _with_those_below(cause_id: int) -> Any:
    """A cause and all that belong under it, three levels in all."""
    children = select(Cause.id).where(Cause.parent_id == cause_id)
    return select(Cause.id).where(
        or_(col(Cause.id) == cause_id, col(Cause.parent_id) == cause_id, col(Cause.parent_id).in_(children))
    )


def count(session: Session, wanted: Wanted) -> int:
    return session.exec(select(func.count(col(Case.id))).where(*conditions(wanted))).one()


def rows(session: Session, wanted: Wanted, *, offset: int = 0, limit: int = 50) -> list[Row]:
    """A page of cases: the open ones by what is due first, the done ones by what was done last."""
    order = {
        "done": func.coalesce(Case.resolved_at, Case.opened_at).desc(), "all": col(Case.opened_at).desc(),
    }.get(wanted.tab, col(Case.due_at))  # fmt: skip
    cases = session.exec(
        select(Case).where(*conditions(wanted)).order_by(order, col(Case.id)).offset(offset).limit(limit)
    )
    return described(session, list(cases))


def waiting(session: Session, wanted: Wanted, *, limit: int = 20) -> list[Case]:
    """The cases that are nobody's yet, what is due first ahead, as the filters let them through."""
    mine = replace(wanted, tab="unassigned", owner_id=None)
    order = (col(Case.due_at), col(Case.id))
    return list(session.exec(select(Case).where(*conditions(mine)).order_by(*order).limit(limit)))


def described(session: Session, cases: Sequence[Case]) -> list[Row]:
    """Cases with their words, in a fixed number of queries."""
    responses = _by_id(session, Response, {case.response_id for case in cases})
    surveys = _by_id(session, Survey, {case.survey_id for case in cases})
    customers = _by_id(session, Customer, {case.customer_id for case in cases})
    owners = _by_id(session, User, {case.owner_id for case in cases})
    out = []
    for case in cases:
        customer, owner = customers.get(case.customer_id), owners.get(case.owner_id)
        ratings, text = _words(session, responses[case.response_id])
        name = (customer.name or customer.reference or "") if customer else ""
        out.append(Row(case, surveys[case.survey_id].name, name, owner.name if owner else "", ratings, text))
    return out


def _words(session: Session, response: Response) -> tuple[tuple[tuple[float, float], ...], str]:
    questions = asked(session, response.version_id).questions
    texts = (question.text(response.answers.get(key)) for key, question in questions.items())
    return marks(questions, response.answers), " ".join(text for text in texts if text)


def _by_id(session: Session, table: Any, ids: set[Any]) -> dict[Any, Any]:
    wanted = [key for key in ids if key is not None]
    return {row.id: row for row in session.exec(select(table).where(col(table.id).in_(wanted)))} if wanted else {}


def workers(session: Session) -> list[User]:
    """Who can be given a case."""
    able = or_(col(User.role) == "owner", col(User.role) == "analyst", col(User.role) == "case_worker")
    return list(session.exec(select(User).where(able, col(User.is_active)).order_by(col(User.name))))
