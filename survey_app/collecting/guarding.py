"""Signs that a response may not be what it seems: a trap, haste, repetition. They are kept beside it, with reasons.

Whoever answers is known by hashes only: of a cookie, of the customer or account, and, for one day, of the network and
the browser. Nothing of this is done where a survey does not ask for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, bindparam, func, insert, select
from sqlmodel import col

from .. import crypto
from ..errors import N_
from ..store.database import table_of
from ..store.salts import DAILY, salt_of_today
from ..store.straight import Straight
from ..tables import Trace
from .tickets import Ticket
from .visits import Visit

KINDS = {
    "cookie": N_("The same browser (a cookie, only for this survey)"),
    "account": N_("The same customer or account, also with another link"),
    "device": N_("The same network and kind of browser on one day"),
    "network": N_("The same network on one day"),
}
"""What somebody who answers again is known by. The token of a personal link counts once in any case."""

SURE = ("cookie", "account")
"""Kinds that tell people apart well enough to turn somebody away; families and offices share a network."""

HOUR = timedelta(hours=1)
_TRACE = table_of(Trace)
_MINE = (
    _TRACE.c.survey_id == bindparam("survey"),
    _TRACE.c.kind == bindparam("sort"),
    _TRACE.c.mark == bindparam("is"),
)
_FIRST = select(_TRACE.c.response_id).where(*_MINE).order_by(_TRACE.c.id).limit(1)
_SINCE = select(func.count()).where(*_MINE, col(Trace.at) > bindparam("since"))
_LEAVE = insert(_TRACE)


class Crowded(Exception):
    """More responses from one network within an hour than the survey takes."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a request shows of who sends it. `is_shared`: many people answer here, one after the other."""

    is_trapped: bool = False
    network: str = ""
    browser: str = ""
    cookie: str = ""
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Guarded:
    """What is known before a response is written: its flags so far, and its marks by kind."""

    flags: dict[str, Any] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    per_hour: int | None = None


NOTHING = Guarded()


def guard(engine: Engine, visit: Visit, ticket: Ticket, seen: Seen, now: datetime) -> Guarded:
    """Judge a response that is about to be submitted."""
    flags: dict[str, Any] = {"trap": {}} if seen.is_trapped else {}
    rule = visit.policy.guard
    if rule is None:
        return Guarded(flags)
    took = int((now - ticket.started_at).total_seconds())
    if took < rule.least_seconds:
        flags["hasty"] = {"seconds": took, "least": rule.least_seconds}
    if visit.policy.is_anonymous:
        return Guarded(flags)
    marks = {kind: mark for kind in rule.by if (mark := _mark(engine, kind, visit, seen))} if not seen.is_shared else {}
    if rule.per_hour is not None and (mark := _mark(engine, "network", visit, seen)):
        marks["network"] = mark
    return Guarded(flags, marks, rule.per_hour)


def _mark(engine: Engine, kind: str, visit: Visit, seen: Seen) -> str:
    """The hash by which somebody is known again, "" where there is nothing to know him by."""
    known = {
        "cookie": seen.cookie, "account": visit.account,
        "network": seen.network, "device": seen.network and f"{seen.network} {seen.browser}",
    }[kind]  # fmt: skip
    if not known:
        return ""
    salt = salt_of_today(engine) if kind in DAILY else ""
    return crypto.blind_index(f"{visit.survey_id}|{salt}|{known}", f"trace.{kind}")


def check(db: Straight, visit: Visit, guarded: Guarded, now: datetime) -> dict[str, Any]:
    """The flags of a response, in the transaction that writes it. Crowded where its network has sent too many."""
    by, first = [], None
    for kind, mark in guarded.marks.items():
        about = {"survey": visit.survey_id, "sort": kind, "is": mark}
        if kind == "network" and guarded.per_hour is not None:
            count = db.first(_SINCE, {**about, "since": now - HOUR})
            if count is not None and count[0] >= guarded.per_hour:
                raise Crowded
        rule = visit.policy.guard
        if rule is not None and kind in rule.by and (found := db.first(_FIRST, about)):
            by.append(kind)
            first = found[0] if first is None else min(first, found[0])
    return {**guarded.flags, "repeat": {"by": by, "of": first}} if by else guarded.flags


def leave(db: Straight, visit: Visit, response_id: int, guarded: Guarded, now: datetime) -> None:
    """Remember by what this response would be known again."""
    for kind, mark in guarded.marks.items():
        row = {"survey_id": visit.survey_id, "kind": kind, "mark": mark, "response_id": response_id, "at": now}
        db.execute(_LEAVE, row)


def is_refused(db: Straight, engine: Engine, visit: Visit, seen: Seen) -> bool:
    """Whether somebody who begins is known to have answered, in a survey that turns such people away."""
    rule = visit.policy.guard
    if rule is None or not rule.is_refused or visit.given.id or seen.is_shared or visit.policy.is_anonymous:
        return False
    marks = ((kind, _mark(engine, kind, visit, seen)) for kind in rule.by if kind in SURE)
    return any(mark and db.first(_FIRST, {"survey": visit.survey_id, "sort": kind, "is": mark}) for kind, mark in marks)
