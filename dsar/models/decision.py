"""What we do with a finding, on which ground. A later one supersedes."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Decision(Base):
    """What we do with a finding, on which ground. A later one supersedes."""

    __tablename__ = "decisions"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    finding_id: Mapped[str] = mapped_column(ref("findings.id"), index=True)
    verdict: Mapped[str]
    ground: Mapped[str | None]
    explanation: Mapped[bytes | None]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(ref("staff.id"))
    superseded_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
