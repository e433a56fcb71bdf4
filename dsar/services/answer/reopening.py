"""An incomplete answer opens its right again, on the original clock (decision 7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dsar.domain.cases import Action, State
from dsar.domain.events import Actor, EventKind
from dsar.domain.messages import Direction
from dsar.domain.reopening import (
    Judgement,
    MissingUnsaid,
    NothingToReopen,
    ReopenReason,
    may_reopen,
)
from dsar.models import CaseEvent, Message, RequestedRight, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock import deadlines
from dsar.services.contact.messages import add_message, message_id_of
from dsar.services.progress import advance, current_packages, open_file
from dsar.services.rights.resuming import resume
from dsar.services.staff.staffing import responsible_for
from dsar.services.transaction import Db, transaction


@dataclass(frozen=True, slots=True)
class Reopen:
    """Which rights, and why. `once` is the form's number: pressed twice, it is done once."""

    case_id: str
    rights: frozenset[str]
    reason: ReopenReason
    once: str


@dataclass(frozen=True, slots=True)
class Judge:
    """What the person says of her answer, and what is missing where it is not enough."""

    case_id: str
    judgement: Judgement
    rights: frozenset[str]
    missing: str
    once: str


def reopen(command: Reopen, actor: Actor, now: datetime) -> None:
    """Open rights again that were answered; the person is told. Raises NothingToReopen."""
    with transaction() as session:
        file = open_file(session, command.case_id, actor, now)
        if _take_up(file, command.rights, command.reason):
            file.tell(Notice("m24", once=command.once))
            _tell_others(file, command.once)


def judge(command: Judge, actor: Actor, now: datetime) -> bool:
    """Keep what the person says of her answer. Returns whether it opens the case again.

    Raises MissingUnsaid, NothingToReopen. The same form twice is kept once.
    """
    with transaction() as session:
        file = open_file(session, command.case_id, actor, now)
        if command.judgement is Judgement.YES:
            _keep_yes(file)
            return False
        if not command.missing.strip():
            raise MissingUnsaid
        if not _keep_words(file, command):
            return True
        _take_up(file, command.rights, ReopenReason.PERSON_SAYS)
        file.record(EventKind.ANSWER_JUDGED, judgement=str(command.judgement))
        _tell_others(file, command.once)
        return True


def reopenable(case_id: str) -> list[str]:
    """Return the rights of a case that were answered and may be opened again."""
    return [row.right for row in _answered(db.session, case_id)]


def _answered(session: Db, case_id: str) -> list[RequestedRight]:
    rows = deadlines.rights_of(session, case_id)
    return [row for row in rows if may_reopen(State(row.state), row.outcome)]


def _take_up(file: CaseFile, wanted: Iterable[str], reason: ReopenReason) -> bool:
    """Open the rights; False where all of them are open already."""
    rows = [r for r in _answered(file.session, file.case.id) if r.right in wanted]
    if not rows:
        running = {r.right for r in deadlines.running_rights(file.session, file.case.id)}
        if running & set(wanted):
            return False
        raise NothingToReopen
    for right in rows:
        _open_again(file, right)
        file.record(EventKind.RIGHT_REOPENED, right=right.right, reason=str(reason))
        resume(file, right)
    file.case.outcome = file.case.closed_at = None
    deadlines.recount(file, EventKind.RIGHT_REOPENED)
    return True


def _open_again(file: CaseFile, right: RequestedRight) -> None:
    """What was handed over stays with the person, and makes room for what comes after it."""
    for package in current_packages(file.session, right.id):
        package.replaced_at = file.now
    right.outcome = right.closed_at = None
    advance(file, right, Action.REOPEN)


def _keep_yes(file: CaseFile) -> None:
    """Record that the answer was enough; said once it needs no saying again."""
    said = select(CaseEvent.id).where(
        CaseEvent.case_id == file.case.id, CaseEvent.kind == str(EventKind.ANSWER_JUDGED)
    )
    if file.session.scalar(said.limit(1)) is None:
        file.record(EventKind.ANSWER_JUDGED, judgement=str(Judgement.YES))


def _keep_words(file: CaseFile, command: Judge) -> bool:
    """Keep what is missing, as a message of the person; False where it is kept already."""
    message_id = message_id_of(command.case_id, command.once)
    if file.session.get(Message, message_id) is not None:
        return False
    add_message(file, message_id, Direction.FROM_PERSON, command.missing.strip())
    file.record(EventKind.MESSAGE_RECEIVED, message=message_id, files=0)
    return True


def _tell_others(file: CaseFile, once: str) -> None:
    """Leave word for whoever is responsible, except for the one who did it."""
    facts = {"due": file.case.binding_on or file.case.sort_on}
    for staff_id in responsible_for(file.session, file.case):
        if staff_id != file.actor.ref:
            file.tell_staff(Notice("t22", facts, once=once), staff_id)
