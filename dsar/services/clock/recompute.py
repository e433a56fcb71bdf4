"""Dates under the rules and calendars of today: what would move, and moving it in the open."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from dsar.domain.cases import CLOCK_RUNS
from dsar.domain.clock import Reckoning
from dsar.domain.events import Actor, EventKind
from dsar.models import Case, Organisation, RequestedRight, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock import deadlines
from dsar.services.rows import ids_to_work_on
from dsar.services.staff.staffing import responsible_for
from dsar.services.transaction import Db, transaction

RULES, CALENDAR, LAW = "rules", "calendar", "law"
_RUNNING: Final = tuple(str(state) for state in CLOCK_RUNS)
#: What may not change without being told; the rest follows from these.
_DAYS: Final = ("binding_on", "statutory_on", "promise_on", "unpaused_on", "sort_on")
_ALSO: Final = ("unadjusted_on", "earliest_on", "target_on", "extension_notice_on")


@dataclass(frozen=True, slots=True)
class Move:
    """One clock that is counted differently now. cause: rules, calendar or law (the profile).

    A day of None is a clock that stands still. has_moved: the date itself is another one.
    """

    case_id: str
    organisation: str
    number: str
    right: str
    before: date | None
    after: date | None
    cause: str
    has_moved: bool

    @property
    def is_earlier(self) -> bool:
        """Return whether less time is left than before."""
        return self.after is not None and (self.before is None or self.after < self.before)


def open_cases() -> list[str]:
    """Return the cases whose clocks run, the most urgent first. Only reads."""
    query = select(Case.id).where(Case.state.in_(_RUNNING))
    return ids_to_work_on(query.order_by(Case.sort_on, Case.id))


def moves_of(case_id: str) -> list[Move]:
    """Return the clocks of a case that are counted differently now. Only reads."""
    try:
        case = db.session.get_one(Case, case_id)
        return [move for move, _, _ in _moves(db.session, case)]
    finally:
        db.session.rollback()


def apply_moves(case_id: str, actor: Actor, now: datetime) -> list[Move]:
    """Write the dates of a case as they are counted now, record each, and tell staff.

    Reminders follow by themselves: they are counted from the date.
    """
    with transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        file = CaseFile(session, case, actor, now)
        found = _moves(session, case)
        for move, right, reckoning in found:
            before = right.binding_on
            deadlines.set_dates(right, reckoning)
            _record(file, move, right, before)
        deadlines.take_earliest(file)
        _tell(file, [move for move, _, _ in found if move.has_moved])
        return [move for move, _, _ in found]


def _moves(session: Db, case: Case) -> list[tuple[Move, RequestedRight, Reckoning]]:
    key = session.get_one(Organisation, case.organisation_id).key
    found = []
    for right in deadlines.running_rights(session, case.id):
        reckoning = deadlines.reckon(session, case, right.right)
        if cause := _cause(right, reckoning):
            move = Move(
                case_id=case.id,
                organisation=key,
                number=case.number,
                right=right.right,
                before=right.binding_on,
                after=reckoning.binding_on,
                cause=cause,
                has_moved=_differs(right, reckoning, _DAYS),
            )
            found.append((move, right, reckoning))
    return found


def _cause(right: RequestedRight, reckoning: Reckoning) -> str:
    """Return why a clock is counted differently; nothing where it is not."""
    if right.rule_version != reckoning.rule_version:
        return RULES
    if right.calendar_hash != reckoning.calendar_hash:
        return CALENDAR
    return LAW if _differs(right, reckoning, _DAYS + _ALSO) else ""


def _differs(right: RequestedRight, reckoning: Reckoning, names: tuple[str, ...]) -> bool:
    fresh = RequestedRight()
    deadlines.set_dates(fresh, reckoning)
    return any(getattr(right, name) != getattr(fresh, name) for name in names)


def _record(file: CaseFile, move: Move, right: RequestedRight, before: date | None) -> None:
    facts = deadlines.date_facts(right)
    if not move.has_moved:
        stamps = {name: facts[name] for name in ("rule_version", "calendar")}
        file.record(EventKind.DEADLINE_RECOUNTED, right=move.right, **stamps)
        return
    file.record(
        EventKind.DEADLINE_MOVED, right=move.right, before=before, cause=move.cause, **facts
    )


def _tell(file: CaseFile, moved: list[Move]) -> None:
    """Leave one letter for each who is responsible: it gives the dates of the case."""
    if not moved:
        return
    first = min(moved, key=lambda move: (move.after or date.max, move.right))
    facts = {"before": first.before or file.case.sort_on, "due": file.case.sort_on}
    once = "|".join(f"{move.right}:{move.before}:{move.after}" for move in moved)
    template = "t20.earlier" if any(move.is_earlier for move in moved) else "t20"
    for staff_id in responsible_for(file.session, file.case):
        file.tell_staff(Notice(template, facts, once=once), staff_id)
