"""A signed-in browser of a member of staff; the cookie holds only a token."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class StaffSession(Base):
    """A signed-in browser of a member of staff; the cookie holds only a token."""

    __tablename__ = "staff_sessions"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    staff_id: Mapped[str] = mapped_column(ref("staff.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    #: When the second factor was last shown; none means half-way in.
    factor_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
