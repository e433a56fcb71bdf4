"""Files that come with a message: sniffed, measured, sealed before any row names them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final

from sqlalchemy import func, select

from dsar.domain.errors import DomainError
from dsar.domain.messages import FILES_A_CASE, FILES_A_MESSAGE, KINDS, kind_of
from dsar.models import Message, StoredFile, db, new_id
from dsar.services.transaction import Db
from dsar.vault import current_vault

ATTACHMENT: Final = "attachment"
#: The trailer of a PDF names its encryption.
_ENCRYPTED: Final = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_NAME_CHARACTERS: Final = 120
#: Control characters, and marks that hide in a name or turn its reading direction.
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+"
)


class AttachmentType(DomainError):
    """Neither PDF, JPG nor PNG, or not what its name says; archives are none of them."""

    message_id = "up.err.type"


class AttachmentEmpty(DomainError):
    """There is nothing in the file."""

    message_id = "up.err.empty"


class AttachmentSize(DomainError):
    """The file is larger than is taken in."""

    message_id = "up.err.size"


class AttachmentLocked(DomainError):
    """Nobody here could open the file."""

    message_id = "up.err.locked"


class TooManyFiles(DomainError):
    """More files than a message or a case may hold."""

    message_id = "up.err.many"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it arrives, and the most bytes that are taken in."""

    name: str
    stream: BinaryIO
    most_bytes: int


@dataclass(frozen=True, slots=True)
class FileView:
    """A file in a case: its place among them, its name as it came, how to name a copy."""

    id: str
    position: int
    name: str
    saved_as: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The content of a file that is welcome."""

    name: str
    media_type: str
    content: bytes


def check_all(attachments: Sequence[Attachment]) -> list[Checked]:
    """Return what is welcome, writing nothing. Raises the rule that a file breaks."""
    if len(attachments) > FILES_A_MESSAGE:
        raise TooManyFiles(n=FILES_A_MESSAGE)
    return [_check(each) for each in attachments]


def keep_all(files: Iterable[Checked], case_id: str, now: datetime) -> list[StoredFile]:
    """Seal files durably and return their rows, not yet added; nothing stays of a failure."""
    rows: list[StoredFile] = []
    try:
        for each in files:
            rows.append(_keep(each, case_id, now))
    except BaseException:
        shred_all(row.id for row in rows)
        raise
    return rows


def add_all(session: Db, rows: Sequence[StoredFile], message: Message) -> None:
    """Name sealed files in the caller's transaction. Raises TooManyFiles."""
    held = session.scalar(
        select(func.count(StoredFile.id)).where(
            StoredFile.case_id == message.case_id, StoredFile.purpose == ATTACHMENT
        )
    )
    if rows and (held or 0) + len(rows) > FILES_A_CASE:
        raise TooManyFiles(n=FILES_A_CASE)
    for row in rows:
        row.message_id = message.id
    session.add_all(rows)


def shred_all(file_ids: Iterable[str]) -> None:
    """Remove sealed files that no row names."""
    for file_id in file_ids:
        current_vault().shred_file(file_id)


def files_of(case_id: str, number: str) -> dict[str, list[FileView]]:
    """Return the files of a case by message; their numbers never change."""
    rows = db.session.scalars(
        select(StoredFile)
        .where(StoredFile.case_id == case_id, StoredFile.purpose == ATTACHMENT)
        .order_by(StoredFile.added_at, StoredFile.id)
    )
    by_message: dict[str, list[FileView]] = {}
    for position, row in enumerate(rows, start=1):
        if row.shredded_at is None:
            by_message.setdefault(str(row.message_id), []).append(_view(row, position, number))
    return by_message


def read_attachment(case_id: str, file: FileView) -> Iterator[bytes]:
    """Return the content of a file as a stream."""
    return current_vault().read_file(case_id, file.id)


def _check(attachment: Attachment) -> Checked:
    content = attachment.stream.read(attachment.most_bytes + 1)
    if not content:
        raise AttachmentEmpty
    if len(content) > attachment.most_bytes:
        raise AttachmentSize
    kind = kind_of(attachment.name, content)
    if kind is None:
        raise AttachmentType
    if kind == "pdf" and _ENCRYPTED.search(content):
        raise AttachmentLocked
    return Checked(clean_name(attachment.name), KINDS[kind][1], content)


def clean_name(name: str) -> str:
    """Return the end of a file's name without folders and without what cannot be seen."""
    seen = _UNSEEN.sub(" ", name.replace("\\", "/").rpartition("/")[2])
    return seen[-_NAME_CHARACTERS:].strip()


def _keep(file: Checked, case_id: str, now: datetime) -> StoredFile:
    row = StoredFile(id=new_id(), case_id=case_id, purpose=ATTACHMENT, added_at=now)
    sealed = current_vault().write_file(case_id, row.id, [file.content])
    row.media_type, row.size, row.sha256 = file.media_type, sealed.size, sealed.sha256
    current_vault().seal(row, "name", file.name)
    return row


def _view(row: StoredFile, position: int, number: str) -> FileView:
    ending = next(key for key, (_, media) in KINDS.items() if media == row.media_type)
    return FileView(
        id=row.id,
        position=position,
        name=current_vault().open(row, "name"),
        saved_as=f"{number}-{position}.{ending}",
        media_type=row.media_type,
        size=row.size,
    )
