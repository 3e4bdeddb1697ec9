"""A cut is which answers are looked at: a survey, days and filters, kept in a page's address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs

import numpy as np

from .. import clock
from ..analysis.columns import Column, Frame, Mask
from ..errors import N_, SurveyError
from .columns.frames import Answers, Numbers

NONE = "~"
"""Stands for "has none" in addresses, where an empty value means "any"."""

LISTS = {
    "segment": "segments", "tier": "tiers", "channel": "channels", "language": "languages", "version": "versions",
}  # fmt: skip
"""Parameter, which is also the column's key → field of `Cut`."""

PERIODS = {
    "30d": N_("Last 30 days"), "90d": N_("Last 90 days"), "365d": N_("Last 12 months"),
    "month": N_("This month"), "last-month": N_("Last month"), "year": N_("This year"), "all": N_("All time"),
}  # fmt: skip
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Cut:
    """`since` and `until` are days in the installation's zone, both included. Values of one filter are
    alternatives; different filters must all hold. `period` remembers the preset that gave the days."""

    survey_id: int | None = None
    since: date | None = None
    until: date | None = None
    segments: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    """(column key, code): a code, a whole number, or a range of them such as 0-6."""
    aspect: str = ""
    polarity: int | None = None
    period: str = ""

    @classmethod
    def from_query(cls, query: "Mapping[str, Any] | str") -> "Cut":
        """The cut of an address; unknown parameters are left alone, wrong values are a SurveyError."""
        given = _many(query)
        period, since, until = _days(given)
        survey, polarity = _one(given, "survey"), _one(given, "polarity")
        lists = {
            field: tuple("" if value == NONE else value[:200] for value in dict.fromkeys(given.get(name, ())) if value)
            for name, field in LISTS.items()
        }
        return cls(
            survey_id=_whole("survey", survey, 1, 2**31 - 1) if survey else None,
            since=since,
            until=until,
            answers=tuple(_answer(text) for text in dict.fromkeys(given.get("answer", ())) if text),
            aspect=_one(given, "aspect")[:60],
            polarity=_whole("polarity", polarity, -1, 1) if polarity else None,
            period=period,
            **lists,
        )

    def query(self) -> dict[str, str | list[str]]:
        """The parameters of an address that gives this cut again."""
        made: dict[str, str | list[str]] = {}
        if self.survey_id is not None:
            made["survey"] = str(self.survey_id)
        if self.period:
            made["period"] = self.period
        else:
            made |= {name: day.isoformat() for name, day in (("since", self.since), ("until", self.until)) if day}
        for name, field in LISTS.items():
            if values := getattr(self, field):
                made[name] = [value or NONE for value in values]
        if self.answers:
            made["answer"] = [f"{key}:{code}" for key, code in self.answers]
        if self.aspect:
            made["aspect"] = self.aspect
        if self.polarity is not None:
            made["polarity"] = str(self.polarity)
        return made

    def with_(self, **changes: Any) -> "Cut":
        """A changed copy; new days end a preset."""
        if {"since", "until"} & changes.keys():
            changes = {"period": "", **changes}
        return replace(self, **changes)

    def without(self, field: str, value: Any = None) -> "Cut":
        """A copy without one value of a filter, or without the whole filter."""
        held = getattr(self, field)
        if isinstance(held, tuple):
            return self.with_(**{field: tuple(one for one in held if one != value) if value is not None else ()})
        return self.with_(**{field: "" if isinstance(held, str) else None})

    def previous(self) -> "Cut | None":
        """The equally long period just before; None where this cut has no beginning."""
        if self.since is None:
            return None
        until = self.until or max(clock.today(), self.since)
        try:
            return self.with_(since=self.since - (until - self.since) - timedelta(1), until=self.since - timedelta(1))
        except OverflowError:
            return None


def select(frame: Frame, cut: Cut) -> Frame:
    """The rows of a frame that a cut lets through."""
    if not len(frame):
        return frame
    mask, days = np.ones(len(frame), np.bool_), _numbers(frame["day"])
    if cut.since is not None:
        mask &= days >= (cut.since - EPOCH).days
    if cut.until is not None:
        mask &= days <= (cut.until - EPOCH).days
    for name, field in LISTS.items():
        if wanted := getattr(cut, field):
            mask &= _among(frame[name], wanted)
    for key in dict.fromkeys(key for key, _ in cut.answers):
        mask &= _answered(frame, key, [code for other, code in cut.answers if other == key])
    if cut.aspect or cut.polarity is not None:
        mask &= _said(frame, cut)
    return frame if mask.all() else frame.where(mask)


