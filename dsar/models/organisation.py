"""A controller: its names, promises, policies and languages, as its file states them."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, Document, new_id


class Organisation(Base):
    """A controller: its names, promises, policies and languages, as its file states them."""

    __tablename__ = "organisations"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    profile: Mapped[str]
    default_language: Mapped[str]
    #: The organisation file without its systems: the one truth, exported losslessly.
    document: Mapped[dict[str, Any]] = mapped_column(Document)
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}
