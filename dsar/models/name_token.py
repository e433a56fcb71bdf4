"""A keyed index of one name token, so that staff can find a case by a name."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, ref


class NameToken(Base):
    """A keyed index of one name token, so that staff can find a case by a name."""

    __tablename__ = "name_tokens"
    __table_args__ = (Index(None, "organisation_id", "token"), STRICT)

    case_id: Mapped[str] = mapped_column(ref("cases.id"), primary_key=True)
    token: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ref("organisations.id"))