def opinions(frame: Frame, aspect: str = "", polarity: int | None = None) -> Frame:
    """The opinions about a cut's answers, all or those on an aspect (NONE: on none in particular) or of a polarity."""
    if not isinstance(frame, Answers) or not len(frame.opinions):
        return Frame()
    said = frame.opinions
    mask = np.ones(len(said), np.bool_)
    if aspect:
        mask &= _among(said["aspect"], ("" if aspect == NONE else aspect,))
    if polarity is not None:
        mask &= said["polarity"].values == polarity
    return said if mask.all() else said.where(mask)


def _said(frame: Frame, cut: Cut) -> Mask:
    found = opinions(frame, cut.aspect, cut.polarity)
    if not len(found):
        return np.zeros(len(frame), np.bool_)
    return np.isin(frame["response"].values, found["response"].values)


def _among(column: Column, wanted: Iterable[str]) -> Mask:
    numbers = [column.codes.index(code) for code in wanted if code in column.codes]
    return np.isin(column.values, numbers)


def _answered(frame: Frame, key: str, codes: list[str]) -> Mask:
    if key not in frame:
        raise _wrong("answer", key)
    column, values = frame[key], _numbers(frame[key])
    mask = np.zeros(len(frame), np.bool_)
    for code in codes:
        if code in column.codes:
            mask |= column.values == column.codes.index(code)
        elif not column.codes:
            low, high = _range(code)
            mask |= column.is_answered & (values >= low) & (values <= high)
    return mask


def _numbers(column: Column) -> Numbers:
    return column.values


def _range(code: str) -> tuple[int, int]:
    low, dash, high = code.partition("-")
    if not low.isdecimal() or (dash and not high.isdecimal()) or len(code) > 20:
        raise _wrong("answer", code)
    return int(low), int(high or low)


def _wrong(name: str, value: str) -> SurveyError:
    return SurveyError(
        "cut",
        N_("The filter “%(name)s” cannot be %(value)s."),
        N_("Choose it again above the figures, or remove it from the address."),
        name=name,
        value=value[:60] or "“”",
    )


def _many(query: "Mapping[str, Any] | str") -> dict[str, list[str]]:
    if isinstance(query, str):
        return parse_qs(query.lstrip("?"), max_num_fields=200)
    if hasattr(query, "getlist"):
        return {key: query.getlist(key) for key in query}
    return {key: [value] if isinstance(value, str) else [str(v) for v in value] for key, value in query.items()}


def _one(given: Mapping[str, list[str]], name: str) -> str:
    return next((value for value in given.get(name, ()) if value), "")


def _whole(name: str, text: str, low: int, high: int) -> int:
    if not text.lstrip("-").isascii() or not text.removeprefix("-").isdecimal() or len(text) > 12:
        raise _wrong(name, text)
    if not low <= int(text) <= high:
        raise _wrong(name, text)
    return int(text)


def _answer(text: str) -> tuple[str, str]:
    key, colon, code = text.rpartition(":")
    if not colon or not key or not code or len(text) > 200:
        raise _wrong("answer", text)
    return key, code


def _days(given: Mapping[str, list[str]]) -> tuple[str, date | None, date | None]:
    since, until = _day("since", _one(given, "since")), _day("until", _one(given, "until"))
    period = _one(given, "period")
    if since or until or not period:
        if since and until and until < since:
            raise SurveyError("cut", N_("The period ends before it begins."), N_("Choose the days again."))
        return "", since, until
    if period not in PERIODS:
        raise _wrong("period", period)
    return period, *preset(period)


def preset(period: str) -> tuple[date | None, date | None]:
    """The first and last day of a named period, as of today."""
    today = clock.today()
    if period == "all":
        return None, None
    if period.endswith("d"):
        return today - timedelta(int(period[:-1]) - 1), today
    if period == "year":
        return today.replace(month=1, day=1), today
    first = today.replace(day=1)
    if period == "last-month":
        last = first - timedelta(1)
        return last.replace(day=1), last
    return first, today


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise _wrong(name, text) from error
    if not 1900 <= day.year <= 2200:
        raise _wrong(name, text)
    return day
