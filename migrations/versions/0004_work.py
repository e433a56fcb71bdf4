"""Create tasks, findings, decisions, identity, messages and files."""

import sqlalchemy as sa
from alembic import op
from columns import day, flag, index, moment, number, reference, table

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    table(
        "messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", moment(), nullable=False),
        sa.Column("read_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("author_id", "staff.id"),
    )
    index("messages", "case_id")
    table(
        "stored_files",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", number(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("added_at", moment(), nullable=False),
        sa.Column("shredded_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("message_id", "messages.id"),
    )
    index("stored_files", "case_id")
    index("stored_files", "message_id")
    table(
        "tasks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("right_id", sa.Text(), nullable=False),
        sa.Column("system_id", sa.Text(), nullable=False),
        sa.Column("due_on", day(), nullable=False),
        sa.Column("vanishes_on", day(), nullable=True),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("how", sa.LargeBinary(), nullable=True),
        sa.Column("settled_at", moment(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("right_id", "requested_rights.id"),
        reference("system_id", "data_systems.id"),
        reference("owner_id", "staff.id"),
        reference("settled_by", "staff.id"),
        sa.UniqueConstraint("right_id", "system_id"),
    )
    index("tasks", "case_id")
    index("tasks", "right_id")
    table(
        "findings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("right_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("system_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("records", number(), nullable=False),
        sa.Column("holds_address", flag(), nullable=False),
        sa.Column("added_at", moment(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("removed_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("right_id", "requested_rights.id"),
        reference("task_id", "tasks.id"),
        reference("system_id", "data_systems.id"),
        reference("file_id", "stored_files.id"),
        reference("added_by", "staff.id"),
    )
    index("findings", "case_id")
    index("findings", "task_id")
    table(
        "decisions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("finding_id", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("explanation", sa.LargeBinary(), nullable=True),
        sa.Column("decided_at", moment(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("superseded_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("finding_id", "findings.id"),
        reference("decided_by", "staff.id"),
    )
    index("decisions", "case_id")
    index("decisions", "finding_id")
    table(
        "identity_checks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("doubt", sa.LargeBinary(), nullable=True),
        sa.Column("question", sa.LargeBinary(), nullable=True),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", moment(), nullable=True),
        sa.Column("notified_at", moment(), nullable=True),
        sa.Column("answered_at", moment(), nullable=True),
        sa.Column("answer_by", day(), nullable=True),
        sa.Column("pauses", flag(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=True),
        sa.Column("decided_at", moment(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("decided_by", "staff.id"),
        reference("proposed_by", "staff.id"),
    )
    index("identity_checks", "case_id")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("identity_checks")
    op.drop_table("decisions")
    op.drop_table("findings")
    op.drop_table("tasks")
    op.drop_table("stored_files")
    op.drop_table("messages")
