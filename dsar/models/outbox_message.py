"""A letter waiting to leave, written with what it announces; its key makes twice once."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, Document, new_id, ref


class OutboxMessage(Base):
    """A letter waiting to leave, written with what it announces; its key makes twice once."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "state", "not_before"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[str] = mapped_column(ref("organisations.id"))
    case_id: Mapped[str | None] = mapped_column(ref("cases.id"), index=True)
    #: person, staff or security; the address is looked up when it is sent
    recipient: Mapped[str]
    staff_id: Mapped[str | None] = mapped_column(ref("staff.id"))
    channel: Mapped[str]
    template: Mapped[str]
    language: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(Document)
    #: Sealed JSON: codes and link tokens, gone when the letter has left.
    secrets: Mapped[bytes | None]
    state: Mapped[str]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    due_on: Mapped[date | None]
    attempts: Mapped[int]
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    last_code: Mapped[str | None]

    @property
    def key_owner(self) -> str:
        """Return whose key seals the secrets: the case's."""
        if self.case_id is None:
            raise ValueError("a letter outside a case has no secrets")
        return self.case_id
