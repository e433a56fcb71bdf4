"""A request, or a part of it, taken back by the person, and taken up again (R35)."""

from collections.abc import Iterable
from datetime import date, datetime

from dsar.domain.cases import OPEN, Action, Outcome, State
from dsar.domain.clock_notices import UNDO_TIME, TooLateToUndo
from dsar.domain.events import Actor, EventKind
from dsar.models import Case, RequestedRight, db
from dsar.services.answer.closure import end_rights
from dsar.services.clock import deadlines
from dsar.services.progress import advance, is_sent, open_file, outdate
from dsar.services.rights.resuming import resume
from dsar.services.transaction import Db, transaction


def withdraw(case_id: str, rights: Iterable[str], actor: Actor, now: datetime) -> None:
    """End these rights as the person wishes; the last one ends the case. Again is no error.

    She is told in writing, and may change her mind for a week (m21). What has been answered,
    or is on its way to her, is not taken back any more.
    """
    wanted = set(rights)
    with transaction() as session:
        file = open_file(session, case_id, actor, now)
        rows = _unanswered(session, case_id)
        ended = {row.id: Outcome.WITHDRAWN for row in rows if row.right in wanted}
        end_rights(file, ended)


def due_without(case: Case, rights: Iterable[str]) -> date | None:
    """Return the day by which the rest would be due, or None where nothing is left."""
    gone = set(rights)
    left = [r for r in deadlines.running_rights(db.session, case.id) if r.right not in gone]
    return min((right.sort_on for right in left), default=None)


def withdrawable(case_id: str) -> list[str]:
    """Return the rights that the person may take back: those not answered and not closed."""
    return [row.right for row in _unanswered(db.session, case_id)]


def undoable(case_id: str, now: datetime) -> list[str]:
    """Return the rights that were withdrawn so lately that it may still be undone."""
    return [row.right for row in _withdrawn(db.session, case_id, now)]


def undo(case_id: str, actor: Actor, now: datetime) -> None:
    """Take up again what was withdrawn; the old clocks run as if nothing had been (decision 7).

    Again is no error. Raises TooLateToUndo.
    """
    with transaction() as session:
        file = open_file(session, case_id, actor, now)
        rows = _withdrawn(session, case_id, now)
        if not rows and State(file.case.state) not in OPEN:
            raise TooLateToUndo
        for right in rows:
            right.outcome = right.closed_at = None
            advance(file, right, Action.REOPEN)
            outdate(file, right)  # it is worked on anew, so it is built and approved anew
            file.record(EventKind.RIGHT_REOPENED, right=right.right)
            resume(file, right)
        if rows:
            file.case.outcome = file.case.closed_at = None
            deadlines.recount(file, EventKind.RIGHT_REOPENED)


def _unanswered(session: Db, case_id: str) -> list[RequestedRight]:
    rows = deadlines.running_rights(session, case_id)
    return [row for row in rows if not is_sent(session, row.id)]


def _withdrawn(session: Db, case_id: str, now: datetime) -> list[RequestedRight]:
    rows = deadlines.rights_of(session, case_id)
    return [
        row
        for row in rows
        if State(row.state) is State.CLOSED
        and row.outcome == Outcome.WITHDRAWN
        and row.closed_at is not None
        and now <= row.closed_at + UNDO_TIME
    ]
