"""Create what is decided, carried out and refused for each right."""

import sqlalchemy as sa
from alembic import op
from columns import day, index, moment, reference, table

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables."""
    table(
        "measures",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("right_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("system_id", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("keep_until_on", day(), nullable=True),
        sa.Column("decided_at", moment(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("executed_at", moment(), nullable=True),
        sa.Column("executed_by", sa.Text(), nullable=True),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.Column("purge_on", day(), nullable=True),
        sa.Column("purged_at", moment(), nullable=True),
        sa.Column("lift_notice_at", moment(), nullable=True),
        sa.Column("lifted_at", moment(), nullable=True),
        sa.Column("removed_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("right_id", "requested_rights.id"),
        reference("task_id", "tasks.id"),
        reference("system_id", "data_systems.id"),
        reference("decided_by", "staff.id"),
        reference("executed_by", "staff.id"),
    )
    index("measures", "case_id")
    index("measures", "right_id")
    table(
        "assessments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("right_id", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("assessed_at", moment(), nullable=False),
        sa.Column("assessed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("right_id", "requested_rights.id"),
        reference("assessed_by", "staff.id"),
        sa.UniqueConstraint("right_id"),
    )
    index("assessments", "case_id")
    table(
        "refusals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("right_id", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("explanation", sa.LargeBinary(), nullable=False),
        sa.Column("still_given", sa.LargeBinary(), nullable=True),
        sa.Column("decided_at", moment(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("taken_back_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("right_id", "requested_rights.id"),
        reference("decided_by", "staff.id"),
    )
    index("refusals", "case_id")
    index("refusals", "right_id")
    table(
        "recipient_notices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("right_id", sa.Text(), nullable=False),
        sa.Column("system_id", sa.Text(), nullable=True),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.Column("told_on", day(), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("settled_at", moment(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("right_id", "requested_rights.id"),
        reference("system_id", "data_systems.id"),
        reference("settled_by", "staff.id"),
    )
    index("recipient_notices", "case_id")
    index("recipient_notices", "right_id")


def downgrade() -> None:
    """Drop them."""
    for name in ("recipient_notices", "refusals", "assessments", "measures"):
        op.drop_table(name)
