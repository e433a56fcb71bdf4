"""Create the notices that move a clock."""

import sqlalchemy as sa
from alembic import op
from columns import day, flag, index, moment, reference, table

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table."""
    table(
        "clock_notices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("until", day(), nullable=True),
        sa.Column("pauses", flag(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("delay", sa.LargeBinary(), nullable=True),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("answer_by", day(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("notified_at", moment(), nullable=True),
        sa.Column("answered_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("created_by", "staff.id"),
    )
    index("clock_notices", "case_id")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("clock_notices")
