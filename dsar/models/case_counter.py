"""The last case number given out by an organisation in a year; gaps are fine."""

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, ref


class CaseCounter(Base):
    """The last case number given out by an organisation in a year; gaps are fine."""

    __tablename__ = "case_counters"
    __table_args__ = STRICT

    organisation_id: Mapped[str] = mapped_column(ref("organisations.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
