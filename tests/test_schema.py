"""Migrations and tables agree, and a database is upgraded with its data."""

from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from survey_app.errors import SurveyError
from survey_app.store import schema
from survey_app.store.database import connect


@pytest.fixture
def empty(tmp_path: Path, postgres_url: str | None, database_url: str) -> Engine:
    """A database without tables, of the kind the tests run on."""
    if postgres_url is None:
        return connect(f"sqlite:///{tmp_path / 'empty.db'}")
    engine = connect(database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return engine


def test_migrations_make_the_tables_of_the_program(empty: Engine) -> None:
    schema.upgrade(empty)
    assert schema.differences(empty) == []


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
