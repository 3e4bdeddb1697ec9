"""What people say about clauses, and how often a model agrees."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("item_key", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("stop", sa.Integer(), nullable=False),
        sa.Column("polarity", sa.Integer(), nullable=True),
        sa.Column("aspects", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('label','undo')", name="label_kind"),
        sa.CheckConstraint("queue in ('sample','teach','correction')", name="label_queue"),
        sa.CheckConstraint("polarity in (-1,0,1)", name="label_polarity"),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"]),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.create_index("label_survey", ["survey_id", "queue"], unique=False)
        batch_op.create_index("label_response", ["response_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_label_batch"), ["batch"], unique=False)
    op.create_table(
        "model_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("last_label", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("model_check", schema=None) as batch_op:
        batch_op.create_index("model_check_survey", ["survey_id", "model", "model_version"], unique=False)


def downgrade() -> None:
    op.drop_table("model_check")
    op.drop_table("label")
