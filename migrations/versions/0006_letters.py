"""Create outbox, reminders, codes, links and portal sessions."""

import sqlalchemy as sa
from alembic import op
from columns import day, document, index, moment, number, reference, table

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables."""
    table(
        "outbox",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("facts", document(), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("not_before", moment(), nullable=False),
        sa.Column("due_on", day(), nullable=True),
        sa.Column("attempts", number(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", moment(), nullable=True),
        sa.Column("settled_at", moment(), nullable=True),
        sa.Column("last_code", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("organisation_id", "organisations.id"),
        reference("case_id", "cases.id"),
        reference("staff_id", "staff.id"),
        sa.UniqueConstraint("key"),
    )
    index("outbox", "case_id")
    index("outbox", "state", "not_before")
    table(
        "reminders",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("right_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("due_on", day(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("right_id", "requested_rights.id"),
        reference("staff_id", "staff.id"),
        sa.UniqueConstraint("case_id", "right_id", "step", "staff_id", "due_on"),
    )
    table(
        "mailed_codes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.Column("tries", number(), nullable=False),
        sa.Column("used_at", moment(), nullable=True),
        sa.Column("superseded_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
    )
    index("mailed_codes", "case_id")
    table(
        "one_time_links",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("staff_id", sa.Text(), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.Column("used_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("staff_id", "staff.id"),
        sa.UniqueConstraint("token_hash"),
    )
    index("one_time_links", "case_id")
    table(
        "portal_sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("seen_at", moment(), nullable=False),
        sa.Column("code_at", moment(), nullable=True),
        sa.Column("access_code_at", moment(), nullable=True),
        sa.Column("ended_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        sa.UniqueConstraint("token_hash"),
    )
    index("portal_sessions", "case_id")
    table(
        "look_ups",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("email_index", sa.Text(), nullable=True),
        sa.Column("link_hash", sa.Text(), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        reference("organisation_id", "organisations.id"),
    )
    index("look_ups", "created_at")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("look_ups")
    op.drop_table("portal_sessions")
    op.drop_table("one_time_links")
    op.drop_table("mailed_codes")
    op.drop_table("reminders")
    op.drop_table("outbox")
