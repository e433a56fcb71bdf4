"""What must be erased again after a restore: a keyed digest, no person."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class ErasureMark(Base):
    """What must be erased again after a restore: a keyed digest, no person."""

    __tablename__ = "erasure_marks"
    __table_args__ = (UniqueConstraint("system_id", "digest", "erased_at"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ref("organisations.id"))
    system_id: Mapped[str] = mapped_column(ref("data_systems.id"), index=True)
    case_number: Mapped[str]
    #: Keyed digest of an identifier under which the data lay.
    digest: Mapped[bytes]
    erased_at: Mapped[datetime]
    #: No backup is older from this day on; the mark goes.
    until_on: Mapped[date]
