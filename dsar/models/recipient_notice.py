"""A recipient told of a change, or why not (GDPR art. 19)."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class RecipientNotice(Base):
    """A recipient told of a change, or why not (GDPR art. 19)."""

    __tablename__ = "recipient_notices"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    right_id: Mapped[str] = mapped_column(ref("requested_rights.id"), index=True)
    system_id: Mapped[str | None] = mapped_column(ref("data_systems.id"))
    #: Sealed: who received the data.
    recipient: Mapped[bytes]
    #: open, told, impossible or disproportionate
    state: Mapped[str]
    #: Sealed: how they were told, or why they could not be.
    proof: Mapped[bytes | None]
    told_on: Mapped[date | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(ref("staff.id"))

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
