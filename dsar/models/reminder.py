"""That somebody was reminded of one step of one date: exactly once."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Reminder(Base):
    """That somebody was reminded of one step of one date: exactly once."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("case_id", "right_id", "step", "staff_id", "due_on"),
        STRICT,
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"))
    right_id: Mapped[str] = mapped_column(ref("requested_rights.id"))
    step: Mapped[str]
    staff_id: Mapped[str] = mapped_column(ref("staff.id"))
    due_on: Mapped[date]
    created_at: Mapped[datetime]
