"""Our handling of one submission. It stores facts; domain.cases decides."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, Document, new_id, ref


class Case(Base):
    """Our handling of one submission. It stores facts; domain.cases decides."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index(None, "organisation_id", "state", "sort_on"),
        Index(None, "state", "sort_on"),
        STRICT,
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ref("organisations.id"))
    #: YYYY-NNNN, unique in the organisation. It opens nothing.
    number: Mapped[str]
    version: Mapped[int] = mapped_column(nullable=False)
    state: Mapped[str]
    channel: Mapped[str]
    site: Mapped[str | None]
    language: Mapped[str]
    profile: Mapped[str]
    clock_options: Mapped[dict[str, Any]] = mapped_column(Document)
    #: The law that the site declares, with its choices: the earlier date binds (decision 6).
    site_clock: Mapped[dict[str, Any] | None] = mapped_column(Document)
    received_at: Mapped[datetime]
    registered_at: Mapped[datetime]
    is_practice: Mapped[bool]
    #: The form that made it: a repeated POST finds the same case.
    submission_key: Mapped[str | None] = mapped_column(unique=True)
    access_code_hash: Mapped[str]
    address_confirmed_at: Mapped[datetime | None]
    owner_id: Mapped[str | None] = mapped_column(ref("staff.id"), index=True)
    relation: Mapped[str | None]
    reply_format: Mapped[str]
    #: Contact may be dangerous for the person.
    is_guarded: Mapped[bool]
    flags: Mapped[list[str]] = mapped_column(Document)
    #: Never null: the binding date, else the unpaused one.
    sort_on: Mapped[date]
    binding_on: Mapped[date | None]
    statutory_on: Mapped[date]
    outcome: Mapped[str | None]
    closed_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}

    @property
    def key_owner(self) -> str:
        """Return whose key seals this row: its own."""
        return self.id
