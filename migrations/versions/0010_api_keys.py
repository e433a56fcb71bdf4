"""Create the keys with which programs read."""

import sqlalchemy as sa
from alembic import op
from columns import index, moment, reference, table

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the table."""
    table(
        "api_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.Column("used_at", moment(), nullable=True),
        sa.Column("ended_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
        reference("staff_id", "staff.id"),
    )
    index("api_keys", "staff_id")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("api_keys")
