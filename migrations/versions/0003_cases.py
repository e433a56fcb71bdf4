"""Create cases, people, rights and the append-only log."""

import sqlalchemy as sa
from alembic import op
from columns import append_only, day, document, flag, index, moment, number, reference, table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    table(
        "cases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", number(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("clock_options", document(), nullable=False),
        sa.Column("site_clock", document(), nullable=True),
        sa.Column("received_at", moment(), nullable=False),
        sa.Column("registered_at", moment(), nullable=False),
        sa.Column("is_practice", flag(), nullable=False),
        sa.Column("submission_key", sa.Text(), nullable=True),
        sa.Column("access_code_hash", sa.Text(), nullable=False),
        sa.Column("address_confirmed_at", moment(), nullable=True),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=True),
        sa.Column("reply_format", sa.Text(), nullable=False),
        sa.Column("is_guarded", flag(), nullable=False),
        sa.Column("flags", document(), nullable=False),
        sa.Column("sort_on", day(), nullable=False),
        sa.Column("binding_on", day(), nullable=True),
        sa.Column("statutory_on", day(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("closed_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("organisation_id", "organisations.id"),
        reference("owner_id", "staff.id"),
        sa.UniqueConstraint("submission_key"),
        sa.UniqueConstraint("organisation_id", "number"),
    )
    index("cases", "organisation_id", "state", "sort_on")
    index("cases", "owner_id")
    index("cases", "state", "sort_on")
    table(
        "case_people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("postal_address", sa.LargeBinary(), nullable=True),
        sa.Column("identifiers", sa.LargeBinary(), nullable=True),
        sa.Column("company", sa.LargeBinary(), nullable=True),
        sa.Column("representation", sa.Text(), nullable=True),
        sa.Column("email_index", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
    )
    index("case_people", "case_id")
    index("case_people", "email_index")
    table(
        "name_tokens",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "token"),
        reference("case_id", "cases.id"),
        reference("organisation_id", "organisations.id"),
    )
    index("name_tokens", "organisation_id", "token")
    table(
        "requested_rights",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("position", number(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wishes", sa.LargeBinary(), nullable=False),
        sa.Column("unadjusted_on", day(), nullable=False),
        sa.Column("statutory_on", day(), nullable=False),
        sa.Column("earliest_on", day(), nullable=False),
        sa.Column("promise_on", day(), nullable=True),
        sa.Column("binding_on", day(), nullable=True),
        sa.Column("unpaused_on", day(), nullable=False),
        sa.Column("target_on", day(), nullable=False),
        sa.Column("extension_notice_on", day(), nullable=True),
        sa.Column("sort_on", day(), nullable=False),
        sa.Column("is_suspended", flag(), nullable=False),
        sa.Column("clock_flags", document(), nullable=False),
        sa.Column("clock_steps", document(), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column("calendar_hash", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("closed_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        sa.UniqueConstraint("case_id", "right"),
    )
    index("requested_rights", "case_id")
    table(
        "case_events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("seq", number(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_ref", sa.Text(), nullable=False),
        sa.Column("facts", document(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        sa.UniqueConstraint("case_id", "seq"),
    )
    table(
        "event_heads",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("seq", number(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
        reference("case_id", "cases.id"),
    )
    append_only("case_events")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("event_heads")
    op.drop_table("case_events")
    op.drop_table("requested_rights")
    op.drop_table("name_tokens")
    op.drop_table("case_people")
    op.drop_table("cases")
