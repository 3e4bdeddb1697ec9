"""The book of a case: events are appended, the case row is derived from them, and two writers cannot be one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from .. import clock
from ..errors import N_, Conflict, NotFound
from ..tables import Case, CaseEvent, CaseNote
from . import clocks
from .clocks import Happening

STATES = {
    "new": N_("Not begun"),
    "in_progress": N_("In progress"),
    "waiting": N_("Waiting for the customer"),
    "resolved": N_("Resolved"),
    "closed": N_("Closed"),
}
OPEN = ("new", "in_progress", "waiting")

MOVES = {"assigned": "in_progress", "contacted": "in_progress", "waiting": "waiting", "resumed": "in_progress",
         "resolved": "resolved", "closed": "closed", "reopened": "in_progress"}  # fmt: skip
"""The state that an event leads to; events that are not here leave it as it is."""

QUIET = ("escalated",)
"""Events that change nothing for somebody who is writing at this moment, so that nobody is sent back for them."""


def derive(events: Sequence[Happening], now: datetime) -> dict[str, Any]:
    """What the case row says about its events. Pure, so that a row can always be made again."""
    row: dict[str, Any] = {"state": "new", "owner_id": None, "cause_id": None, "outcome": "", "resolved_at": None}
    for event in events:
        if event.kind in MOVES and not _stays(event, row["state"]):
            row["state"] = MOVES[event.kind]
        if event.kind == "assigned":
            row["owner_id"] = event.data.get("owner_id")
        elif event.kind == "cause":
            row["cause_id"] = event.data.get("cause_id")
        elif event.kind == "resolved":
            row["outcome"], row["resolved_at"] = event.data.get("outcome", ""), event.at
        elif event.kind == "reopened":
            row["outcome"], row["resolved_at"] = "", None
    contact, solve = clocks.contact(events, now), clocks.resolve(events, now)
    row["contacted_at"] = next((event.at for event in events if clocks.reached(event)), None)
    row["opened_at"], row["severity"] = contact.started_at, clocks.severity_of(events)
    row["alarm"] = clocks.alarm_of(events)
    row["due_at"] = contact.due_at if contact.stopped_at is None else solve.due_at
    return row


def _stays(event: Happening, state: str) -> bool:
    """Words with a customer on the phone do not end the waiting or reopen what is done; what a rule has assigned
    nobody has begun."""
    if event.kind == "assigned":
        return state != "new" or bool(event.data.get("why"))
    return event.kind == "contacted" and state != "new"


def events_of(session: Session, case_id: int) -> list[CaseEvent]:
    """All events of a case in their order."""
    wanted = select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(col(CaseEvent.number))
    return list(session.exec(wanted))


def happenings(events: Sequence[CaseEvent]) -> list[Happening]:
    return [Happening(event.kind, event.at, event.data) for event in events]


def find(session: Session, case_id: int) -> Case:
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound("case", N_("There is no such case."))
    return case


def append(
    session: Session, case: Case, kind: str, *, user_id: int | None = None, data: Mapping[str, Any] | None = None,
    note: str = "", seen: int | None = None,
) -> CaseEvent:  # fmt: skip
    """Write one event and derive the row again. `seen` is the last event the writer knew of: if there is a newer
    one, they decided on an old picture, and it is a Conflict."""
    assert case.id is not None
    events = events_of(session, case.id)
    last = events[-1].number if events else 0
    if seen is not None and any(event.number > seen and event.kind not in QUIET for event in events):
        raise moved_on()
    event = CaseEvent(
        case_id=case.id, number=last + 1, kind=kind, at=clock.now(), user_id=user_id,
        note_id=_note(session, case.id, note), data=dict(data or {}),
    )  # fmt: skip
    session.add(event)
    _apply(case, [*events, event])
    session.add(case)
    try:
        session.flush()
    except IntegrityError as error:
        raise moved_on() from error
    return event


def _apply(case: Case, events: Sequence[CaseEvent]) -> None:
    for name, value in derive(happenings(events), clock.now()).items():
        setattr(case, name, value)


def _note(session: Session, case_id: int, text: str) -> int | None:
    if not text.strip():
        return None
    note = CaseNote(case_id=case_id, text=text.strip())
    session.add(note)
    session.flush()
    return note.id


def moved_on() -> Conflict:
    """Somebody else wrote the event that this one was to be."""
    return Conflict(
        "case-moved-on", N_("Somebody else has just changed this case."),
        N_("Look at what has changed below, then decide again."),
    )  # fmt: skip
