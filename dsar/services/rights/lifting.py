"""The end of a restriction: announced to the person first, then lifted (GDPR art. 18(3))."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from dsar.domain.cases import State
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.measures import Act
from dsar.domain.messages import Direction
from dsar.models import Measure, Message, OutboxMessage, RequestedRight, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.contact.messages import CaseDisposed, add_message
from dsar.services.progress import open_file
from dsar.services.transaction import Db, transaction


class NothingRestricted(DomainError):
    """Only what is restricted now can be announced to end, and end."""

    message_id = "error.nothing_restricted"


class LiftReasonMissing(DomainError):
    """The person reads why the restriction ends."""

    message_id = "error.lift_reason_missing"


class LiftNotAnnounced(DomainError):
    """The person is told before a restriction ends, not after (GDPR art. 18(3))."""

    message_id = "error.lift_not_announced"


@dataclass(frozen=True, slots=True)
class AnnounceLifting:
    """Which restriction is to end, and why: the person reads it."""

    measure_id: str
    reason: str


def announce(command: AnnounceLifting, actor: Actor, now: datetime) -> None:
    """Write to the person that a restriction will end, and why; again is no error.

    Works in a closed case, too. Raises NothingRestricted, LiftReasonMissing, CaseDisposed.
    """
    with transaction() as session:
        file, row = _restricted(session, command.measure_id, actor, now)
        message_id = _message_id(row)
        if row.lift_notice_at is not None or session.get(Message, message_id) is not None:
            return
        if not command.reason.strip():
            raise LiftReasonMissing
        add_message(file, message_id, Direction.TO_PERSON, command.reason.strip())
        file.record(EventKind.MESSAGE_SENT, message=message_id, files=0)
        _record(file, EventKind.LIFTING_PREPARED, row)
        file.tell(Notice("m25", {"measure": row.id, "message": message_id}, once=row.id))


def notice_left(file: CaseFile, letter: OutboxMessage) -> None:
    """Write down that the person has been told: from now on the restriction may end."""
    row = file.session.get(Measure, letter.facts.get("measure", ""))
    if row is None or row.lift_notice_at is not None:
        return
    row.lift_notice_at = file.now
    _record(file, EventKind.LIFTING_NOTIFIED, row)


def lift(measure_id: str, actor: Actor, now: datetime) -> None:
    """End a restriction of which the person has been told; again is no error.

    Raises NothingRestricted, LiftNotAnnounced.
    """
    with transaction() as session:
        found = session.get_one(Measure, measure_id)
        if found.lifted_at is not None:
            return
        file, row = _restricted(session, measure_id, actor, now)
        if row.lift_notice_at is None:
            raise LiftNotAnnounced
        row.lifted_at = now
        _record(file, EventKind.RESTRICTION_LIFTED, row)


def announced(measure_id: str) -> bool:
    """Say whether the person has been written to; the notice may not have left yet."""
    row = db.session.get_one(Measure, measure_id)
    return db.session.get(Message, _message_id(row)) is not None


def _restricted(
    session: Db, measure_id: str, actor: Actor, now: datetime
) -> tuple[CaseFile, Measure]:
    found = session.get_one(Measure, measure_id)
    file = open_file(session, found.case_id, actor, now)
    row = session.get_one(Measure, measure_id, populate_existing=True)
    if State(file.case.state) is State.DISPOSED:
        raise CaseDisposed
    if row.act != Act.RESTRICT or row.executed_at is None or row.lifted_at is not None:
        raise NothingRestricted
    return file, row


def _record(file: CaseFile, kind: EventKind, row: Measure) -> None:
    right = file.session.get_one(RequestedRight, row.right_id).right
    file.record(kind, measure=row.id, system=row.system_id, right=right)


def _message_id(row: Measure) -> str:
    """Return the id that the one notice about a restriction always has."""
    return hashlib.sha256(f"lifting:{row.id}".encode()).hexdigest()[:32]
