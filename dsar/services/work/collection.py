"""Every data system answers: a task settled in words, for each right, by a named person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from dsar import profiles
from dsar.domain.cases import Action, State
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.organisations import system_facts
from dsar.domain.package import TaskAnswer
from dsar.domain.package.answer import HELD
from dsar.domain.rights import RULES, Right, Work
from dsar.models import DataSystem, Finding, Measure, RequestedRight, Task, new_id
from dsar.services.casefile import CaseFile
from dsar.services.clock.deadlines import rights_of
from dsar.services.intake.opening import task_dates
from dsar.services.progress import COLLECTS, advance, begin, collect_again, open_file
from dsar.services.rights.stopping import is_urgent, tell_when_stopped
from dsar.services.transaction import Db, transaction
from dsar.vault import current_vault

#: Answers that say that something is held.
NEEDS_FINDING: Final = HELD


class HowMissing(DomainError):
    """An answer from a system says how somebody looked, or why nobody could."""

    message_id = "error.how_missing"


class FindingMissing(DomainError):
    """Something was found, so it is added before the task is settled."""

    message_id = "error.finding_missing"


class MeasureMissing(DomainError):
    """Something is held, so what is done with it is decided before the task is settled."""

    message_id = "error.measure_missing"


class FindingsExist(DomainError):
    """Something was found or decided, so the answer cannot be that there is nothing."""

    message_id = "error.findings_exist"


class CollectionFinished(DomainError):
    """The collection is finished; the task is opened again before its answer changes."""

    message_id = "error.collection_finished"


class TaskOpen(DomainError):
    """Some systems have not answered."""

    message_id = "error.task_open"


class SystemUnknown(DomainError):
    """The system is retired, or another organisation's."""

    message_id = "error.not_found"


@dataclass(frozen=True, slots=True)
class SettleTask:
    """The answer of one system. how: in which way, or why not; the person reads it."""

    task_id: str
    answer: TaskAnswer
    how: str


def start(case_id: str, actor: Actor, now: datetime) -> None:
    """Start the work on every right of a case that nobody has begun; again is no error."""
    with transaction() as session:
        file = open_file(session, case_id, actor, now)
        for right in rights_of(session, case_id):
            begin_right(file, right)


def settle_task(command: SettleTask, actor: Actor, now: datetime) -> None:
    """Record a system's answer; the same answer twice is recorded once.

    Raises HowMissing, FindingMissing, MeasureMissing, FindingsExist, CollectionFinished.
    """
    with transaction() as session:
        task = session.get_one(Task, command.task_id)
        file = open_file(session, task.case_id, actor, now)
        right = session.get_one(RequestedRight, task.right_id)
        how = command.how.strip()
        if task.answer == command.answer and current_vault().open(task, "how") == how:
            return
        _check(session, task, right, command)
        begin_right(file, right)
        write_answer(file, task, str(command.answer), how)
        tell_when_stopped(file, right)


def write_answer(file: CaseFile, task: Task, answer: str, how: str) -> None:
    """Write down what a system answered, in the caller's transaction."""
    task.answer, task.settled_at, task.settled_by = answer, file.now, file.actor.ref
    current_vault().seal(task, "how", how)
    right = file.session.get_one(RequestedRight, task.right_id)
    file.record(
        EventKind.TASK_SETTLED,
        task=task.id,
        system=task.system_id,
        right=right.right,
        answer=answer,
    )


def reopen_task(task_id: str, actor: Actor, now: datetime) -> None:
    """Take an answer back, and its right back to collecting; again is no error."""
    with transaction() as session:
        task = session.get_one(Task, task_id)
        if task.answer is None:
            return
        file = open_file(session, task.case_id, actor, now)
        right = session.get_one(RequestedRight, task.right_id)
        collect_again(file, right)
        task.answer = task.how = task.settled_at = task.settled_by = None
        file.record(
            EventKind.TASK_REOPENED, task=task.id, system=task.system_id, right=right.right
        )


def add_task(right_id: str, system_id: str, actor: Actor, now: datetime) -> str:
    """Ask one more system of the organisation, and return the task; again is no error."""
    with transaction() as session:
        right = session.get_one(RequestedRight, right_id)
        file = open_file(session, right.case_id, actor, now)
        query = select(Task.id).where(Task.right_id == right_id, Task.system_id == system_id)
        if taken := session.scalar(query):
            return taken
        system = _system(session, system_id, file.case.organisation_id)
        collect_again(file, right)
        today = profiles.get(file.case.profile).local_date(now)
        task = Task(id=new_id(), case_id=right.case_id, right_id=right.id, system_id=system.id)
        target = today if is_urgent(file.case.profile, right) else right.target_on
        task.due_on, task.vanishes_on = task_dates(system_facts(system), today, target)
        session.add(task)
        file.record(EventKind.TASK_ADDED, task=task.id, system=system.id, right=right.right)
        return task.id


def finish_collection(right_id: str, actor: Actor, now: datetime) -> None:
    """Go on to review once every system has answered; again is no error. Raises TaskOpen."""
    with transaction() as session:
        right = session.get_one(RequestedRight, right_id)
        file = open_file(session, right.case_id, actor, now)
        if State(right.state) is State.REVIEWING:
            return
        if count := open_tasks(session, right_id):
            raise TaskOpen(n=count)
        begin_right(file, right)
        advance(file, right, Action.FINISH_COLLECTION)
        file.record(EventKind.COLLECTION_FINISHED, right=right.right)


def begin_right(file: CaseFile, right: RequestedRight) -> None:
    """Start the work on a right, counting its tasks; again is no error."""
    query = select(func.count(Task.id)).where(Task.right_id == right.id)
    begin(file, right, file.session.scalar(query) or 0)


def open_tasks(session: Db, right_id: str) -> int:
    """Return how many systems have not answered for a right."""
    query = select(func.count(Task.id)).where(Task.right_id == right_id, Task.answer.is_(None))
    return session.scalar(query) or 0


def has_findings(session: Db, task_id: str) -> bool:
    """Say whether something is recorded as found for a task."""
    query = select(Finding.id).where(Finding.task_id == task_id, Finding.removed_at.is_(None))
    return session.scalar(query.limit(1)) is not None


def has_measures(session: Db, task_id: str) -> bool:
    """Say whether something is decided about what a task found."""
    query = select(Measure.id).where(Measure.task_id == task_id, Measure.removed_at.is_(None))
    return session.scalar(query.limit(1)) is not None


def _check(session: Db, task: Task, right: RequestedRight, command: SettleTask) -> None:
    if not command.how.strip():
        raise HowMissing
    if State(right.state) not in COLLECTS:
        raise CollectionFinished
    is_measured = RULES[Right(right.right)].work is Work.MEASURES
    found = has_measures(session, task.id) if is_measured else has_findings(session, task.id)
    if command.answer in NEEDS_FINDING and not found:
        raise MeasureMissing if is_measured else FindingMissing
    if command.answer not in NEEDS_FINDING and found:
        raise FindingsExist


def _system(session: Db, system_id: str, organisation_id: str) -> DataSystem:
    system = session.get(DataSystem, system_id)
    if system is None or system.retired_at or system.organisation_id != organisation_id:
        raise SystemUnknown
    return system
