"""A week after her answer the person is asked, once, whether it was what she asked for."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, exists, select

from dsar.domain.cases import State
from dsar.domain.deliveries import How
from dsar.domain.events import Actor, EventKind
from dsar.models import Case, CaseEvent, Delivery, OutboxMessage
from dsar.services.casefile import CaseFile, Notice
from dsar.services.rows import ids_to_work_on
from dsar.services.transaction import transaction

TEMPLATE: Final = "m19"
AFTER: Final = timedelta(days=7)
#: After so long nobody is asked any more, however long the work stood still.
LAST: Final = timedelta(days=30)
_ANSWERED: Final = (str(State.DELIVERED), str(State.CLOSED))


def cases_to_ask(now: datetime) -> list[str]:
    """Return the cases answered a week ago whose person has said nothing. Only reads."""
    return ids_to_work_on(_query(now).order_by(Case.id))


def ask(case_id: str, actor: Actor, now: datetime) -> int:
    """Leave the question, once for each case. Returns how many were left."""
    with transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        if session.scalar(_query(now).where(Case.id == case_id)) is None:
            return 0
        CaseFile(session, case, actor, now).tell(Notice(TEMPLATE))
        return 1


def _query(now: datetime) -> Select[str]:
    delivered = exists().where(
        Delivery.case_id == Case.id,
        Delivery.how == str(How.PORTAL),
        Delivery.delivered_at.between(now - LAST, now - AFTER),
    )
    judged = exists().where(
        CaseEvent.case_id == Case.id, CaseEvent.kind == str(EventKind.ANSWER_JUDGED)
    )
    asked = exists().where(OutboxMessage.case_id == Case.id, OutboxMessage.template == TEMPLATE)
    return select(Case.id).where(Case.state.in_(_ANSWERED), delivered, ~judged, ~asked)
