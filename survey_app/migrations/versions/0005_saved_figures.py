"""The kind of figure that a view was saved with."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cut", schema=None) as batch_op:
        batch_op.add_column(sa.Column("figure", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("cut", schema=None) as batch_op:
        batch_op.alter_column("figure", existing_type=sa.String(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("cut", schema=None) as batch_op:
        batch_op.drop_column("figure")
