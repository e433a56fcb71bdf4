"""How much of an allowance has been spent in its window, counted in the shared store."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base


class Budget(Base):
    """How much of an allowance has been spent in its window, counted in the shared store."""

    __tablename__ = "budgets"
    __table_args__ = STRICT

    key: Mapped[str] = mapped_column(primary_key=True)
    window_ends_at: Mapped[datetime]
    spent: Mapped[int]
