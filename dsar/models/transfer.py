"""A file sent to another controller at the person's wish (GDPR art. 20(2))."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Transfer(Base):
    """A file sent to another controller at the person's wish (GDPR art. 20(2))."""

    __tablename__ = "transfers"
    __table_args__ = (UniqueConstraint("right_id"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    right_id: Mapped[str] = mapped_column(ref("requested_rights.id"))
    sent_on: Mapped[date]
    #: Sealed: how it was sent, and how it was made sure that the right one got it.
    proof: Mapped[bytes]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(ref("staff.id"))

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
