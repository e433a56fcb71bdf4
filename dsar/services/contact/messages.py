"""What is written in a case: by the person, to the person, and notes for staff alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from dsar.domain.cases import State
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.messages import Direction
from dsar.models import Case, Message, Staff, StoredFile, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.contact.attachments import (
    Attachment,
    FileView,
    add_all,
    check_all,
    files_of,
    keep_all,
    shred_all,
)
from dsar.services.staff.staffing import responsible_for
from dsar.services.transaction import transaction
from dsar.vault import current_vault


class CaseDisposed(DomainError):
    """The content of the case is gone, and nothing is added to it."""

    message_id = "error.key_destroyed"


@dataclass(frozen=True, slots=True)
class Write:
    """Something to be written; `once` is the form's number: pressed twice, it is kept once."""

    case_id: str
    text: str
    once: str
    files: Sequence[Attachment] = ()


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message as a page shows it. `author` is a name that only staff may see."""

    id: str
    direction: Direction
    text: str
    written_at: datetime
    read_at: datetime | None
    author: str
    files: tuple[FileView, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """Who writes which kind of message, and when."""

    direction: Direction
    actor: Actor
    now: datetime


def receive(command: Write, actor: Actor, now: datetime) -> str:
    """Keep what the person wrote, and tell staff that there is something to read.

    Raises the rule that an attachment breaks; then nothing is kept.
    """
    return _write(command, _Entry(Direction.FROM_PERSON, actor, now))


def send(command: Write, actor: Actor, now: datetime) -> str:
    """Keep what staff write to the person, and tell her that it waits (m08, no content)."""
    return _write(command, _Entry(Direction.TO_PERSON, actor, now))


def note(command: Write, actor: Actor, now: datetime) -> str:
    """Keep a note that only staff see."""
    return _write(command, _Entry(Direction.NOTE, actor, now))


def add_message(file: CaseFile, message_id: str, direction: Direction, text: str) -> Message:
    """Seal a message and add it, in the caller's transaction."""
    message = Message(
        id=message_id,
        case_id=file.case.id,
        direction=str(direction),
        author_id=file.actor.ref if file.actor.kind == "staff" else None,
        written_at=file.now,
    )
    current_vault().seal(message, "body", text)
    file.session.add(message)
    file.session.flush()
    return message


def message_id_of(case_id: str, once: str) -> str:
    """Return the id that one form of one case always leads to."""
    return hashlib.sha256(f"{case_id}:{once}".encode()).hexdigest()[:32]


def messages_of(case_id: str, *, for_staff: bool) -> list[MessageView]:
    """Return what was written in a case, oldest first; notes and authors for staff alone."""
    case = db.session.get_one(Case, case_id)
    query = select(Message).where(Message.case_id == case_id)
    if not for_staff:
        query = query.where(Message.direction != Direction.NOTE)
    files = files_of(case_id, case.number)
    names = _names(case_id) if for_staff else {}
    rows = db.session.scalars(query.order_by(Message.written_at, Message.id))
    return [
        MessageView(
            id=row.id,
            direction=Direction(row.direction),
            text=current_vault().open(row, "body"),
            written_at=row.written_at,
            read_at=row.read_at,
            author=names.get(str(row.author_id), ""),
            files=tuple(files.get(row.id, ())),
        )
        for row in rows
    ]


def attachment_at(case_id: str, position: int, *, for_staff: bool) -> FileView | None:
    """Return the file of a case with this number, where the reader may see its message."""
    shown = (file for each in messages_of(case_id, for_staff=for_staff) for file in each.files)
    return next((file for file in shown if file.position == position), None)


def _write(command: Write, entry: _Entry) -> str:
    message_id = message_id_of(command.case_id, command.once)
    if db.session.get(Message, message_id) is not None:
        return message_id
    files = keep_all(check_all(command.files), command.case_id, entry.now)
    try:
        is_new = _enter(command, entry, files)
    except BaseException:
        shred_all(row.id for row in files)
        raise
    if not is_new:
        shred_all(row.id for row in files)
    return message_id


def _enter(command: Write, entry: _Entry, files: Sequence[StoredFile]) -> bool:
    """Add message and files in one transaction; False where the same press came first."""
    with transaction() as session:
        case = session.get_one(Case, command.case_id, with_for_update=True)
        message_id = message_id_of(command.case_id, command.once)
        if session.get(Message, message_id) is not None:
            return False
        if State(case.state) is State.DISPOSED:
            raise CaseDisposed
        file = CaseFile(session, case, entry.actor, entry.now)
        message = add_message(file, message_id, entry.direction, command.text)
        add_all(session, files, message)
        _AFTER[entry.direction](file, message, len(files))
        return True


def _after_person(file: CaseFile, message: Message, files: int) -> None:
    file.record(EventKind.MESSAGE_RECEIVED, message=message.id, files=files)
    for staff_id in responsible_for(file.session, file.case):
        file.tell_staff(Notice("t12", once=message.id), staff_id)


def _after_staff(file: CaseFile, message: Message, files: int) -> None:
    """Tell the person; what she wrote before is answered with this."""
    file.record(EventKind.MESSAGE_SENT, message=message.id, files=files)
    file.tell(Notice("m08", {"message": message.id}, once=message.id))
    file.session.execute(
        update(Message)
        .where(Message.case_id == file.case.id, Message.direction == Direction.FROM_PERSON)
        .where(Message.read_at.is_(None))
        .values(read_at=file.now)
    )


def _after_note(file: CaseFile, message: Message, _: int) -> None:
    file.record(EventKind.NOTE_ADDED, message=message.id)


_AFTER = {
    Direction.FROM_PERSON: _after_person,
    Direction.TO_PERSON: _after_staff,
    Direction.NOTE: _after_note,
}


def _names(case_id: str) -> dict[str, str]:
    authors = select(Message.author_id).where(Message.case_id == case_id)
    query = select(Staff.id, Staff.name).where(Staff.id.in_(authors))
    return {staff_id: name for staff_id, name in db.session.execute(query)}
