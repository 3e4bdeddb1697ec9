"""The database as views see it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import cast

from flask import current_app
from sqlalchemy import Engine
from sqlmodel import Session

from ..config import Config
from ..store import database


@dataclass(frozen=True, slots=True)
class Installation:
    """What every request can reach: the settings and the database."""

    config: Config
    engine: Engine


def _installation() -> Installation:
    return cast(Installation, current_app.extensions["survey"])


def config() -> Config:
    return _installation().config


def engine() -> Engine:
    return _installation().engine


def reading() -> AbstractContextManager[Session]:
    """A session that only reads."""
    return database.reading(engine())


def writing() -> AbstractContextManager[Session]:
    """One short write transaction: open it after validation, leave it before rendering."""
    return database.writing(engine())
