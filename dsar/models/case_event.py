"""One entry of the case file: append-only, bound to the one before it by hash."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, Document, new_id, ref


class CaseEvent(Base):
    """One entry of the case file: append-only, bound to the one before it by hash."""

    __tablename__ = "case_events"
    __table_args__ = (UniqueConstraint("case_id", "seq"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"))
    seq: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str]
    actor_kind: Mapped[str]
    actor_ref: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(Document)
    previous_hash: Mapped[str]
    hash: Mapped[str]
