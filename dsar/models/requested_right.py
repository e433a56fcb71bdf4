"""One right used in a case: its own progress, clock and outcome."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, Document, new_id, ref


class RequestedRight(Base):
    """One right used in a case: its own progress, clock and outcome."""

    __tablename__ = "requested_rights"
    __table_args__ = (UniqueConstraint("case_id", "right"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    right: Mapped[str]
    position: Mapped[int]
    state: Mapped[str]
    #: Sealed JSON: what the person answered about this right.
    wishes: Mapped[bytes]
    unadjusted_on: Mapped[date]
    statutory_on: Mapped[date]
    earliest_on: Mapped[date]
    promise_on: Mapped[date | None]
    binding_on: Mapped[date | None]
    unpaused_on: Mapped[date]
    target_on: Mapped[date]
    extension_notice_on: Mapped[date | None]
    sort_on: Mapped[date]
    is_suspended: Mapped[bool]
    clock_flags: Mapped[list[str]] = mapped_column(Document)
    clock_steps: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    rule_version: Mapped[str]
    calendar_hash: Mapped[str]
    outcome: Mapped[str | None]
    closed_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
