"""A suspected breach that somebody reports: for the security contact, no case."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class BreachReport(Base):
    """A suspected breach that somebody reports: for the security contact, no case."""

    __tablename__ = "breach_reports"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        UniqueConstraint("submission_key"),
        STRICT,
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ref("organisations.id"), index=True)
    number: Mapped[str]
    language: Mapped[str]
    #: Sealed: what happened.
    body: Mapped[bytes]
    #: Sealed: how to reach who reports it, if given.
    contact: Mapped[bytes | None]
    submission_key: Mapped[str | None]
    reported_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(ref("staff.id"))

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.id
