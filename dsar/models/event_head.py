"""The newest hash of a case's log, so that a cut tail is noticed."""

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, ref


class EventHead(Base):
    """The newest hash of a case's log, so that a cut tail is noticed."""

    __tablename__ = "event_heads"
    __table_args__ = STRICT

    case_id: Mapped[str] = mapped_column(ref("cases.id"), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]
