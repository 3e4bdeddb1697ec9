"""How Alembic meets our tables: always on a connection that `store.schema` hands over."""

from alembic import context
from sqlmodel import SQLModel

from survey_app import tables
from survey_app.tables.types import Encrypted

assert tables.__all__


def _render(kind: str, item: object, _context: object) -> str | bool:
    """Migrations stay true when our column types change: encrypted text is bytes to the database."""
    return "sa.LargeBinary()" if kind == "type" and isinstance(item, Encrypted) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=_render,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
