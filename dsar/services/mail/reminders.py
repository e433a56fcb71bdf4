"""Reminders to staff: each step of each date once, computed as due minus sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from dsar.domain.cases import CLOCK_RUNS
from dsar.domain.events import Actor, EventKind
from dsar.domain.reminders import HORIZON, Rung, latest_rung, words_for
from dsar.models import (
    Case,
    Organisation,
    OutboxMessage,
    Reminder,
    RequestedRight,
    db,
    new_id,
)
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock.offices import office_of
from dsar.services.staff.staffing import responsible_for, staff_in
from dsar.services.transaction import Db, transaction

RUNNING = tuple(str(state) for state in CLOCK_RUNS)


@dataclass(frozen=True, slots=True)
class Missing:
    """One step that a right has reached and nobody was told of."""

    right: RequestedRight
    rung: Rung
    days_left: int


def cases_to_remind(now: datetime) -> list[str]:
    """Return the cases in which a reminder is missing, the most urgent first. Only reads."""
    horizon = (now + HORIZON).date()
    rows = db.session.execute(
        select(Case, Organisation)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(Case.state.in_(RUNNING), Case.sort_on <= horizon)
        .order_by(Case.sort_on, Case.id)
    ).all()
    try:
        sent = _sent(db.session, [case.id for case, _ in rows])
        rights = _running_rights(db.session, [case.id for case, _ in rows])
        return [
            case.id
            for case, organisation in rows
            if _missing((case, organisation), rights.get(case.id, ()), sent, now)
        ]
    finally:
        db.session.rollback()


def remind(case_id: str, last_run: datetime | None, actor: Actor, now: datetime) -> int:
    """Leave the reminders that a case has reached. Returns how many steps there were.

    last_run: when reminders last ran to their end; a step planned after that is not late.
    """
    with transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        organisation = session.get_one(Organisation, case.organisation_id)
        rights = _running_rights(session, [case.id]).get(case.id, ())
        sent = _sent(session, [case.id])
        missing = _missing((case, organisation), rights, sent, now)
        file = CaseFile(session, case, actor, now)
        for one in missing:
            _tell(file, one, is_late=_is_late(case, one.rung, last_run, now))
        return len(missing)


Sent = frozenset[tuple[str, str, date]]


def _sent(session: Db, case_ids: Iterable[str]) -> Sent:
    rows = session.execute(
        select(Reminder.right_id, Reminder.step, Reminder.due_on).where(
            Reminder.case_id.in_(list(case_ids))
        )
    )
    return frozenset((right, step, due) for right, step, due in rows)


def _running_rights(
    session: Db, case_ids: Iterable[str]
) -> dict[str, tuple[RequestedRight, ...]]:
    rows = session.scalars(
        select(RequestedRight)
        .where(RequestedRight.case_id.in_(list(case_ids)), RequestedRight.state.in_(RUNNING))
        .order_by(RequestedRight.case_id, RequestedRight.position)
    )
    found: dict[str, tuple[RequestedRight, ...]] = {}
    for right in rows:
        found[right.case_id] = (*found.get(right.case_id, ()), right)
    return found


def _missing(
    where: tuple[Case, Organisation],
    rights: Iterable[RequestedRight],
    sent: Sent,
    now: datetime,
) -> list[Missing]:
    office = office_of(*where)
    found = []
    for right in rights:
        rung = latest_rung(right.sort_on, office, now)
        if rung is not None and (right.id, rung.step, right.sort_on) not in sent:
            days_left = (right.sort_on - office.today(now)).days
            found.append(Missing(right, rung, days_left))
    return found


def _tell(file: CaseFile, one: Missing, *, is_late: bool) -> None:
    right, due = one.right, one.right.sort_on
    facts = {
        "due": due,
        "n": abs(one.days_left),
        "is_late": is_late,
        "is_suspended": right.is_suspended,
        "apology": "yes" if _has_apology(file) else "no",
    }
    # Two rights of one case with one date are one letter, though each has its row.
    notice = Notice(words_for(one.days_left), facts, once=f"{one.rung.step}:{due}")
    for staff_id in _told(file, one.rung):
        file.session.add(
            Reminder(
                id=new_id(),
                case_id=file.case.id,
                right_id=right.id,
                step=one.rung.step,
                staff_id=staff_id,
                due_on=due,
                created_at=file.now,
            )
        )
        file.tell_staff(notice, staff_id)
    file.record(EventKind.DEADLINE_REMINDED, right=right.right, step=one.rung.step, due=due)


def _told(file: CaseFile, rung: Rung) -> list[str]:
    also = staff_in(file.session, file.case.organisation_id, rung.roles)
    return list(dict.fromkeys([*responsible_for(file.session, file.case), *also]))


def _has_apology(file: CaseFile) -> bool:
    apology = select(OutboxMessage.id).where(
        OutboxMessage.case_id == file.case.id,
        OutboxMessage.template == "m11",
        OutboxMessage.state.in_(("sent", "posted")),
    )
    return file.session.scalar(apology.limit(1)) is not None


def _is_late(case: Case, rung: Rung, last_run: datetime | None, now: datetime) -> bool:
    """Say whether the step should have gone out earlier, while reminders stood still."""
    if now - rung.planned_at < timedelta(hours=1) or case.registered_at > rung.planned_at:
        return False
    return last_run is None or last_run < rung.planned_at
