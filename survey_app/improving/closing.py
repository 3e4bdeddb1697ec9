"""What has been resolved long enough without a word from the customer is closed."""

from sqlalchemy import Engine
from sqlmodel import select

from ..store import due
from ..store.database import writing
from ..tables import Case, Due
from .casebook import append, events_of


def close_due(engine: Engine) -> int:
    """Close the cases whose time after the solution is over."""
    rows = due.take(engine, "case-close")
    for row in rows:
        _close(engine, row)
    return len(rows)


def _close(engine: Engine, row: Due) -> None:
    with writing(engine) as session:
        if not due.finish(session, row):
            return
        case = session.exec(select(Case).where(Case.id == row.subject)).first()
        if case is None or case.state != "resolved":
            return
        resolved = [event.number for event in events_of(session, row.subject) if event.kind == "resolved"]
        # Reopened and resolved again since: the later row closes it.
        if resolved[-1] == row.revision:
            append(session, case, "closed")
