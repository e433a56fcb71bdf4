"""Create packages and deliveries."""

import sqlalchemy as sa
from alembic import op
from columns import document, flag, index, moment, number, reference, table

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
    table(
        "packages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("right_id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", number(), nullable=False),
        sa.Column("counts", document(), nullable=False),
        sa.Column("made_from", sa.Text(), nullable=False),
        sa.Column("letter", sa.LargeBinary(), nullable=False),
        sa.Column("page_file_id", sa.Text(), nullable=True),
        sa.Column("letter_file_id", sa.Text(), nullable=True),
        sa.Column("built_at", moment(), nullable=False),
        sa.Column("built_by", sa.Text(), nullable=False),
        sa.Column("approval_asked_at", moment(), nullable=True),
        sa.Column("approved_at", moment(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("is_solo", flag(), nullable=False),
        sa.Column("remark", sa.LargeBinary(), nullable=True),
        sa.Column("sent_back_at", moment(), nullable=True),
        sa.Column("replaced_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("right_id", "requested_rights.id"),
        reference("file_id", "stored_files.id"),
        reference("page_file_id", "stored_files.id"),
        reference("letter_file_id", "stored_files.id"),
        reference("built_by", "staff.id"),
        reference("approved_by", "staff.id"),
    )
    index("packages", "case_id")
    table(
        "deliveries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("package_id", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("sent_at", moment(), nullable=False),
        sa.Column("delivered_at", moment(), nullable=True),
        sa.Column("until", moment(), nullable=False),
        sa.Column("downloads_left", number(), nullable=False),
        sa.Column("first_opened_at", moment(), nullable=True),
        sa.Column("warned_at", moment(), nullable=True),
        sa.Column("expired_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        reference("case_id", "cases.id"),
        reference("package_id", "packages.id"),
    )
    index("deliveries", "case_id")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("deliveries")
    op.drop_table("packages")
