"""The handing over of a package: its window, and the downloads left."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from dsar.models.base import STRICT, Base, new_id, ref


class Delivery(Base):
    """The handing over of a package: its window, and the downloads left."""

    __tablename__ = "deliveries"
    __table_args__ = STRICT

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ref("cases.id"), index=True)
    package_id: Mapped[str] = mapped_column(ref("packages.id"))
    how: Mapped[str]
    sent_at: Mapped[datetime]
    #: When the notice left the house (Art. 12(3): the person is informed).
    delivered_at: Mapped[datetime | None]
    until: Mapped[datetime]
    downloads_left: Mapped[int]
    first_opened_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    expired_at: Mapped[datetime | None]
