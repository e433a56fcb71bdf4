"""A host on which an organisation meets people: language, authority, base address."""

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Site(Base):
    """A host on which an organisation meets people: language, authority, base address."""

    __tablename__ = "sites"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    host: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[str] = mapped_column(ref("organisations.id"), index=True)
    language: Mapped[str]
    authority: Mapped[str | None]
    base_url: Mapped[str]
