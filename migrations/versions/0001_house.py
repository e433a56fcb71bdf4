"""Create organisations, their systems and sites, and what the installation counts."""

import sqlalchemy as sa
from alembic import op
from columns import document, index, moment, number, reference, table

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    table(
        "organisations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("default_language", sa.Text(), nullable=False),
        sa.Column("document", document(), nullable=False),
        sa.Column("published_at", moment(), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("version", number(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    table(
        "data_systems",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", number(), nullable=False),
        sa.Column("document", document(), nullable=False),
        sa.Column("retired_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("organisation_id", "organisations.id"),
        sa.UniqueConstraint("organisation_id", "key"),
    )
    index("data_systems", "organisation_id")
    table(
        "sites",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("base_url", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        reference("organisation_id", "organisations.id"),
        sa.UniqueConstraint("host"),
    )
    index("sites", "organisation_id")
    table(
        "case_counters",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("year", number(), nullable=False),
        sa.Column("last", number(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "year"),
        reference("organisation_id", "organisations.id"),
    )
    table(
        "budgets",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("window_ends_at", moment(), nullable=False),
        sa.Column("spent", number(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("fence", number(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    table(
        "heartbeats",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("started_at", moment(), nullable=False),
        sa.Column("finished_at", moment(), nullable=True),
        sa.Column("failures", number(), nullable=False),
        sa.PrimaryKeyConstraint("job"),
    )
    table(
        "drafts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        reference("organisation_id", "organisations.id"),
        sa.UniqueConstraint("token_hash"),
    )
    index("drafts", "expires_at")
    index("drafts", "organisation_id")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("drafts")
    op.drop_table("heartbeats")
    op.drop_table("leases")
    op.drop_table("budgets")
    op.drop_table("case_counters")
    op.drop_table("sites")
    op.drop_table("data_systems")
    op.drop_table("organisations")
