"""Keeping what was sent: a page at a time, and exactly one submitted response whatever is repeated or raced."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, insert, update
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..store import due
from ..store.database import for_writing, table_of
from ..store.questionnaires import Asked
from ..tables import Response
from .tickets import Ticket
from .visits import Visit

_RESPONSE = table_of(Response)
_INSERT = insert(_RESPONSE).values(
    {
        name: bindparam(name)
        for name in (
            "survey_id", "version_id", "invitation_id", "customer_id", "ticket", "channel", "language", "state",
            "answers", "page", "revision", "segment", "tier", "attributes", "started_at", "saved_at", "submitted_at",
        )
    }
)  # fmt: skip
_UPDATE = (
    update(_RESPONSE)
    .where(
        _RESPONSE.c.id == bindparam("row_id"),
        _RESPONSE.c.revision == bindparam("seen_revision"),
        _RESPONSE.c.state == "partial",
    )
    .values(
        {name: bindparam(name) for name in ("language", "state", "answers", "page", "saved_at", "submitted_at")}
        | {"revision": bindparam("new_revision")}
    )
)


@dataclass(frozen=True, slots=True)
class Saved:
    """What one page leaves behind. `answers` is the whole document; `is_last` submits it."""

    answers: Mapping[str, Any]
    page: int
    is_last: bool
    language: str
    channel: str
    attributes: Mapping[str, str] = field(default_factory=dict)


def keep(engine: Engine, visit: Visit, ticket: Ticket, asked: Asked, saved: Saved) -> int | None:
    """Write a page in one transaction and give the response's id.

    None: somebody was faster (another tab, a second click), so read again what is there and decide anew.
    """
    try:
        with for_writing(engine).begin() as connection:
            if visit.given.id:
                response_id = _change(connection, visit, saved)
            else:
                response_id = _begin(connection, visit, ticket, saved)
            if response_id is not None and saved.is_last:
                _hand_over(connection, visit.survey_id, response_id, has_open_text(asked, saved.answers))
            return response_id
    except IntegrityError as error:
        if "unique" in str(error.orig).lower():
            return None
        raise


def _begin(connection: Connection, visit: Visit, ticket: Ticket, saved: Saved) -> int:
    now = clock.now()
    result = connection.execute(
        _INSERT,
        {
            "survey_id": visit.survey_id,
            "version_id": ticket.version_id,
            "invitation_id": visit.invitation_id,
            "customer_id": visit.customer_id,
            "ticket": ticket.key,
            "channel": saved.channel,
            "language": saved.language,
            "state": "submitted" if saved.is_last else "partial",
            "answers": dict(saved.answers),
            "page": saved.page,
            "revision": 1,
            "segment": visit.segment,
            "tier": visit.tier,
            "attributes": dict(saved.attributes),
            "started_at": min(ticket.started_at, now),
            "saved_at": now,
            "submitted_at": now if saved.is_last else None,
        },
    )
    assert result.inserted_primary_key is not None
    return int(result.inserted_primary_key[0])


def _change(connection: Connection, visit: Visit, saved: Saved) -> int | None:
    now, given = clock.now(), visit.given
    result = connection.execute(
        _UPDATE,
        {
            "row_id": given.id,
            "seen_revision": given.revision,
            "new_revision": given.revision + 1,
            "language": saved.language,
            "state": "submitted" if saved.is_last else "partial",
            "answers": dict(saved.answers),
            "page": saved.page,
            "saved_at": now,
            "submitted_at": now if saved.is_last else None,
        },
    )
    return given.id if result.rowcount == 1 else None


def _hand_over(connection: Connection, survey_id: int, response_id: int, is_open_text: bool) -> None:  # noqa: FBT001
    """Tell the stages that follow, in the transaction that submits: both happen or neither does."""
    due.note_changes(connection, survey_id, [response_id])
    due.hand_over(connection, "case", [response_id])
    if is_open_text:
        due.hand_over(connection, "score", [response_id])


def has_open_text(asked: Asked, answers: Mapping[str, Any]) -> bool:
    """True where something was said in words that scoring should read."""
    return any(
        asked.questions[key].text(stored) for key, stored in answers.items() if key in asked.questions and stored
    )
