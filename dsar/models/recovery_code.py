"""One way in when the authenticator is lost; works once."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class RecoveryCode(Base):
    """One way in when the authenticator is lost; works once."""

    __tablename__ = "recovery_codes"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[str] = mapped_column(ref("staff.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]
