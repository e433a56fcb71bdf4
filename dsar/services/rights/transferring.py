"""Portability to another controller: the file that goes, and the record that it went."""

import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from zipstream import ZIP_DEFLATED, ZipStream

from dsar.domain.cases import State
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.rights import Right
from dsar.models import Package, RequestedRight, Transfer, new_id
from dsar.services.answer.approval import check_since_approval
from dsar.services.answer.packaging import ZIP, check_unchanged, read_part
from dsar.services.casefile import CaseFile
from dsar.services.identity.identity_records import identity_guard
from dsar.services.progress import current_packages, open_file
from dsar.services.rights.assessing import weighed_of
from dsar.services.transaction import Db, transaction
from dsar.vault import current_vault

#: What the other controller does not get: the letter, the page, and what was decided.
OURS: Final = frozenset({"data/decision.json", "data/manifest.json"})
CHUNK_BYTES: Final = 256 * 1024
IN_MEMORY_BYTES: Final = 8 * 1024 * 1024


class NoTransfer(DomainError):
    """Nothing is to be sent to another controller."""

    message_id = "error.no_transfer"


class TransferNotApproved(DomainError):
    """A second person approves the answer before the file leaves."""

    message_id = "error.transfer_not_approved"


class TransferProofMissing(DomainError):
    """How the file was sent is written down."""

    message_id = "error.transfer_proof"


@dataclass(frozen=True, slots=True)
class RecordTransfer:
    """When the file of a right went to the other controller, and how."""

    right_id: str
    sent_on: date
    proof: str


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer opened for reading."""

    row: Transfer
    proof: str


def record_transfer(command: RecordTransfer, actor: Actor, now: datetime) -> None:
    """Record that the file has gone to the other controller; again is no error.

    Raises NoTransfer, TransferNotApproved, PackageOutdated, IdentityMissing,
    DayNotSinceApproval, TransferProofMissing.
    """
    with transaction() as session:
        right = session.get_one(RequestedRight, command.right_id)
        file = open_file(session, right.case_id, actor, now)
        if transfer_of(session, right.id) is not None:
            return
        package = check_transferable(file, right)
        check_since_approval(file, package, command.sent_on)
        if not command.proof.strip():
            raise TransferProofMissing
        row = Transfer(id=new_id(), case_id=right.case_id, right_id=right.id)
        row.sent_on, row.recorded_at, row.recorded_by = command.sent_on, now, actor.ref
        current_vault().seal(row, "proof", command.proof.strip())
        session.add(row)
        file.record(EventKind.DATA_TRANSFERRED, right=right.right, sent_on=command.sent_on)


def transfer_file(right_id: str, actor: Actor, now: datetime) -> Iterator[bytes]:
    """Yield what the other controller gets: data, schema and files, without our letter.

    Raises as record_transfer does; nothing leaves before identity and approval.
    """
    with transaction() as session:
        right = session.get_one(RequestedRight, right_id)
        package = check_transferable(open_file(session, right.case_id, actor, now), right)
    return _data_of(read_part(package, ZIP))  # opened now: the session ends before the stream


def transfer_of(session: Db, right_id: str) -> TransferView | None:
    """Return the transfer recorded for a right, or None."""
    row = session.scalar(select(Transfer).where(Transfer.right_id == right_id))
    return None if row is None else TransferView(row, current_vault().open(row, "proof"))


def is_transfer_open(session: Db, right: RequestedRight) -> bool:
    """Say whether the answer tells of a transfer that nobody has recorded."""
    if Right(right.right) is not Right.PORTABILITY:
        return False
    return _is_told(session, right.id) and transfer_of(session, right.id) is None


def check_transferable(file: CaseFile, right: RequestedRight) -> Package:
    """Return the package whose data may leave now, or refuse."""
    if not _is_told(file.session, right.id):
        raise NoTransfer
    packages = current_packages(file.session, right.id)
    if State(right.state) is not State.READY or not packages:
        raise TransferNotApproved
    package = packages[-1]
    if package.approved_at is None:
        raise TransferNotApproved
    check_unchanged(file.session, package, right)
    identity_guard(file.session, file.case, right.right)
    return package


def _is_told(session: Db, right_id: str) -> bool:
    """Say whether the person reads that the file goes to another controller."""
    weighed = weighed_of(session, right_id)
    return weighed is not None and weighed.result == "transferred"


def _data_of(package: Iterator[bytes]) -> Iterator[bytes]:
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as whole:
        for chunk in package:
            whole.write(chunk)
        archive = ZipStream(compress_type=ZIP_DEFLATED)
        with zipfile.ZipFile(whole) as files:
            for name in files.namelist():
                inside = name.partition("/")[2]
                if "/" in inside and inside not in OURS and not inside.endswith(".html"):
                    archive.add(_entry(files, name), inside)
            yield from archive


def _entry(files: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with files.open(name) as entry:
        while chunk := entry.read(CHUNK_BYTES):
            yield chunk
