"""Bringing a database to the tables of this version, and saying whether it is there."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect
from sqlmodel import SQLModel

from ..errors import N_, SurveyError

SCRIPTS = Path(__file__).parent.parent / "migrations"


def _config(connection: Connection) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, to: str = "head") -> None:
    """Run the migrations that are missing, in one transaction; does nothing on a current database."""
    with engine.execution_options(writes=True).begin() as connection:
        config = _config(connection)
        here = MigrationContext.configure(connection).get_current_revision()
        scripts = ScriptDirectory.from_config(config)
        if here == scripts.get_current_head():
            return
        if here is not None and here not in {script.revision for script in scripts.walk_revisions()}:
            raise SurveyError(
                "schema-newer",
                N_("The database was made by a newer version of this program."),
                N_("Install that version, or restore a backup from before."),
            )
        command.upgrade(config, to)


def revise(engine: Engine, message: str, revision: str) -> None:
    """Write a new migration for what the tables have and the database has not (for developers)."""
    with engine.execution_options(writes=True).begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def differences(engine: Engine) -> list[str]:
    """What the tables have and the database has not, or the other way round; empty when they agree."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return [str(difference) for difference in compare_metadata(context, SQLModel.metadata)]


def is_empty(engine: Engine) -> bool:
    return not inspect(engine).get_table_names()
