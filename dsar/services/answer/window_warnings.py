"""The person is warned a week before her answer can no longer be opened."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from dsar.domain.events import Actor
from dsar.models import Case, Delivery
from dsar.services.casefile import CaseFile, Notice
from dsar.services.rows import ids_to_work_on
from dsar.services.transaction import transaction

WARN: Final = timedelta(days=7)


def deliveries_to_warn_of(now: datetime) -> list[str]:
    """Return the deliveries that end within a week and nobody was warned of. Only reads."""
    query = select(Delivery.id).where(
        Delivery.expired_at.is_(None),
        Delivery.warned_at.is_(None),
        Delivery.until > now,
        Delivery.until <= now + WARN,
    )
    return ids_to_work_on(query.order_by(Delivery.until, Delivery.id))


def deliveries_to_end(now: datetime) -> list[str]:
    """Return the deliveries whose window is over and that still stand. Only reads."""
    query = select(Delivery.id).where(Delivery.expired_at.is_(None), Delivery.until <= now)
    return ids_to_work_on(query.order_by(Delivery.until, Delivery.id))


def warn(delivery_id: str, actor: Actor, now: datetime) -> None:
    """Leave the warning, once for each end of the window."""
    with transaction() as session:
        delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
        if delivery.warned_at is not None or delivery.expired_at is not None:
            return
        delivery.warned_at = now
        until = delivery.until
        notice = Notice("m14", {"until": until}, once=f"{delivery.id}:{until.isoformat()}")
        CaseFile(session, session.get_one(Case, delivery.case_id), actor, now).tell(notice)
