"""Alarms: at 50, 80 and 100 % of the time to the first contact people are made aware of a case, once for each step."""

from datetime import datetime

from sqlalchemy import Engine, update
from sqlmodel import Session, col, select

from .. import clock
from ..errors import N_
from ..store import due
from ..store.database import writing
from ..tables import Case, Due, User
from . import clocks, notices, policy
from .casebook import OPEN, append, events_of, happenings

STEPS = (50, 80, 100)

WHO = {50: (), 80: ("owner", "analyst"), 100: ("owner", "analyst")}
"""Whose attention is wanted besides that of the person in charge."""

LABELS = {
    50: N_("Half of the time is gone"),
    80: N_("The time is nearly gone"),
    100: N_("The time is over"),
}
KIND = "case-alarm"


def plan(session: Session, case: Case) -> None:
    """Have a new case looked at when each step's time has come."""
    assert case.id is not None
    events = happenings(events_of(session, case.id))
    for step in STEPS:
        due.hand_over(session, KIND, [case.id], revision=step, at=clocks.contact_moment(events, step))


def move(session: Session, case: Case) -> None:
    """The hours of a case have changed: its steps have other moments now."""
    assert case.id is not None
    events = happenings(events_of(session, case.id))
    for step in STEPS:
        _move(session, case.id, step, clocks.contact_moment(events, step))


def _move(session: Session, case_id: int, step: int, at: datetime) -> None:
    mine = (col(Due.kind) == KIND, col(Due.subject) == case_id, col(Due.revision) == step, col(Due.done_at).is_(None))
    session.execute(update(Due).where(*mine).values(due_at=at, lease_until=None))


def raise_due(engine: Engine) -> int:
    """What the worker does when the moment of steps has come."""
    rows = due.take(engine, KIND)
    for row in rows:
        with writing(engine) as session:
            _raise(session, row)
    return len(rows)


def _raise(session: Session, row: Due) -> None:
    case = session.exec(select(Case).where(Case.id == row.subject)).first()
    if case is None or case.state not in OPEN:
        due.finish(session, row)
        return
    now = clock.now()
    events = happenings(events_of(session, row.subject))
    running = clocks.contact(events, now)
    moment = clocks.contact_moment(events, row.revision)
    if moment > now and running.is_running:
        _move(session, row.subject, row.revision, moment)
        return
    if not due.finish(session, row) or not running.is_running:
        return
    # After a rest of the worker several steps are due at once: the farthest says it all.
    step = max(step for step in STEPS if clocks.contact_moment(events, step) <= now)
    if step > case.alarm:
        append(session, case, "escalated", data={"step": step})
        if policy.load(session).alarm_mail:
            notices.warn(session, case, step, colleagues(session, case, step))


def colleagues(session: Session, case: Case, step: int) -> list[User]:
    """Who is to be made aware at a step: the person in charge, later those who lead."""
    active = session.exec(select(User).where(col(User.is_active)).order_by(col(User.id)))
    return [user for user in active if user.id == case.owner_id or user.role in WHO[step]]
