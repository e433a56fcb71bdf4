"""Create what outlives or surrounds a case: suppressions, marks, holds, links, reports."""

import sqlalchemy as sa
from alembic import op
from columns import day, index, moment, reference, table

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables."""
    table(
        "suppressions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("since", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        reference("organisation_id", "organisations.id"),
        sa.UniqueConstraint("organisation_id", "purpose", "digest"),
    )
    table(
        "erasure_marks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("system_id", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", moment(), nullable=False),
        sa.Column("until_on", day(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        reference("organisation_id", "organisations.id"),
        reference("system_id", "data_systems.id"),
        sa.UniqueConstraint("system_id", "digest", "erased_at"),
    )
    index("erasure_marks", "system_id")
    table(
        "holds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("system_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", moment(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("lifted_at", moment(), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("organisation_id", "organisations.id"),
        reference("case_id", "cases.id"),
        reference("system_id", "data_systems.id"),
        reference("set_by", "staff.id"),
        reference("lifted_by", "staff.id"),
    )
    index("holds", "organisation_id")
    index("holds", "case_id")
    table(
        "case_links",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("linked_at", moment(), nullable=False),
        sa.Column("linked_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("other_id", "cases.id"),
        reference("linked_by", "staff.id"),
        sa.UniqueConstraint("case_id", "other_id"),
    )
    index("case_links", "case_id")
    index("case_links", "other_id")
    table(
        "forwardings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("controller", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("sent_on", day(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("notified_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("created_by", "staff.id"),
        sa.UniqueConstraint("case_id"),
    )
    index("forwardings", "case_id")
    table(
        "breach_reports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("submission_key", sa.Text(), nullable=True),
        sa.Column("reported_at", moment(), nullable=False),
        sa.Column("read_at", moment(), nullable=True),
        sa.Column("settled_at", moment(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("organisation_id", "organisations.id"),
        reference("settled_by", "staff.id"),
        sa.UniqueConstraint("organisation_id", "number"),
        sa.UniqueConstraint("submission_key"),
    )
    index("breach_reports", "organisation_id")


def downgrade() -> None:
    """Drop them."""
    for name in (
        "breach_reports",
        "forwardings",
        "case_links",
        "holds",
        "erasure_marks",
        "suppressions",
    ):
        op.drop_table(name)
