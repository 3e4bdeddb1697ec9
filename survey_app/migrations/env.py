"""How Alembic meets our tables: always on a connection that `store.schema` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import AutoString, SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from survey_app import tables
from survey_app.tables.types import Encrypted

assert tables.__all__


def _render(_kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations stay true when column types change: they name what the database has, encrypted text as bytes."""
    if isinstance(item, Encrypted):
        return "sa.LargeBinary()"
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, AutoString):
        return "sa.String()" if item.length is None else f"sa.String({item.length})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=_render,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
