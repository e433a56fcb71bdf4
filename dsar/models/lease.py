"""Who leads a piece of periodic work, until when; the fence grows with each new leader."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base


class Lease(Base):
    """Who leads a piece of periodic work, until when; the fence grows with each new leader."""

    __tablename__ = "leases"
    __table_args__ = STRICT

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    fence: Mapped[int]
    expires_at: Mapped[datetime]
