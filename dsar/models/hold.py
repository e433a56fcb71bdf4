"""Something that must not be erased for now: one case, or one system."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Hold(Base):
    """Something that must not be erased for now: one case, or one system."""

    __tablename__ = "holds"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ref("organisations.id"), index=True)
    case_id: Mapped[str | None] = mapped_column(ref("cases.id"), index=True)
    system_id: Mapped[str | None] = mapped_column(ref("data_systems.id"))
    #: A code of domain.holds, never words about a person.
    reason: Mapped[str]
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(ref("staff.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(ref("staff.id"))
