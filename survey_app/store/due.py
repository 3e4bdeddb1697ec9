"""Hand-over between stages: due rows, written with what causes them, taken under a lease, done exactly once."""

import os
import socket
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, insert, update
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, or_, select

from .. import clock
from ..tables import Change, Due
from .database import is_sqlite, table_of, writing
from .straight import Straight

LEASE = timedelta(minutes=2)
# Made once, on the tables themselves: every submission and every piece of work runs them.
_DUE = table_of(Due)
_HAND_OVER, _NOTE = insert(_DUE), insert(table_of(Change))
_FINISH = (
    update(_DUE)
    .where(_DUE.c.id == bindparam("row"), _DUE.c.attempts == bindparam("attempt"), _DUE.c.done_at.is_(None))
    .values(done_at=bindparam("at"), lease_until=None, error="")
)
WORKER = f"{socket.gethostname()}:{os.getpid()}"


def hand_over(
    session: Session | Connection | Straight,
    kind: str,
    subjects: Iterable[int],
    *,
    revision: int = 1,
    at: datetime | None = None,
) -> None:
    """Write due rows for new subjects, in the transaction that causes them."""
    rows = [
        {"kind": kind, "subject": subject, "revision": revision, "due_at": at or clock.now(), "claimed_by": "",
         "attempts": 0, "error": ""}
        for subject in subjects
    ]  # fmt: skip
    if rows:
        session.execute(_HAND_OVER, rows)


def revisions(session: Session, kind: str, subjects: Iterable[int]) -> dict[int, int]:
    """The newest revision of each subject that was ever handed over as this kind."""
    wanted = select(Due.subject, func.max(Due.revision)).where(Due.kind == kind, col(Due.subject).in_(list(subjects)))
    return dict(session.exec(wanted.group_by(col(Due.subject))).all())


def is_waiting(session: Session, kind: str, subject: int) -> bool:
    """Whether work of this kind on a subject has been handed over and is not done yet."""
    wanted = select(Due.id).where(Due.kind == kind, Due.subject == subject, col(Due.done_at).is_(None))
    return session.exec(wanted.limit(1)).first() is not None


def take(engine: Engine, kind: str, *, limit: int = 100) -> list[Due]:
    """Claim due rows for this worker. A row whose lease ran out (its worker died) is claimed again."""
    with writing(engine) as session:
        now = clock.now()
        free = or_(col(Due.lease_until).is_(None), col(Due.lease_until) < now)
        wanted = (
            select(Due)
            .where(Due.kind == kind, col(Due.done_at).is_(None), Due.due_at <= now, free)
            .order_by(col(Due.due_at), col(Due.id))
            .limit(limit)
        )
        if not is_sqlite(session):
            wanted = wanted.with_for_update(skip_locked=True)
        rows = list(session.exec(wanted))
        for row in rows:
            row.claimed_by, row.lease_until, row.attempts = WORKER, now + LEASE, row.attempts + 1
        return rows


def finish(session: Session, row: Due) -> bool:
    """Mark a claimed row done, in the transaction that did the work. False: the lease was lost, so roll back."""
    done = session.execute(_FINISH, {"row": row.id, "attempt": row.attempts, "at": clock.now()})
    return bool(getattr(done, "rowcount", 0))


def postpone(session: Session, row: Due, until: datetime) -> bool:
    """Give a claimed row back that is due again at another time. False: the lease was lost, so roll back."""
    mine = (col(Due.id) == row.id, col(Due.attempts) == row.attempts, col(Due.done_at).is_(None))
    done = session.execute(update(Due).where(*mine).values(lease_until=None, due_at=until, error=""))
    return bool(getattr(done, "rowcount", 0))


def put_back(engine: Engine, row: Due, error: str) -> None:
    """Give a failed row back, to be tried again later each time."""
    with writing(engine) as session:
        wait = timedelta(seconds=min(3600, 5 * 4 ** min(row.attempts, 5)))
        session.execute(
            update(Due)
            .where(col(Due.id) == row.id, col(Due.attempts) == row.attempts)
            .values(lease_until=None, due_at=clock.now() + wait, error=error[:500])
        )


def note_changes(session: Session | Connection | Straight, survey_id: int, response_ids: Iterable[int]) -> None:
    """Tell the columnar copy that these responses are new or have changed."""
    rows = [{"survey_id": survey_id, "response_id": response_id} for response_id in response_ids]
    if rows:
        session.execute(_NOTE, rows)
