"""The clocks of a case, computed from its events by pure functions, never counted up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..analysis.rules import NORMAL, worst
from .calendars import Calendar, stored_calendar

CONTACT, RESOLVE = "contact", "resolve"
REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a case as the clocks see it."""

    kind: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clock:
    """How long something may take and has taken, in the time that counts. `elapsed` leaves out the paused time."""

    target: timedelta
    elapsed: timedelta
    started_at: datetime
    looked_at: datetime
    stopped_at: datetime | None
    is_paused: bool
    due_at: datetime
    """When the time is up; while paused, when it would be if it went on now."""

    @property
    def remaining(self) -> timedelta:
        return self.target - self.elapsed

    @property
    def is_missed(self) -> bool:
        """Done, or looked at, after the time was up: on Friday at 20:00 what was due on Friday at 18:00 is late."""
        return (self.stopped_at or self.looked_at) > self.due_at

    @property
    def share(self) -> float:
        """How many percent of the time are gone."""
        return 100 * self.elapsed / self.target

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None and not self.is_paused


def severity_of(events: Iterable[Happening]) -> str:
    """The most severe that any trigger, or the last that a person, has set."""
    severity = NORMAL
    for event in events:
        if "severity" in event.data:
            given = str(event.data["severity"])
            severity = given if event.kind == "severity" else worst([severity, given])
    return severity


def contact(events: Sequence[Happening], now: datetime) -> Clock:
    """From the answer to the first time the customer was reached, or where nobody can be, to our first reaction.
    Waiting does not stop it: the customer waits too."""
    stops = reached if is_reachable(events) else _reacted
    stop = next((event.at for event in events if stops(event)), None)
    ends = stop or next((event.at for event in events if event.kind in ("resolved", "closed")), None)
    start = _since(events)
    end = max(start, ends or now)
    return _clock(events, CONTACT, start, end, ends, timedelta(), is_paused=False)


def resolve(events: Sequence[Happening], now: datetime) -> Clock:
    """From the answer, or the last reopening, to the solution; stands still while we wait for the customer."""
    counts = calendar_of(events)
    start, stop, paused_at, paused = _since(events), None, None, timedelta()
    for event in events:
        if event.kind == "reopened":
            start, stop, paused_at, paused = event.at, None, None, timedelta()
        elif stop is not None:
            continue
        elif event.kind == "waiting" and paused_at is None:
            paused_at = event.at
        elif event.kind in ("resumed", "resolved") and paused_at is not None:
            paused, paused_at = paused + counts.between(paused_at, event.at), None
        if event.kind == "resolved":
            stop = event.at
    end = max(start, stop or now)
    if paused_at is not None:
        paused += counts.between(paused_at, end)
    return _clock(events, RESOLVE, start, end, stop, paused, is_paused=paused_at is not None)


def _clock(
    events: Sequence[Happening], name: str, start: datetime, end: datetime, stop: datetime | None, paused: timedelta,
    *, is_paused: bool,
) -> Clock:  # fmt: skip
    target, counts = _target(events, name), calendar_of(events)
    elapsed, due_at = counts.between(start, end) - paused, counts.after(start, target + paused)
    return Clock(target, elapsed, start, end, stop, is_paused, due_at)


def _target(events: Sequence[Happening], name: str) -> timedelta:
    # The hours come from the opening event: a later change of the policy does not move an open case.
    return timedelta(hours=float(events[0].data["targets"][severity_of(events)][name]))


def calendar_of(events: Sequence[Happening]) -> Calendar:
    """Which time counts for a case: kept by its opening event, like the hours."""
    return stored_calendar(events[0].data.get("calendar"))


def contact_moment(events: Sequence[Happening], percent: float = 100) -> datetime:
    """When so much of the time to the first contact is gone."""
    return calendar_of(events).after(_since(events), _target(events, CONTACT) * (percent / 100))


def due_by(opening: Mapping[str, Any], since: datetime, severity: str) -> datetime:
    """When a customer is to be reached, from the data of the opening event."""
    hours = float(opening["targets"][severity][CONTACT])
    return stored_calendar(opening.get("calendar")).after(since, timedelta(hours=hours))


def alarm_of(events: Iterable[Happening]) -> int:
    """The farthest step that people have been made aware of."""
    return max((int(event.data["step"]) for event in events if event.kind == "escalated"), default=0)


def _since(events: Sequence[Happening]) -> datetime:
    """When the customer started to wait: with the answer, not when a worker got to it."""
    since = events[0].data.get("since")
    return datetime.fromisoformat(since) if since else events[0].at


def is_reachable(events: Sequence[Happening]) -> bool:
    """Whether there is somebody to call: not where an answer came over a public link without a name."""
    return bool(events[0].data.get("reachable", True))


def reached(event: Happening) -> bool:
    return event.kind == "contacted" and event.data.get("outcome") == REACHED


def _reacted(event: Happening) -> bool:
    return event.kind in ("noted", "contacted", "cause") or (event.kind == "assigned" and is_taken(event))


def is_taken(event: Happening) -> bool:
    """Assigned by a person, not by a rule: then somebody has looked at it."""
    return bool(event.data.get("owner_id")) and not event.data.get("why")
