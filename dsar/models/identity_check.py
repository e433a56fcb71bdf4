"""The verification and its verdict, never the document."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class IdentityCheck(Base):
    """The verification and its verdict, never the document."""

    __tablename__ = "identity_checks"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    method: Mapped[str]
    evidence: Mapped[str | None]
    #: asked, sufficient or insufficient
    verdict: Mapped[str]
    doubt: Mapped[bytes | None]
    question: Mapped[bytes | None]
    reply: Mapped[bytes | None]
    #: What the letter says: it is gone once somebody has decided.
    code: Mapped[bytes | None]
    asked_at: Mapped[datetime | None]
    notified_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer_by: Mapped[date | None]
    #: Whether the question stops the clock, as the person was told.
    pauses: Mapped[bool]
    #: The first of the two people that a document needs.
    proposed_by: Mapped[str | None] = mapped_column(ref("staff.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(ref("staff.id"))

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
