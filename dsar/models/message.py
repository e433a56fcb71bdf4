"""Something written in a case: by the person, to the person, or an internal note."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Message(Base):
    """Something written in a case: by the person, to the person, or an internal note."""

    __tablename__ = "messages"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    direction: Mapped[str]
    author_id: Mapped[str | None] = mapped_column(ref("staff.id"))
    body: Mapped[bytes]
    written_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
