"""A role that a member of staff has in one organisation."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Membership(Base):
    """A role that a member of staff has in one organisation."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("staff_id", "organisation_id", "role"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[str] = mapped_column(ref("staff.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ref("organisations.id"), index=True)
    role: Mapped[str]
