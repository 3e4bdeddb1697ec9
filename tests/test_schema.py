"""Migrations and tables agree, and a database is upgraded with its data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

from survey_app.errors import SurveyError
from survey_app.store import schema
from survey_app.store.database import connect


@pytest.fixture
def empty(tmp_path: Path, postgres_url: str | None, database_url: str) -> Iterator[Engine]:
    """A database without tables, of the kind the tests run on."""
    engine = connect(f"sqlite:///{tmp_path / 'empty.db'}" if postgres_url is None else database_url)
    if postgres_url is not None:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    yield engine
    engine.dispose()


def shape(engine: Engine) -> dict[str, Any]:
    """All that a database says about its tables: columns with their types, keys, indexes and constraints."""
    found = inspect(engine)
    return {
        table: {
            "columns": [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(table)],
            "key": found.get_pk_constraint(table)["constrained_columns"],
            "foreign": sorted(str(key) for key in found.get_foreign_keys(table)),
            "unique": sorted(str(sorted(key["column_names"])) for key in found.get_unique_constraints(table)),
            "checks": sorted(str(check["sqltext"]) for check in found.get_check_constraints(table)),
            "indexes": sorted(f"{i['name']} {i['column_names']} {i['unique']}" for i in found.get_indexes(table)),
        }
        for table in sorted(set(found.get_table_names()) - {"alembic_version"})
    }


def test_migrations_make_the_tables_of_the_program(empty: Engine) -> None:
    schema.upgrade(empty)
    assert schema.differences(empty) == []
    migrated = shape(empty)
    with empty.begin() as connection:
        SQLModel.metadata.drop_all(connection)
        SQLModel.metadata.create_all(connection)
    assert migrated == shape(empty)
    assert len(migrated) > 20


def test_upgrading_twice_changes_nothing(empty: Engine) -> None:
    schema.upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text("INSERT INTO setting (key, value) VALUES ('a', '{}')"))
    schema.upgrade(empty)
    with empty.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM setting")).scalar() == 1


def test_a_newer_database_is_refused_in_words(empty: Engine) -> None:
    schema.upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'future'"))
    with pytest.raises(SurveyError, match="newer version"):
        schema.upgrade(empty)


def test_the_names_of_the_files_are_the_revisions_that_alembic_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    assert schema.revisions() == [script.revision for script in reversed(list(scripts.walk_revisions()))]
