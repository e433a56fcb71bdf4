"""What was found about a person: added, previewed, taken away again; always sealed."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select

from dsar.domain.cases import State
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.findings import (
    INLINE_BYTES,
    FindingBody,
    Kind,
    Origin,
    Row,
    body_from_json,
    holds_text,
    record_of,
    table_records,
)
from dsar.domain.package import Provenance, Record, TaskAnswer
from dsar.domain.package.answer import HELD
from dsar.models import CasePerson, Finding, RequestedRight, StoredFile, Task, db, new_id
from dsar.services.casefile import CaseFile
from dsar.services.progress import COLLECTS, open_file, outdate
from dsar.services.transaction import Db, transaction
from dsar.services.work.collection import CollectionFinished, FindingsExist, begin_right
from dsar.services.work.finding_files import Place, keep_rows, read_rows
from dsar.vault import current_vault, normalise_address

#: What the sealed rows of a long table are kept for.
TABLE: Final = "table"


class EmptyFinding(DomainError):
    """Nothing was typed that could be a finding."""

    message_id = "error.finding_empty"


class LastFinding(DomainError):
    """The task says that something was found: it is opened again before the last one goes."""

    message_id = "error.finding_last"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFinding:
    """Something found. The id is the form's own number: sent twice, it is added once."""

    id: str
    task_id: str
    body: FindingBody
    provenance: Provenance
    basis: str = ""

    @property
    def kind(self) -> Kind:
        """Return what it is made of."""
        if self.body.extension:
            return Kind.FILE
        return Kind.TABLE if self.body.columns else Kind.FIELDS

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing in it."""
        body = self.body
        held = (body.text, body.fields, body.rows, body.extension)
        return not body.category.strip() or not any(held)


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding opened for reading: rows is called for each reading of a table."""

    row: Finding
    body: FindingBody

    def rows(self) -> Iterator[Row]:
        """Yield the rows of a table, wherever they lie."""
        if self.row.kind != Kind.TABLE or self.row.file_id is None:
            yield from self.body.rows
            return
        yield from read_rows(db.session.get_one(StoredFile, self.row.file_id))

    def records(self) -> Iterator[Record]:
        """Yield what it holds, as the package tells it; a file has no records."""
        origin = Origin(self.row.id, Provenance(self.row.provenance), self.row.basis)
        if self.row.kind == Kind.TABLE:
            yield from table_records(self.body, self.rows(), origin)
        elif self.row.kind == Kind.FIELDS:
            yield record_of(self.body, origin)


def add_finding(command: NewFinding, actor: Actor, now: datetime) -> str:
    """Add a finding to a task and return its id; the same form twice adds it once.

    Raises EmptyFinding, FindingsExist where the task says that nothing is held,
    CollectionFinished, AnswerSent.
    """
    if command.is_empty:
        raise EmptyFinding
    table = _long_table(command, now)
    try:
        return _add(command, table, actor, now)
    finally:
        if table is not None and not _is_named(table.id):
            current_vault().shred_file(table.id)


def remove_finding(finding_id: str, actor: Actor, now: datetime) -> None:
    """Take a finding away, its file with it; again is no error. Raises LastFinding."""
    with transaction() as session:
        row = session.get_one(Finding, finding_id)
        if row.removed_at is not None:
            return
        file = open_file(session, row.case_id, actor, now)
        right = session.get_one(RequestedRight, row.right_id)
        if _is_last(session, row):
            raise LastFinding
        outdate(file, right)
        row.removed_at, file_id = now, row.file_id
        # What is taken away is not kept in secret: the empty body says that it was here.
        current_vault().seal(row, "body", FindingBody().as_json())
        if file_id is not None:
            session.get_one(StoredFile, file_id).shredded_at = now
        file.record(
            EventKind.FINDING_REMOVED,
            finding=row.id,
            system=row.system_id,
            right=right.right,
        )
    if file_id is not None:
        current_vault().shred_file(file_id)


