"""A place where an organisation holds personal data, with its Art. 15 texts."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, Document, new_id, ref


class DataSystem(Base):
    """A place where an organisation holds personal data, with its Art. 15 texts."""

    __tablename__ = "data_systems"
    __table_args__ = (UniqueConstraint("organisation_id", "key"), STRICT)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ref("organisations.id"), index=True)
    key: Mapped[str]
    name: Mapped[str]
    position: Mapped[int]
    #: The system's entry in the organisation file, texts per language included.
    document: Mapped[dict[str, Any]] = mapped_column(Document)
    retired_at: Mapped[datetime | None]
