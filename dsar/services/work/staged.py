"""Uploads and pastes before they are findings: sealed, previewed, then saved or thrown away."""

import io
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select

from dsar.domain.errors import DomainError
from dsar.domain.events import Actor
from dsar.domain.file_types import TABLES
from dsar.domain.findings import FindingBody, Row
from dsar.domain.identity_numbers import holds_identity_number
from dsar.domain.pasted import Pasted, decode, named, read_pasted
from dsar.models import StoredFile, Task, db
from dsar.services.progress import open_file
from dsar.services.transaction import transaction
from dsar.services.work.finding_files import (
    Place,
    Upload,
    UploadSize,
    check_upload,
    extension_of,
    keep_upload,
    read_whole,
)
from dsar.services.work.findings import (
    NewFinding,
    add_finding,
    is_added,
    make_room,
    write_finding,
)
from dsar.vault import current_vault

#: Waits for its preview; and belongs to a finding.
STAGED, KEPT = "staged", "finding"
#: A table is read whole before it is shown; larger ones are added as files.
TABLE_BYTES: Final = 20_000_000
PASTE_NAME: Final = "paste.txt"


class StagedGone(DomainError):
    """The upload was thrown away, or saved long ago."""

    message_id = "error.file_missing"


@dataclass(frozen=True, slots=True)
class Preview:
    """What an upload holds; `pasted` is None for a file that is kept as it is."""

    file: StoredFile
    pasted: Pasted | None
    has_identity_number: bool = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the rows of a table."""
        return self.pasted.rows if self.pasted else ()


def stage_upload(case_id: str, file_id: str, upload: Upload, now: datetime) -> None:
    """Seal an upload for its preview; the same form twice keeps one.

    Raises UploadType, UploadEmpty, UploadSize, and Unreadable for a table that is none.
    """
    if db.session.get(StoredFile, file_id) is not None:
        return
    check_upload(upload)
    is_table = upload.name.rpartition(".")[2].lower() in TABLES or upload.name == PASTE_NAME
    if is_table:
        _read(upload)
    row = keep_upload(upload, Place(file_id, case_id, STAGED, now))
    try:
        with transaction() as session:
            session.add(row)
    except BaseException:
        current_vault().shred_file(file_id)
        raise


def stage_paste(case_id: str, file_id: str, text: str, now: datetime) -> None:
    """Seal a pasted text for its preview. Raises UploadEmpty and Unreadable."""
    content = text.strip().encode()
    upload = Upload(PASTE_NAME, io.BytesIO(content), TABLE_BYTES)
    stage_upload(case_id, file_id, upload, now)


def preview(case_id: str, file_id: str) -> Preview:
    """Return what a staged upload holds. Raises StagedGone."""
    row = db.session.get(StoredFile, file_id)
    if row is None or row.case_id != case_id or row.purpose != STAGED or row.shredded_at:
        raise StagedGone
    if not _is_table(row):
        return Preview(row, None)
    text = decode(read_whole(row))
    return Preview(row, read_pasted(text), holds_identity_number(text))


def save_staged(
    command: NewFinding, names: dict[str, str], actor: Actor, now: datetime
) -> None:
    """Make a finding of a staged upload, whose id is the finding's; twice adds it once.

    names: what each column of a table is to be called; those that it leaves out are dropped.
    """
    task = db.session.get_one(Task, command.task_id)
    if is_added(db.session, command.id, task):
        return
    shown = preview(task.case_id, command.id)
    if shown.pasted is None:
        body = replace(command.body, extension=extension_of(shown.file) or "bin")
        _save_file(replace(command, body=body), actor, now)
        return
    add_finding(replace(command, body=_filled(command.body, shown.pasted, names)), actor, now)
    discard_staged(task.case_id, command.id, now)


def discard_staged(case_id: str, file_id: str, now: datetime) -> None:
    """Throw a staged upload away; again is no error."""
    with transaction() as session:
        row = session.get(StoredFile, file_id)
        if row is None or row.case_id != case_id or row.purpose != STAGED:
            return
        row.shredded_at = row.shredded_at or now
    current_vault().shred_file(file_id)


def sweep_staged(before: datetime, now: datetime) -> int:
    """Throw away what nobody has saved since the moment; return how many."""
    query = select(StoredFile).where(
        StoredFile.purpose == STAGED,
        StoredFile.shredded_at.is_(None),
        StoredFile.added_at < before,
    )
    stale = [(row.case_id, row.id) for row in db.session.scalars(query)]
    for case_id, file_id in stale:
        discard_staged(case_id, file_id, now)
    return len(stale)


def _save_file(command: NewFinding, actor: Actor, now: datetime) -> None:
    with transaction() as session:
        task = session.get_one(Task, command.task_id)
        file = open_file(session, task.case_id, actor, now)
        if is_added(session, command.id, task):
            return
        make_room(file, task)
        session.get_one(StoredFile, command.id).purpose = KEPT
        write_finding(file, task, command, command.id)


def _filled(body: FindingBody, pasted: Pasted, names: dict[str, str]) -> FindingBody:
    if not pasted.columns:
        return replace(body, text=pasted.text, fields=pasted.fields)
    kept = [(place, names.get(old, old)) for place, old in enumerate(pasted.columns)]
    kept = [(place, name.strip()) for place, name in kept if name.strip()]
    rows = tuple([row[place] for place, _ in kept] for row in pasted.rows)
    return replace(body, columns=named([name for _, name in kept]), rows=rows)


def _read(upload: Upload) -> None:
    """Read a table once before it is kept, so that what is malformed is said at once."""
    content = upload.stream.read(TABLE_BYTES + 1)
    upload.stream.seek(0)
    if len(content) > TABLE_BYTES:
        raise UploadSize(size=f"{TABLE_BYTES // 1_000_000} MB")
    read_pasted(decode(content))


def _is_table(row: StoredFile) -> bool:
    name = current_vault().open(row, "name")
    return name == PASTE_NAME or extension_of(row) in TABLES
