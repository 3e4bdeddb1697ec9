"""The keys of programs: made with scopes, found by their hash, revoked; a key itself is never kept."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from .. import clock, crypto
from ..errors import N_, NotFound, SurveyError
from ..tables import ApiKey
from .database import writing

MARK = "svk_"
"""Every key begins with it, so that one left in a file is recognised for what it is."""
SHOWN = len(MARK) + 6
DAYS = (30, 90, 365)
"""How long a key may work; it may also have no end."""
PACES = (60, 600, 6000)
"""Requests a minute."""
NOTED = timedelta(minutes=1)

SCOPES = {
    "surveys.read": N_("Read surveys and their versions"),
    "responses.read": N_("Read responses"),
    "responses.write": N_("Hand in responses"),
}
"""What a key may be made for."""


def make(
    session: Session, name: str, scopes: Iterable[str], *, days: int | None, per_minute: int, user_id: int | None
) -> tuple[str, ApiKey]:
    """A new key, which nobody can read off the database afterwards, and its row."""
    name, wanted = " ".join(name.split()), [scope for scope in SCOPES if scope in set(scopes)]
    if not name or len(name) > 80:
        raise SurveyError("key-name", N_("Give the key a name: the program that will use it."))
    if not wanted:
        raise SurveyError("key-scopes", N_("A key that may do nothing is of no use."), N_("Tick what it is for."))
    if (days is not None and days not in DAYS) or per_minute not in PACES:
        raise SurveyError("key-choice", N_("This cannot be chosen for a key."), N_("Choose one of those on the list."))
    key = f"{MARK}{secrets.token_urlsafe(24)}"
    row = ApiKey(
        name=name, start=key[:SHOWN], key_hash=crypto.hash_token(key), scopes=wanted, per_minute=per_minute,
        user_id=user_id, expires_at=clock.now() + timedelta(days=days) if days else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return key, row


def listed(session: Session) -> list[ApiKey]:
    """All keys: those that work before those that do not, the newest first."""
    return sorted(session.exec(select(ApiKey).order_by(col(ApiKey.id).desc())), key=lambda row: not works(row))


def works(row: ApiKey) -> bool:
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > clock.now())


def opened(session: Session, key: str) -> ApiKey | None:
    """The key that is sent, as long as it works."""
    if not key.startswith(MARK) or not key.isascii() or len(key) > 100:
        return None
    row = session.exec(select(ApiKey).where(ApiKey.key_hash == crypto.hash_token(key))).first()
    return row if row is not None and works(row) else None


def note_use(engine: Engine, row: ApiKey) -> None:
    """Write down that a key is in use, at most once a minute."""
    now: datetime = clock.now()
    if row.used_at is not None and now - row.used_at < NOTED:
        return
    stale = or_(col(ApiKey.used_at).is_(None), col(ApiKey.used_at) < now - NOTED)
    with writing(engine) as session:
        session.execute(update(ApiKey).where(col(ApiKey.id) == row.id, stale).values(used_at=now))


def revoke(session: Session, key_id: int) -> ApiKey:
    """Let a key work no longer; nothing happens where it was revoked before."""
    row = session.get(ApiKey, key_id) if key_id < 2**31 else None
    if row is None:
        raise NotFound("key", N_("There is no such key."))
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        session.add(row)
    return row
