"""Unfinished responses that nobody comes back to: closed after so many days, and counted or left out.

Each survey with such a rule has one row in the due queue. It is due when the oldest unfinished response has waited
long enough, so that a submission costs nothing for it and nobody looks in vain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, bindparam, func, select, update
from sqlmodel import Session, col

from .. import clock
from ..store import due, policies, questionnaires
from ..store.database import reading, table_of, writing
from ..store.grouping import together
from ..store.policies import COUNTED, LEFT_OUT, Limit, Policy
from ..store.straight import Straight
from ..tables import Due, Response, Survey
from . import places
from .saving import SCREEN, hand_on, has_open_text

KIND = "lapse"
AT_ONCE = 50
"""Responses closed under one commit."""

_RESPONSE = table_of(Response)
_CLOSE = (
    update(_RESPONSE)
    .where(
        _RESPONSE.c.id == bindparam("row_id"), _RESPONSE.c.revision == bindparam("seen_revision"),
        _RESPONSE.c.state == "partial", _RESPONSE.c.outcome == "",
    )
    .values({name: bindparam(name) for name in ("state", "submitted_at", "outcome")})
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Left:
    """A response that its visitor has left, as it was when it was looked at."""

    id: int
    revision: int
    version_id: int
    answers: Mapping[str, Any]
    saved_at: datetime
    limits: tuple[Limit, ...] = ()

    @property
    def says_something(self) -> bool:
        return any(stored is not None for stored in self.answers.values())


def arrange(session: Session, survey_id: int) -> None:
    """The rule of a survey has changed: look at its unfinished responses anew."""
    revision = due.revisions(session, KIND, [survey_id]).get(survey_id, 0) + 1
    due.hand_over(session, KIND, [survey_id], revision=revision)


def open_partials(session: Session, survey_id: int) -> tuple[int, datetime | None]:
    """How many unfinished responses may still go on, and when the one left longest was saved last."""
    count, oldest = session.execute(
        select(func.count(), func.min(col(Response.saved_at))).where(*_open(survey_id))
    ).one()
    return count, oldest


def _open(survey_id: int) -> list[Any]:
    return [col(Response.survey_id) == survey_id, col(Response.state) == "partial", col(Response.outcome) == ""]


def lapse_due(engine: Engine) -> int:
    """Close what has waited long enough; how many surveys were looked at."""
    rows = due.take(engine, KIND, limit=10)
    for row in rows:
        try:
            _lapse(engine, row)
        except Exception as error:
            due.put_back(engine, row, type(error).__name__)
            raise
    return len(rows)


def _lapse(engine: Engine, row: Due) -> None:
    now = clock.now()
    with reading(engine) as session:
        text = session.execute(select(policies.POLICY).where(col(Survey.id) == row.subject)).scalar()
        is_newest = due.revisions(session, KIND, [row.subject])[row.subject] == row.revision
    policy = policies.read(text) if text else policies.OPEN
    if policy.lapse is None or not is_newest:
        with writing(engine) as session:
            due.finish(session, row)
        return
    wait = timedelta(days=policy.lapse.days)
    closed = _close_some(engine, row.subject, policy, now - wait)
    with writing(engine) as session:
        _count, oldest = open_partials(session, row.subject)
        # What is saved from now on waits at least as long as the rule says.
        due.postpone(session, row, now if closed == AT_ONCE else max(now, min(oldest or now, now) + wait))


def _close_some(engine: Engine, survey_id: int, policy: Policy, before: datetime) -> int:
    """Close the responses that were saved last before a time, the oldest first, as many as fit in one commit."""
    wanted = (
        select(*(col(one) for one in (Response.id, Response.revision, Response.version_id, Response.answers,
                                      Response.saved_at)))
        .where(*_open(survey_id), col(Response.saved_at) <= before)
        .order_by(col(Response.saved_at), col(Response.id))
        .limit(AT_ONCE)
    )  # fmt: skip
    with reading(engine) as session:
        found = session.execute(wanted).all()
        ids = [row.id for row in found]
        limits = dict(places.counting(session, policy, col(Response.id).in_(ids))) if policy.limits and ids else {}
    left = [Left(**row._mapping, limits=limits.get(row.id, ())) for row in found]

    def close(db: Straight) -> None:
        for one in left:
            _close(db, survey_id, policy, one)

    if left:
        together(engine, close)
    return len(left)


def _close(db: Straight, survey_id: int, policy: Policy, one: Left) -> None:
    """Nothing happens to a response that was saved again in this moment."""
    assert policy.lapse is not None
    now, is_counted = clock.now(), policy.lapse.is_counted and one.says_something
    values = {
        "row_id": one.id, "seen_revision": one.revision, "state": "submitted" if is_counted else "partial",
        "submitted_at": one.saved_at if is_counted else None, "outcome": COUNTED if is_counted else LEFT_OUT,
    }  # fmt: skip
    if db.execute(_CLOSE, values) != 1:
        return
    if not places.hold(db, survey_id, one.id, one.limits if is_counted else (), now=now, until=None):
        db.execute(SCREEN, {"row_id": one.id})
    elif is_counted:
        asked = questionnaires.asked(db, one.version_id)
        hand_on(db, survey_id, one.id, now, is_open_text=has_open_text(asked, one.answers))
