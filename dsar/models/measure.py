"""What we do in one data system for one right: decided, approved, then carried out."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Measure(Base):
    """What we do in one data system for one right: decided, approved, then carried out."""

    __tablename__ = "measures"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    right_id: Mapped[str] = mapped_column(ref("requested_rights.id"), index=True)
    task_id: Mapped[str] = mapped_column(ref("tasks.id"))
    system_id: Mapped[str] = mapped_column(ref("data_systems.id"))
    #: One of domain.measures.Act.
    act: Mapped[str]
    #: The ground of the profile on which something is not done.
    ground: Mapped[str | None]
    #: Sealed JSON: what it is about, and the words for the person (see domain.measures).
    body: Mapped[bytes]
    #: What is kept is kept until this day.
    keep_until_on: Mapped[date | None]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(ref("staff.id"))
    executed_at: Mapped[datetime | None]
    executed_by: Mapped[str | None] = mapped_column(ref("staff.id"))
    #: Sealed: how it was carried out.
    proof: Mapped[bytes | None]
    #: The last backup copy is gone from this day.
    purge_on: Mapped[date | None]
    purged_at: Mapped[datetime | None]
    #: The person was told that the restriction ends (GDPR art. 18(3)).
    lift_notice_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    #: Taken back before it was carried out.
    removed_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
