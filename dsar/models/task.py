"""The duty to look in one data system, for one right, by a date."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Task(Base):
    """The duty to look in one data system, for one right, by a date."""

    __tablename__ = "tasks"
    __table_args__ = (UniqueConstraint("right_id", "system_id"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    right_id: Mapped[str] = mapped_column(ref("requested_rights.id"), index=True)
    system_id: Mapped[str] = mapped_column(ref("data_systems.id"))
    due_on: Mapped[date]
    #: The source deletes itself on this day.
    vanishes_on: Mapped[date | None]
    owner_id: Mapped[str | None] = mapped_column(ref("staff.id"))
    answer: Mapped[str | None]
    how: Mapped[bytes | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(ref("staff.id"))

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