def findings_of(session: Db, case_id: str, right_id: str | None = None) -> list[FindingView]:
    """Return what was found in a case, opened, in the order in which it was added."""
    query = select(Finding).where(Finding.case_id == case_id, Finding.removed_at.is_(None))
    if right_id is not None:
        query = query.where(Finding.right_id == right_id)
    rows = session.scalars(query.order_by(Finding.added_at, Finding.id))
    return [open_finding(row) for row in rows]


def open_finding(row: Finding) -> FindingView:
    """Return a finding with its body opened."""
    return FindingView(row, body_from_json(current_vault().open(row, "body")))


def write_finding(file: CaseFile, task: Task, command: NewFinding, file_id: str | None) -> None:
    """Write the row of a finding and record it; the caller has checked that it may be added."""
    body = command.body
    row = Finding(
        id=command.id,
        case_id=task.case_id,
        right_id=task.right_id,
        task_id=task.id,
        system_id=task.system_id,
        kind=str(command.kind),
        provenance=str(command.provenance),
        basis=command.basis,
        file_id=file_id,
        records=len(body.rows) if command.kind is Kind.TABLE else 1,
        holds_address=_holds_address(file, body),
        added_at=file.now,
        added_by=file.actor.ref,
    )
    is_apart = command.kind is Kind.TABLE and file_id is not None
    kept = replace(body, rows=()) if is_apart else body
    current_vault().seal(row, "body", kept.as_json())
    file.session.add(row)
    right = file.session.get_one(RequestedRight, task.right_id)
    file.record(
        EventKind.FINDING_ADDED,
        finding=row.id,
        system=row.system_id,
        right=right.right,
        kind=row.kind,
        records=row.records,
    )


def make_room(file: CaseFile, task: Task) -> None:
    """Check that a finding may be added to a task, and outdate what was built without it."""
    right = file.session.get_one(RequestedRight, task.right_id)
    if task.answer is not None and TaskAnswer(task.answer) not in HELD:
        raise FindingsExist
    if task.answer is None and State(right.state) not in COLLECTS:
        raise CollectionFinished
    outdate(file, right)
    begin_right(file, right)


def _add(command: NewFinding, table: StoredFile | None, actor: Actor, now: datetime) -> str:
    with transaction() as session:
        task = session.get_one(Task, command.task_id)
        file = open_file(session, task.case_id, actor, now)
        if is_added(session, command.id, task):
            return command.id
        make_room(file, task)
        if table is not None:
            session.add(table)
        write_finding(file, task, command, table.id if table else None)
        return command.id


def is_added(session: Db, finding_id: str, task: Task) -> bool:
    """Say whether this form has added its finding. Raises EmptyFinding for a foreign number."""
    row = session.get(Finding, finding_id)
    if row is not None and row.task_id != task.id:
        raise EmptyFinding
    return row is not None


def _long_table(command: NewFinding, now: datetime) -> StoredFile | None:
    """Seal the rows apart where the body would be long, before the commit that names them."""
    if len(_json_of(command.body.rows)) <= INLINE_BYTES:
        return None
    task = db.session.get_one(Task, command.task_id)
    return keep_rows(command.body.rows, Place(new_id(), task.case_id, TABLE, now))


def _json_of(rows: Iterable[Row]) -> str:
    return json.dumps(list(rows), ensure_ascii=False)


def _is_named(file_id: str) -> bool:
    found = db.session.scalar(select(StoredFile.id).where(StoredFile.id == file_id))
    return found is not None


def _is_last(session: Db, row: Finding) -> bool:
    task = session.get_one(Task, row.task_id)
    query = select(Finding.id).where(
        Finding.task_id == task.id, Finding.removed_at.is_(None), Finding.id != row.id
    )
    return task.answer is not None and session.scalar(query.limit(1)) is None


def _holds_address(file: CaseFile, body: FindingBody) -> bool:
    """Say whether the address that the requester gave stands in what was found."""
    person = file.session.scalar(
        select(CasePerson).where(
            CasePerson.case_id == file.case.id, CasePerson.kind == "requester"
        )
    )
    address = person and current_vault().open_optional(person, "email")
    return bool(address) and holds_text(body, body.rows, normalise_address(str(address)))
