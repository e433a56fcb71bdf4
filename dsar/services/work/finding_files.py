"""Files of findings: sniffed, measured and sealed before any row names them."""

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final

import puremagic

from dsar.domain.errors import DomainError
from dsar.domain.file_types import HEAD_BYTES, ending_of, is_welcome
from dsar.domain.findings import Row
from dsar.models import StoredFile, db
from dsar.services.contact.attachments import clean_name
from dsar.vault import current_vault

CHUNK_BYTES: Final = 256 * 1024
#: Endings that are folders inside; what an office program writes has one of these entries.
_OFFICE: Final = {
    "docx": "word/",
    "xlsx": "xl/",
    "pptx": "ppt/",
    "odt": "mimetype",
    "ods": "mimetype",
    "odp": "mimetype",
}
_ROWS: Final = "application/jsonl"


class UploadType(DomainError):
    """The file is not of a kind that is taken in, or not what its name says."""

    message_id = "error.upload_type"


class UploadEmpty(DomainError):
    """There is nothing in the file."""

    message_id = "error.upload_empty"


class UploadSize(DomainError):
    """The file is larger than is taken in."""

    message_id = "error.upload_size"


class FileGone(DomainError):
    """The file is not kept any more."""

    message_id = "error.file_missing"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrives: its name, its bytes from the start, and the most we take."""

    name: str
    stream: BinaryIO
    most_bytes: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed file goes: its own id, its case, what it is for."""

    file_id: str
    case_id: str
    purpose: str
    now: datetime


def check_upload(upload: Upload) -> None:
    """Refuse an archive, an unknown kind, a false name or an empty file."""
    head = upload.stream.read(HEAD_BYTES)
    upload.stream.seek(0)
    if not head:
        raise UploadEmpty
    if not is_welcome(upload.name, head) or not _is_office(upload):
        raise UploadType


def media_type(name: str, head: bytes) -> str:
    """Return the media type by content, never by what the browser claimed."""
    try:
        found = puremagic.from_string(head, mime=True, filename=name)
    except (puremagic.PureError, ValueError):
        found = ""
    return found or ("text/plain" if b"\0" not in head else "application/octet-stream")


def keep_upload(upload: Upload, place: Place) -> StoredFile:
    """Seal an upload durably and return its row, not yet added. Raises UploadSize."""
    head = upload.stream.read(HEAD_BYTES)
    upload.stream.seek(0)
    row = keep(_limited(upload), place, media_type(upload.name, head))
    current_vault().seal(row, "name", clean_name(upload.name))
    return row


def keep(chunks: Iterable[bytes], place: Place, kind: str) -> StoredFile:
    """Seal a stream durably and return its row, not yet added, under an empty name."""
    vault = current_vault()
    sealed = vault.write_file(place.case_id, place.file_id, chunks)
    row = StoredFile(id=place.file_id, case_id=place.case_id, purpose=place.purpose)
    row.media_type, row.size, row.sha256 = kind, sealed.size, sealed.sha256
    row.added_at = place.now
    vault.seal(row, "name", "")
    return row


def keep_rows(rows: Iterable[Row], place: Place) -> StoredFile:
    """Seal the rows of a long table, one a line, and return the row of the file."""
    lines = (json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
    return keep(lines, place, _ROWS)


def read_rows(file: StoredFile) -> Iterator[Row]:
    """Yield the rows that keep_rows sealed, in flat memory."""
    rest = b""
    for chunk in current_vault().read_file(file.case_id, file.id):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (json.loads(line) for line in lines)


def read_whole(file: StoredFile) -> bytes:
    """Return the content of a sealed file; only for those that are known to be small."""
    return b"".join(current_vault().read_file(file.case_id, file.id))


def file_of(file_id: str | None) -> StoredFile:
    """Return a file that is still kept. Raises FileGone."""
    row = db.session.get(StoredFile, file_id) if file_id else None
    if row is None or row.shredded_at is not None:
        raise FileGone
    return row


def read_file(file: StoredFile) -> Iterator[bytes]:
    """Return the stream of a sealed file."""
    return current_vault().read_file(file.case_id, file.id)


def extension_of(file: StoredFile) -> str:
    """Return the ending of the name that the file came with."""
    return ending_of(current_vault().open(file, "name"))


def _limited(upload: Upload) -> Iterator[bytes]:
    total = 0
    while chunk := upload.stream.read(CHUNK_BYTES):
        total += len(chunk)
        if total > upload.most_bytes:
            raise UploadSize(size=f"{upload.most_bytes // 1_000_000} MB")
        yield chunk


def _is_office(upload: Upload) -> bool:
    """Say whether a packed file is what an office program writes, not any archive."""
    entry = _OFFICE.get(ending_of(upload.name))
    if entry is None:
        return True
    try:
        with zipfile.ZipFile(upload.stream) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    finally:
        upload.stream.seek(0)
    return any(name.startswith(entry) for name in names)
