"""When time counts: always, or only in working hours, with holidays off and make-up days on. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import N_, SurveyError

Span = tuple[int, int]
"""From one minute of the day to another; 1440 is midnight at its end."""

DAY = 24 * 60
FARTHEST = 3660
"""Days after which a calendar without any working time is given up on."""


@dataclass(frozen=True, slots=True)
class Always:
    """Every hour counts, by day and by night: what a customer who waits feels."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        return max(timedelta(), end - start)

    def after(self, start: datetime, span: timedelta) -> datetime:
        return start + span

    def stored(self, around: date) -> dict[str, Any]:
        return {}

    @property
    def words(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Working:
    """Only working hours count. `extra` are make-up days (调休) that are worked although they would be free."""

    days: frozenset[int]
    spans: tuple[Span, ...]
    off: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()
    zone: str = "Asia/Shanghai"

    @property
    def words(self) -> str:
        """The hours of a working day."""
        return ", ".join(words(span).replace("-", "–") for span in self.spans)

    def is_worked(self, day: date) -> bool:
        return day in self.extra or (day.weekday() in self.days and day not in self.off)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments."""
        if end <= start:
            return timedelta()
        total = timedelta()
        for opens, closes in self._spans_from(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def after(self, start: datetime, span: timedelta) -> datetime:
        """The first moment by which so much working time has passed."""
        if span <= timedelta():
            return start
        left = span
        for opens, closes in self._spans_from(start):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        return start + span

    def _spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The working spans from a moment on, in UTC: local hours may be 23 or 25 a day."""
        zone = ZoneInfo(self.zone)
        first = start.astimezone(zone).date()
        for number in range(FARTHEST):
            day = first + timedelta(days=number)
            if not self.is_worked(day):
                continue
            midnight = datetime.combine(day, time())
            for low, high in self.spans:
                opens, closes = (
                    (midnight + timedelta(minutes=minutes)).replace(tzinfo=zone).astimezone(UTC)
                    for minutes in (low, high)
                )
                if closes > start:
                    yield max(opens, start), closes

    def stored(self, around: date) -> dict[str, Any]:
        """As a case keeps it: with the special days of the time in which it will be worked on."""
        near = (around - timedelta(days=1), around + timedelta(days=400))
        return {
            "days": sorted(self.days), "spans": [words(span) for span in self.spans], "zone": self.zone,
            "off": _within(self.off, near), "extra": _within(self.extra, near),
        }  # fmt: skip


Calendar = Always | Working
ALWAYS = Always()


def _within(days: Iterable[date], near: tuple[date, date]) -> list[str]:
    return [day.isoformat() for day in sorted(days) if near[0] <= day <= near[1]]


def stored_calendar(data: Mapping[str, Any] | None) -> Calendar:
    """A calendar as it was kept by a case; cases without one count always."""
    if not data:
        return ALWAYS
    return Working(
        frozenset(data["days"]), tuple(span(text) for text in data["spans"]),
        frozenset(map(date.fromisoformat, data["off"])), frozenset(map(date.fromisoformat, data["extra"])),
        data["zone"],
    )  # fmt: skip


def words(of: Span) -> str:
    """09:00-18:00."""
    return "-".join(f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in of)


SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~至到]\s*(\d{1,2})[:：](\d{2})", re.ASCII)


def span(text: str) -> Span:
    """A span from its words."""
    found = SPAN.fullmatch(text.strip())
    if found is None:
        raise _bad_hours(text)
    from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
    low, high = 60 * from_hour + from_minute, 60 * to_hour + to_minute
    if from_minute > 59 or to_minute > 59 or not low < high <= DAY:
        raise _bad_hours(text)
    return low, high


def spans(texts: Iterable[str]) -> tuple[Span, ...]:
    """The spans of a day in their order; they may touch, but not overlap."""
    found = tuple(sorted(span(text) for text in texts))
    if not found:
        raise SurveyError("hours-none", N_("No working hours are given."), N_("Say from when to when you work."))
    for before, next_one in pairwise(found):
        if next_one[0] < before[1]:
            raise SurveyError(
                "hours-overlap", N_("The working hours %(one)s and %(other)s overlap."), one=words(before),
                other=words(next_one),
            )  # fmt: skip
    return found


def _bad_hours(text: str) -> SurveyError:
    return SurveyError(
        "hours", N_("“%(text)s” are no working hours."), N_("Write them as 09:00-18:00."), text=text.strip()[:40]
    )


A_DAY = r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?"
LINE = re.compile(rf"{A_DAY}(?:\s*(?:~|～|–|—|至|到|\.\.|\s-\s)\s*{A_DAY})?(?:\s+(.*))?", re.ASCII)
LONGEST = 62


def special_days(lines: Iterable[str]) -> frozenset[date]:
    """The days in a list such as “2026-10-01 ~ 2026-10-07 国庆节”; a name after the days is for people."""
    days: set[date] = set()
    for line in filter(None, (line.strip() for line in lines)):
        found = LINE.fullmatch(line)
        if found is None:
            raise _bad_line(line)
        first = _day(found.group(1, 2, 3), line)
        last = _day(found.group(4, 5, 6), line) if found[4] else first
        if not timedelta() <= last - first <= timedelta(days=LONGEST):
            raise _bad_line(line)
        days |= {first + timedelta(days=number) for number in range((last - first).days + 1)}
    return frozenset(days)


def _day(parts: tuple[str | Any, ...], line: str) -> date:
    try:
        return date(*map(int, parts))
    except ValueError as error:
        raise _bad_line(line) from error


def _bad_line(line: str) -> SurveyError:
    return SurveyError(
        "special-day", N_("“%(line)s” is not a day or a range of days."),
        N_("Write each on a line of its own: 2026-10-01 ~ 2026-10-07, a name may follow."), line=line[:60],
    )  # fmt: skip
