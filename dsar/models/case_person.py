"""Somebody in a case: the data subject, the requester, a representative. Sealed."""

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class CasePerson(Base):
    """Somebody in a case: the data subject, the requester, a representative. Sealed."""

    __tablename__ = "case_people"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    kind: Mapped[str]
    name: Mapped[bytes]
    email: Mapped[bytes | None]
    phone: Mapped[bytes | None]
    postal_address: Mapped[bytes | None]
    identifiers: Mapped[bytes | None]
    company: Mapped[bytes | None]
    representation: Mapped[str | None]
    email_index: Mapped[str | None] = mapped_column(index=True)

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row."""
        return self.case_id
