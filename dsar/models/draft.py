"""What somebody has typed so far; sealed with a key of its own, gone within 24 hours."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Draft(Base):
    """What somebody has typed so far; sealed with a key of its own, gone within 24 hours."""

    __tablename__ = "drafts"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    #: None for what staff had typed when their session ended.
    organisation_id: Mapped[str | None] = mapped_column(ref("organisations.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    body: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row: its own."""
        return self.id
