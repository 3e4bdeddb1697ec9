"""The parameters of an address that says a cut: read one by one, refused in words where they cannot be."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs

from ... import clock
from ...errors import N_, SurveyError

NONE = "~"
"""Stands for "has none" in addresses, where an empty value means "any"."""
ANY = "*"
"""Stands for "has one, whichever"."""

PERIODS = {
    "30d": N_("Last 30 days"), "90d": N_("Last 90 days"), "365d": N_("Last 12 months"),
    "month": N_("This month"), "last-month": N_("Last month"), "year": N_("This year"), "all": N_("All time"),
}  # fmt: skip
EPOCH = date(1970, 1, 1)


def wrong(name: str, value: str) -> SurveyError:
    """The refusal of a filter's value."""
    return SurveyError(
        "cut",
        N_("The filter “%(name)s” cannot be %(value)s."),
        N_("Choose it again above the figures, or remove it from the address."),
        name=name,
        value=value[:60] or "“”",
    )


def lists_of(query: "Mapping[str, Any] | str") -> dict[str, list[str]]:
    """The values of every parameter."""
    if isinstance(query, str):
        return parse_qs(query.lstrip("?"), max_num_fields=200)
    if hasattr(query, "getlist"):
        return {key: query.getlist(key) for key in query}
    return {key: [value] if isinstance(value, str) else [str(v) for v in value] for key, value in query.items()}


def first_of(given: Mapping[str, list[str]], name: str) -> str:
    """The first value of a parameter that is not empty."""
    return next((value for value in given.get(name, ()) if value), "")


def whole_of(name: str, text: str, low: int, high: int) -> int:
    """A whole number within limits."""
    if not text.lstrip("-").isascii() or not text.removeprefix("-").isdecimal() or len(text) > 12:
        raise wrong(name, text)
    if not low <= int(text) <= high:
        raise wrong(name, text)
    return int(text)


def answer_of(text: str) -> tuple[str, str]:
    """`key:code` as a pair; whether the survey has them is asked when it is known."""
    key, colon, code = text.rpartition(":")
    if not colon or not key or not code or len(text) > 200:
        raise wrong("answer", text)
    return key, code


def attribute_of(text: str) -> tuple[str, str]:
    """`name:value` as a pair."""
    name, colon, value = text.partition(":")
    if not colon or not name or not value or len(text) > 300:
        raise wrong("attr", text)
    return name, "" if value == NONE else value


def range_of(code: str) -> tuple[float, float]:
    """The limits of a range of numbers, both included: 9, 0-6, -5..3.5, 10.. and ..3."""
    low, dots, high = code.partition("..")
    if not dots:
        low, dash, high = code.partition("-")
        high = high if dash else low
        if not low.isdecimal() or not high.isdecimal():
            low, high = code, code
    elif not low and not high:
        raise wrong("answer", code)
    return _number(code, low or "-1e15"), _number(code, high or "1e15")


def _number(code: str, text: str) -> float:
    is_plain = text.isascii() and len(text) <= 20 and not text.lower().startswith(("inf", "nan", "+"))
    try:
        found = float(text) if is_plain and "_" not in text else float("nan")
    except ValueError:
        found = float("nan")
    if not abs(found) <= 1e15:  # "nan" is not, and neither is infinity
        raise wrong("answer", code)
    return found


def days_of(given: Mapping[str, list[str]]) -> tuple[str, date | None, date | None]:
    """The name of the preset ("" for none), the first day and the last."""
    since, until = _day("since", first_of(given, "since")), _day("until", first_of(given, "until"))
    period = first_of(given, "period")
    if since or until or not period:
        if since and until and until < since:
            raise SurveyError("cut", N_("The period ends before it begins."), N_("Choose the days again."))
        return "", since, until
    if period not in PERIODS:
        raise wrong("period", period)
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
        raise wrong(name, text) from error
    if not 1900 <= day.year <= 2200:
        raise wrong(name, text)
    return day
