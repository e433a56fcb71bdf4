"""What was weighed for one right, by whom; a later one replaces it."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Assessment(Base):
    """What was weighed for one right, by whom; a later one replaces it."""

    __tablename__ = "assessments"
    __table_args__ = (UniqueConstraint("right_id"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    right_id: Mapped[str] = mapped_column(ref("requested_rights.id"))
    #: The ground that the person has, as a code of domain.assessments.
    ground: Mapped[str | None]
    result: Mapped[str | None]
    #: Sealed JSON: texts by name (see domain.assessments).
    body: Mapped[bytes]
    assessed_at: Mapped[datetime]
    assessed_by: Mapped[str] = mapped_column(ref("staff.id"))

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
