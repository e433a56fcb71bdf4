"""Six digits sent to the address of a case; tries are counted atomically."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class MailedCode(Base):
    """Six digits sent to the address of a case; tries are counted atomically."""

    __tablename__ = "mailed_codes"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    purpose: Mapped[str]
    code_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int]
    used_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
