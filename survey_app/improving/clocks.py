"""The clocks of a case, computed from its events by pure functions, never counted up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..analysis.rules import NORMAL, worst

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
    """How long something may take and has taken. `elapsed` leaves out the paused time."""

    target: timedelta
    elapsed: timedelta
    started_at: datetime
    stopped_at: datetime | None
    is_paused: bool
    due_at: datetime
    """When the time is up; while paused, when it would be if it went on now."""

    @property
    def remaining(self) -> timedelta:
        return self.target - self.elapsed

    @property
    def is_missed(self) -> bool:
        return self.elapsed > self.target

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
    start, stop, paused_at, paused = _since(events), None, None, timedelta()
    for event in events:
        if event.kind == "reopened":
            start, stop, paused_at, paused = event.at, None, None, timedelta()
        elif stop is not None:
            continue
        elif event.kind == "waiting" and paused_at is None:
            paused_at = event.at
        elif event.kind in ("resumed", "resolved") and paused_at is not None:
            paused, paused_at = paused + (event.at - paused_at), None
        if event.kind == "resolved":
            stop = event.at
    end = max(start, stop or now)
    if paused_at is not None:
        paused += max(timedelta(), end - paused_at)
    return _clock(events, RESOLVE, start, end, stop, paused, is_paused=paused_at is not None)


def _clock(
    events: Sequence[Happening], name: str, start: datetime, end: datetime, stop: datetime | None, paused: timedelta,
    *, is_paused: bool,
) -> Clock:  # fmt: skip
    # The hours come from the opening event: a later change of the policy does not move an open case.
    target = timedelta(hours=float(events[0].data["targets"][severity_of(events)][name]))
    return Clock(target, end - start - paused, start, stop, is_paused, start + target + paused)


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
    return event.kind in ("noted", "contacted", "cause") or (event.kind == "assigned" and bool(event.data["owner_id"]))
