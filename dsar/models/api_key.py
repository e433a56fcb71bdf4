"""A key with which a program reads what its owner may see."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class ApiKey(Base):
    """A key with which a program reads what its owner may see; only its hash is kept."""

    __tablename__ = "api_keys"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[str] = mapped_column(ref("staff.id"), index=True)
    #: What its owner calls it.
    label: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
