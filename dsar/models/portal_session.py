"""A person's browser that has opened one case."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class PortalSession(Base):
    """A person's browser that has opened one case."""

    __tablename__ = "portal_sessions"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    #: When a mailed code for the package was given.
    code_at: Mapped[datetime | None]
    #: When the receipt's access code was given.
    access_code_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
