"""The second step of an erasure: the last backup copy is gone, and the person is told so."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select

from dsar import profiles
from dsar.domain.cases import State
from dsar.domain.events import Actor, EventKind
from dsar.domain.measures import Act
from dsar.domain.rights import Right
from dsar.models import Measure, RequestedRight, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.progress import open_file
from dsar.services.transaction import Db, transaction

#: The answer that names the day is with the person: before it, a confirmation says nothing.
_ANSWERED: Final = (State.DELIVERED, State.CLOSED)
#: The local day of a law is at most so far ahead of the day in Greenwich.
_AHEAD: Final = timedelta(days=1)


def cases_to_confirm(now: datetime) -> list[str]:
    """Return the cases in which a last backup copy may be gone. Only reads."""
    query = (
        select(Measure.case_id)
        .join(RequestedRight, RequestedRight.id == Measure.right_id)
        .where(
            Measure.purge_on <= (now + _AHEAD).date(),
            Measure.purged_at.is_(None),
            Measure.executed_at.is_not(None),
            RequestedRight.state.in_([str(state) for state in _ANSWERED]),
        )
        .distinct()
        .order_by(Measure.case_id)
    )
    try:
        return list(db.session.scalars(query))
    finally:
        db.session.rollback()


def confirm(case_id: str, actor: Actor, now: datetime) -> None:
    """Confirm each backup whose day has come; tell the person once when all are clean.

    Too early, or again, is no error: nothing is confirmed twice.
    """
    with transaction() as session:
        file = open_file(session, case_id, actor, now)
        today = profiles.get(file.case.profile).local_date(now)
        rights = session.scalars(
            select(RequestedRight).where(
                RequestedRight.case_id == case_id,
                RequestedRight.right == str(Right.ERASURE),
                RequestedRight.state.in_([str(state) for state in _ANSWERED]),
            )
        )
        for right in list(rights):
            _confirm_right(file, right, today)


def _confirm_right(file: CaseFile, right: RequestedRight, today: date) -> None:
    erasures = erasures_of(file.session, right.id)
    rows = [row for row in erasures if row.executed_at is not None]
    days = {row.id: row.purge_on for row in rows if row.purge_on is not None}
    due = [r for r in rows if r.purged_at is None and r.id in days and days[r.id] <= today]
    for row in due:
        row.purged_at = file.now
        file.record(
            EventKind.BACKUP_PURGED,
            measure=row.id,
            system=row.system_id,
            right=right.right,
            purge_on=row.purge_on,
        )
    if due and all(row.purged_at is not None for row in rows if row.id in days):
        file.tell(Notice("m18", once=f"{right.id}:{max(days.values()).isoformat()}"))


def erasures_of(session: Db, right_id: str) -> list[Measure]:
    """Return what is decided to be erased for a right, carried out or not."""
    query = select(Measure).where(
        Measure.right_id == right_id,
        Measure.act == str(Act.ERASE),
        Measure.removed_at.is_(None),
    )
    return list(session.scalars(query.order_by(Measure.decided_at, Measure.id)))
