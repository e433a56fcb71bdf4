"""The person is told, once for each date, that her answer is late (decision 3)."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from dsar.domain.events import Actor, EventKind
from dsar.domain.reminders import Office
from dsar.models import Case, CaseEvent, Organisation, RequestedRight, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock.offices import office_of
from dsar.services.mail.reminders import RUNNING
from dsar.services.rows import ids_to_work_on
from dsar.services.transaction import Db, transaction

_DAY = timedelta(days=1)


def cases_to_apologise_in(now: datetime) -> list[str]:
    """Return the cases in which a binding date may have passed. Only reads."""
    query = select(Case.id).where(Case.state.in_(RUNNING), Case.sort_on < (now + _DAY).date())
    return ids_to_work_on(query.order_by(Case.sort_on, Case.id))


def apologise(case_id: str, actor: Actor, now: datetime) -> int:
    """Record each binding date that has passed and tell the person. Returns how many."""
    if not _passed(db.session, case_id, now):
        db.session.rollback()
        return 0
    with transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        file = CaseFile(session, case, actor, now)
        passed = _passed(session, case_id, now)
        for right, due in passed:
            file.record(EventKind.DEADLINE_PASSED, right=right.right, due=due)
            file.tell(Notice("m11", {"due": due}, once=due.isoformat()))
        return len(passed)


def _passed(session: Db, case_id: str, now: datetime) -> list[tuple[RequestedRight, date]]:
    """Return the rights whose date has passed, in the opening hour after it, unrecorded."""
    case = session.get_one(Case, case_id)
    office = office_of(case, session.get_one(Organisation, case.organisation_id))
    recorded = _recorded(session, case_id)
    rights = session.scalars(
        select(RequestedRight).where(
            RequestedRight.case_id == case_id, RequestedRight.state.in_(RUNNING)
        )
    )
    return [
        (right, right.binding_on)
        for right in rights
        if right.binding_on is not None
        and _is_over(right.binding_on, office, now)
        and (right.right, right.binding_on.isoformat()) not in recorded
    ]


def _is_over(due: date, office: Office, now: datetime) -> bool:
    return office.moment(due + _DAY) <= now


def _recorded(session: Db, case_id: str) -> set[tuple[str, str]]:
    rows = session.scalars(
        select(CaseEvent.facts).where(
            CaseEvent.case_id == case_id, CaseEvent.kind == str(EventKind.DEADLINE_PASSED)
        )
    )
    return {(facts["right"], facts["due"]) for facts in rows}
