"""A notice that moves a clock: pending until it has left the house (decision 5)."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class ClockNotice(Base):
    """A notice that moves a clock: pending until it has left the house (decision 5)."""

    __tablename__ = "clock_notices"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    #: extension, question or fee
    kind: Mapped[str]
    #: The right whose clock it moves; every clock of the case, where none is named.
    right: Mapped[str | None]
    #: The coded reason for more time, or the ground of a fee.
    reason: Mapped[str | None]
    #: The new last day, under a law where the notice itself names it.
    until: Mapped[date | None]
    #: Whether the question stops the clock, as the person was told.
    pauses: Mapped[bool]
    #: Sealed: the explanation of the extension, the question, or the fee (JSON).
    body: Mapped[bytes]
    #: Sealed: why the question comes only now.
    delay: Mapped[bytes | None]
    #: Sealed: the answer.
    reply: Mapped[bytes | None]
    answer_by: Mapped[date | None]
    created_by: Mapped[str] = mapped_column(ref("staff.id"))
    created_at: Mapped[datetime]
    notified_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
