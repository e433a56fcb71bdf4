"""Reminders about tasks: a source that deletes itself, an answer or a stop that is late."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select

from dsar.domain.cases import OPEN
from dsar.domain.events import Actor
from dsar.domain.measures import ACTS
from dsar.domain.rights import RULES
from dsar.models import (
    Case,
    DataSystem,
    Measure,
    Organisation,
    Reminder,
    RequestedRight,
    Task,
    db,
    new_id,
)
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock.offices import office_of
from dsar.services.progress import COLLECTS
from dsar.services.staff.staffing import responsible_for
from dsar.services.transaction import Db, transaction

#: Days before a source deletes itself on which its owners are warned.
WARN_DAYS: Final = 3
#: So many systems are named in one letter; the rest are counted.
NAMED: Final = 2
VANISHING, LATE, NOT_DONE = "t11", "t10", "t10.done"
#: While something decided may still be carried out.
_WORKED = tuple(str(state) for state in OPEN)
#: A right that is past collecting, or refused as a whole, waits for no system.
SEARCHED: Final = tuple(str(state) for state in COLLECTS)


@dataclass(frozen=True, slots=True)
class Due:
    """What there is to say of one task: the letter, and the day that it turns on."""

    task: Task
    system: str
    template: str
    on: date

    @property
    def step(self) -> str:
        """Return the name under which the reminder is kept: once for each task and day."""
        return f"{self.template}:{self.task.id}"


def cases_to_remind(now: datetime) -> list[str]:
    """Return the cases with an open task that is late or about to lose its source."""
    soon = (now + timedelta(days=WARN_DAYS + 1)).date()
    query = (
        select(Task.case_id)
        .join(RequestedRight, RequestedRight.id == Task.right_id)
        .where(
            _is_undone(),
            or_(Task.due_on <= now.date(), Task.vanishes_on <= soon),
        )
        .distinct()
        .order_by(Task.case_id)
    )
    try:
        return list(db.session.scalars(query))
    finally:
        db.session.rollback()


def remind(case_id: str, actor: Actor, now: datetime) -> int:
    """Leave what there is to say of the tasks of a case. Returns of how many."""
    if not _missing(db.session, case_id, now):
        db.session.rollback()
        return 0
    with transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        file = CaseFile(session, case, actor, now)
        missing = _missing(session, case_id, now)
        _tell(file, missing)
        return len(missing)


def _missing(session: Db, case_id: str, now: datetime) -> list[Due]:
    case = session.get_one(Case, case_id)
    office = office_of(case, session.get_one(Organisation, case.organisation_id))
    today = office.today(now)
    if now < office.moment(today):
        return []
    known = session.execute(
        select(Reminder.step, Reminder.due_on).where(Reminder.case_id == case_id)
    )
    sent = {(step, on) for step, on in known}
    return [one for one in _due(session, case_id, today) if (one.step, one.on) not in sent]


def _due(session: Db, case_id: str, today: date) -> Iterable[Due]:
    rows = session.execute(
        select(Task, DataSystem.name)
        .join(DataSystem, DataSystem.id == Task.system_id)
        .join(RequestedRight, RequestedRight.id == Task.right_id)
        .where(
            Task.case_id == case_id,
            _is_undone(),
        )
        .order_by(DataSystem.position, Task.id)
    )
    for task, system in rows:
        is_answered = task.settled_at is not None
        gone = None if is_answered else task.vanishes_on
        if gone is not None and today <= gone <= today + timedelta(days=WARN_DAYS):
            yield Due(task, system, VANISHING, gone)
        if task.due_on < today:
            yield Due(task, system, NOT_DONE if is_answered else LATE, task.due_on)


def _is_undone() -> ColumnElement[bool]:
    """Say whether a task has no answer, or one whose effect the law does not let wait."""
    waiting = select(Measure.id).where(
        Measure.task_id == Task.id,
        Measure.act.in_([str(act) for act, rules in ACTS.items() if rules.executes]),
        Measure.executed_at.is_(None),
        Measure.removed_at.is_(None),
    )
    at_once = [str(right) for right, rules in RULES.items() if rules.at_once]
    may_not_wait = and_(RequestedRight.right.in_(at_once), RequestedRight.state.in_(_WORKED))
    is_searched = RequestedRight.state.in_(SEARCHED)
    return or_(
        and_(Task.settled_at.is_(None), is_searched), and_(may_not_wait, waiting.exists())
    )


def _tell(file: CaseFile, missing: Iterable[Due]) -> None:
    """Leave one letter for each reader, template and day, however many tasks it is about."""
    letters: dict[tuple[str, str, date], list[Due]] = defaultdict(list)
    everywhere = responsible_for(file.session, file.case)
    for one in missing:
        owner = [one.task.owner_id] if one.task.owner_id else []
        for staff_id in dict.fromkeys([*owner, *everywhere]):
            letters[staff_id, one.template, one.on].append(one)
            file.session.add(_row(file, one, staff_id))
    for (staff_id, template, on), about in letters.items():
        facts = {"system": _names(about), "gone_on": on, "task_due": on}
        facts["n"] = (file.now.date() - on).days
        file.tell_staff(Notice(template, facts, once=f"{about[0].task.id}:{on}"), staff_id)


def _row(file: CaseFile, one: Due, staff_id: str) -> Reminder:
    return Reminder(
        id=new_id(),
        case_id=file.case.id,
        right_id=one.task.right_id,
        step=one.step,
        staff_id=staff_id,
        due_on=one.on,
        created_at=file.now,
    )


def _names(about: list[Due]) -> str:
    names = list(dict.fromkeys(one.system for one in about))
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" +{rest}" if rest > 0 else "")
