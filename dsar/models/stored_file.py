"""A sealed file on the store; the row holds its name sealed and its size."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class StoredFile(Base):
    """A sealed file on the store; the row holds its name sealed and its size."""

    __tablename__ = "stored_files"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    message_id: Mapped[str | None] = mapped_column(ref("messages.id"), index=True)
    purpose: Mapped[str]
    name: Mapped[bytes]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    added_at: Mapped[datetime]
    shredded_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
