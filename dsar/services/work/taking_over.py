"""What was found for an access serves the portability of its case: copied, undecided."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.rights import Right
from dsar.models import Finding, RequestedRight, StoredFile, Task, db, new_id
from dsar.services.casefile import CaseFile
from dsar.services.progress import open_file
from dsar.services.transaction import Db, transaction
from dsar.services.work.collection import begin_right, write_answer
from dsar.services.work.finding_files import Place, keep
from dsar.services.work.findings import make_room, open_finding
from dsar.vault import current_vault


class NothingToTakeOver(DomainError):
    """No access of the case has an answer for a system that still waits for one."""

    message_id = "error.nothing_to_take_over"


#: A task that waits, and the answered task of the access for the same system.
Pair = tuple[Task, Task]


def pairs_of(session: Db, right: RequestedRight) -> list[Pair]:
    """Return the tasks of a portability that an access of the same case has answered."""
    if right.right != Right.PORTABILITY:
        return []
    waiting = select(Task).where(Task.right_id == right.id, Task.answer.is_(None))
    answered = (
        select(Task)
        .join(RequestedRight, RequestedRight.id == Task.right_id)
        .where(Task.case_id == right.case_id, Task.answer.is_not(None))
        .where(RequestedRight.right == str(Right.ACCESS))
    )
    by_system = {task.system_id: task for task in session.scalars(answered)}
    return [
        (task, by_system[task.system_id])
        for task in session.scalars(waiting.order_by(Task.id))
        if task.system_id in by_system
    ]


def take_over(right_id: str, actor: Actor, now: datetime) -> int:
    """Take over what the access found, and how; return how many systems were settled so.

    Every finding is decided anew: what may go to the person may not go to a company.
    Raises NothingToTakeOver, AnswerSent.
    """
    right = db.session.get_one(RequestedRight, right_id)
    copies = _copied_files(pairs_of(db.session, right), now)
    try:
        return _take(right_id, copies, actor, now)
    finally:
        for row in copies.values():
            if db.session.get(StoredFile, row.id) is None:
                current_vault().shred_file(row.id)


def _take(right_id: str, copies: Mapping[str, StoredFile], actor: Actor, now: datetime) -> int:
    with transaction() as session:
        right = session.get_one(RequestedRight, right_id)
        file = open_file(session, right.case_id, actor, now)
        pairs = pairs_of(session, right)
        if not pairs:
            raise NothingToTakeOver
        for task, source in pairs:
            make_room(file, task)
            for row in _findings(session, [source]):
                _copy(file, task, row, copies)
            _settle(file, right, task, source)
        return len(pairs)


def _copied_files(pairs: list[Pair], now: datetime) -> dict[str, StoredFile]:
    """Seal the files of the findings once more, before any row names them."""
    copies: dict[str, StoredFile] = {}
    vault = current_vault()
    for row in _findings(db.session, [source for _, source in pairs]):
        if row.file_id is not None:
            held = db.session.get_one(StoredFile, row.file_id)
            place = Place(new_id(), row.case_id, held.purpose, now)
            copy = keep(vault.read_file(row.case_id, held.id), place, held.media_type)
            vault.seal(copy, "name", vault.open(held, "name"))
            copies[row.id] = copy
    return copies


def _findings(session: Db, tasks: Iterable[Task]) -> list[Finding]:
    ids = [task.id for task in tasks]
    query = select(Finding).where(Finding.task_id.in_(ids), Finding.removed_at.is_(None))
    return list(session.scalars(query.order_by(Finding.added_at, Finding.id)))


def _copy(file: CaseFile, task: Task, row: Finding, copies: Mapping[str, StoredFile]) -> None:
    copy = copies.get(row.id)
    if copy is not None:
        file.session.add(copy)
    made = Finding(
        id=new_id(),
        case_id=row.case_id,
        right_id=task.right_id,
        task_id=task.id,
        system_id=task.system_id,
        kind=row.kind,
        provenance=row.provenance,
        basis=row.basis,
        file_id=copy.id if copy else None,
        records=row.records,
        holds_address=row.holds_address,
        added_at=file.now,
        added_by=file.actor.ref,
    )
    current_vault().seal(made, "body", open_finding(row).body.as_json())
    file.session.add(made)
    file.record(
        EventKind.FINDING_ADDED,
        finding=made.id,
        system=made.system_id,
        right=str(Right.PORTABILITY),
        kind=made.kind,
        records=made.records,
    )


def _settle(file: CaseFile, right: RequestedRight, task: Task, source: Task) -> None:
    begin_right(file, right)
    how = current_vault().open_optional(source, "how") or ""
    write_answer(file, task, str(source.answer), how)
