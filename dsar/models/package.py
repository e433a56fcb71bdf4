"""What is handed over for one right: a sealed zip, built, approved or sent back."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, Document, new_id, ref


class Package(Base):
    """What is handed over for one right: a sealed zip, built, approved or sent back."""

    __tablename__ = "packages"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    right_id: Mapped[str] = mapped_column(ref("requested_rights.id"))
    file_id: Mapped[str] = mapped_column(ref("stored_files.id"))
    language: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    counts: Mapped[dict[str, Any]] = mapped_column(Document)
    #: SHA-256 of the ids and texts it was made from: differs once anything has changed.
    made_from: Mapped[str]
    #: The letter as it stands in the package, sealed.
    letter: Mapped[bytes]
    #: The page to read online.
    page_file_id: Mapped[str | None] = mapped_column(ref("stored_files.id"))
    #: The letter as PDF.
    letter_file_id: Mapped[str | None] = mapped_column(ref("stored_files.id"))
    built_at: Mapped[datetime]
    built_by: Mapped[str] = mapped_column(ref("staff.id"))
    approval_asked_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(ref("staff.id"))
    is_solo: Mapped[bool]
    remark: Mapped[bytes | None]
    sent_back_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
