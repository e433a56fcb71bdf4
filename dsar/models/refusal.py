"""A right refused as a whole, on a ground of the profile (GDPR art. 12(4))."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Refusal(Base):
    """A right refused as a whole, on a ground of the profile (GDPR art. 12(4))."""

    __tablename__ = "refusals"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    right_id: Mapped[str] = mapped_column(ref("requested_rights.id"), index=True)
    ground: Mapped[str]
    #: Sealed: why, in plain words.
    explanation: Mapped[bytes]
    #: Sealed: what the person gets all the same.
    still_given: Mapped[bytes | None]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(ref("staff.id"))
    taken_back_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
