"""When a survey takes answers and how many: opening time, policy, quotas with their places."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("survey", sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("survey", sa.Column("policy", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("response", sa.Column("outcome", sa.String(), server_default="", nullable=False))
    op.create_table(
        "quota",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"]),
        sa.PrimaryKeyConstraint("survey_id", "key"),
    )
    op.create_table(
        "reservation",
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("quota", sa.String(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"]),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"]),
        sa.PrimaryKeyConstraint("response_id", "quota"),
    )
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.create_index("reservation_quota", ["survey_id", "quota", "expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("reservation")
    op.drop_table("quota")
    op.drop_column("response", "outcome")
    op.drop_column("survey", "policy")
    op.drop_column("survey", "opens_at")
