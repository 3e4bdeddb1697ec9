"""The furnished installation for attacks, run as in production: faults are answers with status 500, and are counted."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import SQLModel

from survey_app.config import Config

from .house import House, furnish

Counts = dict[str, int]


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, is_testing=False)


@pytest.fixture
def house(engine: Engine) -> House:
    return furnish(engine)


@pytest.fixture
def count(engine: Engine) -> Callable[[], Counts]:
    """How many rows each table has."""

    def count() -> Counts:
        with engine.connect() as connection:
            return {
                name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in SQLModel.metadata.tables.items()
            }

    return count
