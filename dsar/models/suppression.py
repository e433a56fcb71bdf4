"""An address that marketing must not use again: a digest that nobody can read."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Suppression(Base):
    """An address that marketing must not use again: a digest that nobody can read."""

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("organisation_id", "purpose", "digest"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ref("organisations.id"))
    #: marketing, or a consent that was withdrawn
    purpose: Mapped[str]
    #: Keyed digest of the normalised address or number.
    digest: Mapped[bytes]
    since: Mapped[datetime]
