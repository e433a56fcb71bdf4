"""A request sent on to the controller that decides, and the person told who that is."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Forwarding(Base):
    """A request sent on to the controller that decides, and the person told who that is."""

    __tablename__ = "forwardings"
    __table_args__ = (UniqueConstraint("case_id"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    #: Sealed: who decides.
    controller: Mapped[bytes]
    #: Sealed: how to reach them.
    contact: Mapped[bytes]
    sent_on: Mapped[date]
    #: Sealed: how it was sent on.
    proof: Mapped[bytes | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(ref("staff.id"))
    notified_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
