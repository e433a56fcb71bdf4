"""Create staff, their roles and sessions."""

import sqlalchemy as sa
from alembic import op
from columns import flag, index, moment, number, reference, table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    table(
        "staff",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", number(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("is_admin", flag(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("disabled_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email_key"),
    )
    table(
        "recovery_codes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("staff_id", "staff.id"),
    )
    index("recovery_codes", "staff_id")
    table(
        "memberships",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        reference("staff_id", "staff.id"),
        reference("organisation_id", "organisations.id"),
        sa.UniqueConstraint("staff_id", "organisation_id", "role"),
    )
    index("memberships", "organisation_id")
    index("memberships", "staff_id")
    table(
        "staff_sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("seen_at", moment(), nullable=False),
        sa.Column("factor_at", moment(), nullable=True),
        sa.Column("ended_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("staff_id", "staff.id"),
        sa.UniqueConstraint("token_hash"),
    )
    index("staff_sessions", "staff_id")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("staff_sessions")
    op.drop_table("memberships")
    op.drop_table("recovery_codes")
    op.drop_table("staff")
