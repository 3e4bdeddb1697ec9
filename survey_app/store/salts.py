"""A random salt for each day, kept that day only: what was hashed with it can afterwards be traced to nobody."""

from datetime import date

from sqlalchemy import Engine, delete
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from .. import clock, crypto
from ..tables import Setting, Trace
from .database import writing

KEY = "salt"
DAILY = ("network", "device")
"""Kinds of traces that are hashed with the day's salt, and are worth nothing without it."""
_kept: dict[URL, tuple[date, str]] = {}


def salt_of_today(engine: Engine) -> str:
    """Today's salt; the first who asks makes it, and the one of yesterday and its traces are gone."""
    today = clock.now().astimezone(clock.zone()).date()
    kept = _kept.get(engine.url)
    if kept is None or kept[0] != today:
        try:
            kept = _made(engine, today)
        except IntegrityError:  # Another process was the first in this moment.
            kept = _made(engine, today)
        _kept[engine.url] = kept
    return kept[1]


def _made(engine: Engine, today: date) -> tuple[date, str]:
    with writing(engine) as session:
        row = session.get(Setting, KEY, with_for_update=True)
        if row is not None and row.value["day"] >= today.isoformat():
            return today, str(row.value["salt"])
        _forget(session)
        value = {"day": today.isoformat(), "salt": crypto.new_token()}
        if row is None:
            session.add(Setting(key=KEY, value=value))
        else:
            row.value = value
        return today, value["salt"]


def _forget(session: Session) -> None:
    session.execute(delete(Trace).where(col(Trace.kind).in_(DAILY)))
