"""Two cases that belong together: a duplicate, or a later wish (decision 7)."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class CaseLink(Base):
    """Two cases that belong together: a duplicate, or a later wish (decision 7)."""

    __tablename__ = "case_links"
    __table_args__ = (UniqueConstraint("case_id", "other_id"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    other_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    #: duplicate or follow_up
    kind: Mapped[str]
    linked_at: Mapped[datetime]
    linked_by: Mapped[str | None] = mapped_column(ref("staff.id"))
