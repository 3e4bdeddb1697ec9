"""The installation a command works on: opened, brought up to date, closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from .. import clock, crypto, server
from .. import config as configuration
from ..config import Config
from ..errors import N_, NotFound
from ..store.database import connect
from ..store.schema import upgrade
from ..tables import AuditEntry, Survey
from ..web.audit_words import COMMAND_LINE


@contextmanager
def opened(*, is_demo: bool = False) -> Iterator[tuple[Engine, Config]]:
    """The engine and settings of this installation (or of the demo beside it), with current tables."""
    config = configuration.load()
    if is_demo:
        config = server.demo_config(config)
    crypto.use_key(config.secret_key)
    clock.use_zone(config.timezone)
    engine = connect(config.database_url)
    try:
        upgrade(engine)
        yield engine, config
    finally:
        engine.dispose()


def note(session: Session, action: str, subject: str = "", subject_id: int | None = None, **data: Any) -> None:
    """Write into the audit log what is done here, in the transaction that does it."""
    entry = AuditEntry(action=action, subject=subject, subject_id=subject_id)
    entry.data = {"by": COMMAND_LINE, **data}
    session.add(entry)


def find_survey(session: Session, wanted: str) -> Survey:
    """A survey by its number, its public id or its name."""
    rows = list(session.exec(select(Survey).order_by(col(Survey.id))))
    for row in rows:
        if wanted in (str(row.id), row.public_id, row.name):
            return row
    raise NotFound(
        "survey", N_("There is no survey %(wanted)s."), N_("There are: %(names)s."),
        wanted=wanted, names=", ".join(f"{row.id} {row.name}" for row in rows) or "–",
    )  # fmt: skip
