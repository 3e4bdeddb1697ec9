"""Bringing a database to the tables of this version, and saying whether it is there."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlmodel import SQLModel

from ..errors import N_, SurveyError

# Alembic is loaded by the functions that need it: a process that finds its database current does not.
if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent.parent / "migrations"


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def revisions() -> list[str]:
    """All revisions in order: the names of their files begin with them."""
    return sorted(path.stem.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*.py"))


def revision(connection: Connection) -> str | None:
    """The revision a database is at; None where it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: Engine, to: str = "head") -> None:
    """Run the migrations that are missing, in one transaction; does nothing on a current database."""
    with engine.execution_options(writes=True).begin() as connection:
        here, known = revision(connection), revisions()
        if here == known[-1]:
            return
        if here is not None and here not in known:
            raise SurveyError(
                "schema-newer",
                N_("The database was made by a newer version of this program."),
                N_("Install that version, or restore a backup from before."),
            )
        from alembic import command

        command.upgrade(_config(connection), to)


def revise(engine: Engine, message: str, revision: str) -> None:
    """Write a new migration for what the tables have and the database has not (for developers)."""
    from alembic import command

    with engine.execution_options(writes=True).begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def differences(engine: Engine) -> list[str]:
    """What the tables have and the database has not, or the other way round; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return [str(difference) for difference in compare_metadata(context, SQLModel.metadata)]


def is_empty(engine: Engine) -> bool:
    return not inspect(engine).get_table_names()
