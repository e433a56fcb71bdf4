"""A link that works once, by a press of a button: stored as a hash."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class OneTimeLink(Base):
    """A link that works once, by a press of a button: stored as a hash."""

    __tablename__ = "one_time_links"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    case_id: Mapped[str | None] = mapped_column(ref("cases.id"), index=True)
    staff_id: Mapped[str | None] = mapped_column(ref("staff.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
