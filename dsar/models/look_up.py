"""Somebody asks for the way into her case; answered later, so that asking reveals nothing."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class LookUp(Base):
    """Somebody asks for the way into her case; answered later, so that asking reveals nothing.

    Either a number with an address (as its blind index), or the hash of a link that has died.
    """

    __tablename__ = "look_ups"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ref("organisations.id"))
    number: Mapped[str | None]
    email_index: Mapped[str | None]
    link_hash: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
