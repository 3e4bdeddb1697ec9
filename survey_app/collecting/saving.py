"""Keeping what was sent: a page at a time, and exactly one submitted response whatever is repeated or raced."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, bindparam, insert, update
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..store import due, policies
from ..store.database import table_of
from ..store.grouping import together
from ..store.policies import Limit
from ..store.questionnaires import Asked
from ..store.straight import Straight
from ..tables import Invitation, Response
from . import places
from .guarding import NOTHING, Guarded, check, leave
from .tickets import Ticket
from .visits import Visit

_RESPONSE = table_of(Response)
_INSERT = (
    insert(_RESPONSE)
    .values(
        {
            name: bindparam(name)
            for name in (
                "survey_id", "version_id", "invitation_id", "customer_id", "ticket", "channel", "language", "state",
                "answers", "page", "revision", "segment", "tier", "attributes", "started_at", "saved_at",
                "submitted_at", "outcome", "flags",
            )
        }
    )
    .returning(_RESPONSE.c.id)
)  # fmt: skip
_UPDATE = (
    update(_RESPONSE)
    .where(
        _RESPONSE.c.id == bindparam("row_id"),
        _RESPONSE.c.revision == bindparam("seen_revision"),
        _RESPONSE.c.state == "partial",
        _RESPONSE.c.outcome == "",
    )
    .values(
        {
            name: bindparam(name)
            for name in ("language", "state", "answers", "page", "saved_at", "submitted_at", "flags")
        }
        | {"revision": bindparam("new_revision")}
    )
)
SCREEN = (
    update(_RESPONSE)
    .where(_RESPONSE.c.id == bindparam("row_id"))
    .values(state="partial", submitted_at=None, outcome=policies.SCREENED)
)


_INVITATION = table_of(Invitation)
_SPEND = (
    update(_INVITATION)
    .where(_INVITATION.c.id == bindparam("invitation"), _INVITATION.c.closed_at.is_(None))
    .values(closed_at=bindparam("at"))
)
DAY, NAMELESS_HOLD = timedelta(days=1), timedelta(days=2)


class Spent(Exception):
    """Somebody has answered with this invitation in an anonymous survey."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What one page leaves behind. `answers` is the whole document; `is_last` submits it; `limits` are those that it
    counts to so far, None where the survey has none."""

    answers: Mapping[str, Any]
    page: int
    is_last: bool
    language: str
    channel: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    limits: tuple[Limit, ...] | None = None
    guarded: Guarded = NOTHING


def keep(engine: Engine, visit: Visit, ticket: Ticket, asked: Asked, saved: Saved) -> bool | None:
    """Write a page in one transaction; True where it counts, False where a limit was full: it is kept and screened.

    None: somebody was faster (another tab, a second click), so read again what is there and decide anew.
    """
    now, is_open_text = clock.now(), has_open_text(asked, saved.answers)
    is_anonymous, day = visit.policy.is_anonymous, visit.policy.moment(now)
    row = _changed(visit, saved, day) if visit.given.id else _begun(visit, ticket, saved, day)

    def write(db: Straight) -> bool | None:
        if saved.guarded.marks:
            row["flags"] = check(db, visit, saved.guarded, now)
        if visit.given.id and db.execute(_UPDATE, row) != 1:
            return None
        response_id = visit.given.id or db.add(_INSERT, row)
        until = None if saved.is_last else day + NAMELESS_HOLD if is_anonymous else now + places.HOLD
        if saved.limits is not None and not places.hold(
            db, visit.survey_id, response_id, saved.limits, now=now, until=until
        ):
            db.execute(SCREEN, {"row_id": response_id})
            return False
        if saved.guarded.marks:
            leave(db, visit, response_id, saved.guarded, now)
        if saved.is_last:
            if visit.spends is not None and db.execute(_SPEND, {"invitation": visit.spends, "at": day}) != 1:
                raise Spent
            # What follows from an anonymous response happens when its day is over, and tells no time either.
            due_at = day + DAY if is_anonymous else now
            hand_on(db, visit.survey_id, response_id, due_at, is_open_text=is_open_text)
        return True

    try:
        return together(engine, write)
    except IntegrityError as error:
        if "unique" in str(error.orig).lower():
            return None
        raise


def _begun(visit: Visit, ticket: Ticket, saved: Saved, now: datetime) -> dict[str, Any]:
    return {
        "survey_id": visit.survey_id,
        "version_id": ticket.version_id,
        "invitation_id": visit.invitation_id,
        "customer_id": None if visit.policy.is_anonymous else visit.customer_id,
        "ticket": ticket.key,
        "channel": saved.channel,
        "language": saved.language,
        "state": "submitted" if saved.is_last else "partial",
        "answers": dict(saved.answers),
        "page": saved.page,
        "revision": 1,
        "segment": visit.segment,
        "tier": visit.tier,
        "attributes": {} if visit.policy.is_anonymous else dict(saved.attributes),
        "started_at": now if visit.policy.is_anonymous else min(ticket.started_at, now),
        "saved_at": now,
        "submitted_at": now if saved.is_last else None,
        "outcome": "",
        "flags": saved.guarded.flags,
    }


def _changed(visit: Visit, saved: Saved, now: datetime) -> dict[str, Any]:
    return {
        "row_id": visit.given.id,
        "seen_revision": visit.given.revision,
        "new_revision": visit.given.revision + 1,
        "language": saved.language,
        "state": "submitted" if saved.is_last else "partial",
        "answers": dict(saved.answers),
        "page": saved.page,
        "saved_at": now,
        "submitted_at": now if saved.is_last else None,
        "flags": saved.guarded.flags,
    }


def hand_on(db: Straight, survey_id: int, response_id: int, now: datetime, *, is_open_text: bool) -> None:
    """Tell the stages that follow, in the transaction that submits: both happen or neither does."""
    due.note_changes(db, survey_id, [response_id])
    due.hand_over(db, "case", [response_id], at=now)
    if is_open_text:
        due.hand_over(db, "score", [response_id], at=now)


def has_open_text(asked: Asked, answers: Mapping[str, Any]) -> bool:
    """True where something was said in words that scoring should read."""
    return any(
        asked.questions[key].text(stored) for key, stored in answers.items() if key in asked.questions and stored
    )
