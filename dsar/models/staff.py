"""A member of an organisation's staff, or of several."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id


class Staff(Base):
    """A member of an organisation's staff, or of several."""

    __tablename__ = "staff"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    email: Mapped[str]
    #: The address, normalised: the name to sign in with.
    email_key: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    #: Sealed under the installation, not a case.
    totp_secret: Mapped[bytes | None]
    #: The last time step that was used: a code works once.
    totp_step: Mapped[int | None]
    language: Mapped[str]
    #: May create organisations and staff of this installation.
    is_admin: Mapped[bool]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    @property
    def is_authenticated(self) -> bool:
        """Return True: a row is only given out for a session that is signed in."""
        return True
