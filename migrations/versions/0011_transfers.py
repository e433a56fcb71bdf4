"""Create the record of files that were sent to another controller."""

import sqlalchemy as sa
from alembic import op
from columns import day, index, moment, reference, table

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the table."""
    table(
        "transfers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("right_id", sa.Text(), nullable=False),
        sa.Column("sent_on", day(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", moment(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("right_id", "requested_rights.id"),
        reference("recorded_by", "staff.id"),
        sa.UniqueConstraint("right_id"),
    )
    index("transfers", "case_id")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("transfers")
