"""Engines and sessions: SQLite in WAL mode or PostgreSQL, chosen by one address."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel

PATIENCE, PATIENCE_ASKED = 15_000, 2_000
"""Milliseconds to wait for SQLite's write lock: for a person's work, and when a monitor asks."""


def connect(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql://…` (psycopg 3)."""
    if url.startswith("postgresql:"):
        url = url.replace("postgresql:", "postgresql+psycopg:", 1)
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8, hide_parameters=True)
    # Values stay out of error messages: they are what people typed, and messages end in logs.
    engine = create_engine(
        url, connect_args={"timeout": 15, "check_same_thread": False}, pool_size=8, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions on its own: its deferred ones oversell quotas and meet locks.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL", "synchronous=FULL", f"busy_timeout={PATIENCE}", "foreign_keys=ON", "secure_delete=ON",
        "cache_size=-32000",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # Straight at the driver: it takes no lock and cannot fail, and every page that is read begins with it.
        cast(sqlite3.Connection, connection.connection.dbapi_connection).execute("BEGIN")


@lru_cache(maxsize=16)
def for_writing(engine: Engine) -> Engine:
    """The engine whose transactions take the write lock as they begin."""
    return engine.execution_options(writes=True)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads; what it changes is not kept."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One write transaction: commits at the end, rolls back on any error. Keep it short: on SQLite it is the lock."""
    with Session(for_writing(engine), expire_on_commit=False) as session, session.begin():
        yield session


def can_write(engine: Engine) -> bool:
    """Whether the database takes writes now: the write lock is taken and let go, nothing is changed."""
    try:
        with engine.connect() as connection:
            if engine.dialect.name != "sqlite":
                return not connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one()
            driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
            driver.execute(f"PRAGMA busy_timeout={PATIENCE_ASKED}")
            try:
                driver.execute("BEGIN IMMEDIATE")
                driver.execute("ROLLBACK")
            finally:
                driver.execute(f"PRAGMA busy_timeout={PATIENCE}")
        return True
    except (SQLAlchemyError, sqlite3.Error):
        return False


def table_of(kind: type[SQLModel]) -> Table:
    """The table of a kind of row, for statements that make no objects."""
    return cast(Table, kind.__table__)  # type: ignore[attr-defined]


def settle(engine: Engine) -> None:
    """After an erasure: empty SQLite's write-ahead log, which still holds the pages as they were before."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
