"""When a job last ran, and how many pieces of it failed."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base


class Heartbeat(Base):
    """When a job last ran, and how many pieces of it failed."""

    __tablename__ = "heartbeats"
    __table_args__ = STRICT

    job: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    failures: Mapped[int]
