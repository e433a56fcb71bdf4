"""The second step of an erasure: the last backup copy is gone, and the person is told so."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select

from dsar import profiles
from dsar.domain.cases import State
from dsar.domain.events import Actor, EventKind
from dsar.domain.measures import Act
from dsar.domain.rights import Right
from dsar.models import Case, Measure, RequestedRight, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.progress import open_file
from dsar.services.rights.erasing import is_copy_waited_for
from dsar.services.transaction import Db, transaction

#: The answer that names the day is with the person: before it, a confirmation says nothing.
_ANSWERED: Final = (State.DELIVERED, State.CLOSED)
#: The local day of a law is at most so far ahead of the day in Greenwich.
_AHEAD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ErasureView:
    """How far erasing has come for one right: for its person, and for staff.

    systems: how many were erased in; open: how many are still to be; purge_on: from when no
    backup holds anything, None where nobody says; purged_at: when that was confirmed.
    """

    systems: int
    open: int
    erased_at: datetime | None
    purge_on: date | None
    purged_at: datetime | None
    waits_for_copy: bool


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
    rows = _erased(file.session, right.id)
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


def erasure_of(session: Db, right: RequestedRight) -> ErasureView | None:
    """Return how far erasing has come for a right; None where nothing is to be erased."""
    rows = _decided(session, right.id)
    if not rows:
        return None
    done = [row for row in rows if row.executed_at is not None]
    purges = [row.purge_on for row in done if row.purge_on is not None]
    purged = [row.purged_at for row in done if row.purged_at is not None]
    return ErasureView(
        systems=len({row.system_id for row in done}),
        open=len(rows) - len(done),
        erased_at=max((row.executed_at for row in done if row.executed_at), default=None),
        purge_on=max(purges, default=None),
        purged_at=max(purged) if purges and len(purged) == len(purges) else None,
        waits_for_copy=len(done) < len(rows) and is_copy_waited_for(session, right.case_id),
    )


def erasure_in(case: Case) -> ErasureView | None:
    """Return how far the erasure of a case has come; None where nothing is to be erased."""
    right = db.session.scalar(
        select(RequestedRight).where(
            RequestedRight.case_id == case.id, RequestedRight.right == str(Right.ERASURE)
        )
    )
    return erasure_of(db.session, right) if right is not None else None


def _decided(session: Db, right_id: str) -> list[Measure]:
    query = select(Measure).where(
        Measure.right_id == right_id,
        Measure.act == str(Act.ERASE),
        Measure.removed_at.is_(None),
    )
    return list(session.scalars(query.order_by(Measure.decided_at, Measure.id)))


def _erased(session: Db, right_id: str) -> list[Measure]:
    return [row for row in _decided(session, right_id) if row.executed_at is not None]
