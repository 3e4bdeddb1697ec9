"""The one place that time comes from, so that tests and the demo can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_set: ContextVar[datetime | None] = ContextVar("clock", default=None)


_zone = {"main": "Asia/Shanghai"}


def use_zone(name: str) -> None:
    """Set the zone whose days this process counts in; called once when the app or a command starts."""
    _zone["main"] = name


def zone() -> ZoneInfo:
    return ZoneInfo(_zone["main"])


def today() -> date:
    """The day it is in the installation's zone."""
    return day(now())


def day(moment: datetime) -> date:
    """The day of a moment in the installation's zone."""
    return moment.astimezone(zone()).date()


def start_of_day() -> datetime:
    """When today began where the company is."""
    return datetime.combine(today(), time(), zone())


def now() -> datetime:
    """The current time, in UTC and aware."""
    return _set.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now()` stand still at a moment."""
    token = _set.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)
