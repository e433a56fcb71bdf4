"""What became of a letter: the row, the case file, what it sets in motion, who is told."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.models import Case, OutboxMessage
from dsar.services.casefile import CaseFile, Notice
from dsar.services.mail.notices import follow_up
from dsar.services.staff.staffing import responsible_for
from dsar.services.transaction import Db, transaction

log = logging.getLogger(__name__)
ACTOR: Final = Actor("job", "outbox_delivery")

#: Minutes to wait after each failed try; the last one for ever: nothing is given up.
BACK_OFF_MINUTES: Final = (1, 5, 15, 60, 120, 240)
#: A server that was down has its queue again within minutes of its return.
BACK_OFF_WHEN_DOWN: Final = (1, 3, 5, 8)


class Sending(StrEnum):
    """Where a letter is on its way. Who is sending it now is a claim, not a state."""

    WAITING = "waiting"
    SENT = "sent"
    KEPT = "kept"
    POSTED = "posted"
    REFUSED = "refused"
    NO_ADDRESS = "no_address"
    HELD_BACK = "held_back"


@dataclass(frozen=True, slots=True)
class Claim:
    """One letter, held by one process until the database's clock says otherwise."""

    letter_id: str
    holder: str
    now: datetime
    held_back: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one try; the code says why, and is safe to log.

    is_everyones: it failed because the channel is down, not because of this letter.
    """

    state: Sending
    code: str | None = None
    is_everyones: bool = False


class NotToPost(DomainError):
    """The letter has left already, or is not one that staff hand over themselves."""

    message_id = "error.not_to_post"


#: The code of a letter that has left, while what was to follow broke.
UNFINISHED: Final = "follow_up_failed"
S, E = Sending, EventKind

_EVENTS: Final = {
    S.SENT: E.MAIL_ACCEPTED,
    S.KEPT: E.MAIL_KEPT,
    S.REFUSED: E.MAIL_REFUSED,
    S.NO_ADDRESS: E.MAIL_UNADDRESSED,
}
#: Staff may still hand these over on paper.
TO_POST: Final = frozenset({S.KEPT, S.REFUSED, S.NO_ADDRESS, S.HELD_BACK})
#: The person has not been informed: Art. 12(3) runs on, so staff must find another way.
_ALARMS: Final = {S.REFUSED: "t15", S.NO_ADDRESS: "t15.post"}

_BY_CODE: Final = {"guarded": "t15.post", UNFINISHED: "t15.follow"}


def settle(claim: Claim, result: Result) -> None:
    """Write down what became of a letter, once, with what its leaving sets in motion."""
    try:
        _settle(claim, result, is_followed=True)
    except Exception:
        if result.state not in {S.SENT, S.KEPT}:
            raise
        # It has left: whatever broke afterwards must never send it again.
        _settle(claim, Result(result.state, UNFINISHED), is_followed=False)
        raise


def finish(letter_id: str, actor: Actor, now: datetime) -> None:
    """Do what the leaving of a letter was to set in motion, where that broke; once.

    The letter itself never leaves again. Raises whatever breaks it still.
    """
    with transaction() as session:
        row = session.get_one(OutboxMessage, letter_id, with_for_update=True)
        file = _file(session, row, actor, now)
        if row.last_code != UNFINISHED or file is None:
            return
        row.last_code = None
        if _has_effect(file.case, Sending(row.state)):
            follow_up(file, row)


def record_as_posted(letter_id: str, actor: Actor, now: datetime) -> None:
    """Record that staff handed a letter over themselves; it takes effect now (decision 5).

    Raises NotToPost. The same letter twice is recorded once.
    """
    with transaction() as session:
        row = session.get_one(OutboxMessage, letter_id, with_for_update=True)
        if row.state == S.POSTED:
            return
        if row.recipient != "person" or row.state not in TO_POST:
            raise NotToPost
        row.state, row.settled_at = S.POSTED, now
        file = _file(session, row, actor, now)
        if file is not None:
            file.record(E.MAIL_POSTED, outbox=row.id, template=row.template)
            follow_up(file, row)


def _settle(claim: Claim, result: Result, *, is_followed: bool) -> None:
    with transaction() as session:
        row = session.get_one(OutboxMessage, claim.letter_id, with_for_update=True)
        if row.state != S.WAITING:
            return  # another process, whose claim came after ours, was first
        if result.state is S.WAITING:
            _wait(row, claim, result)
            return
        row.state, row.last_code, row.settled_at = result.state, result.code, claim.now
        row.secrets = row.claimed_by = row.claimed_until = None
        file = _file(session, row, ACTOR, claim.now)
        if file is not None:
            if row.recipient == "person":
                _record(file, row, result)
            if is_followed and _has_effect(file.case, result.state):
                follow_up(file, row)


def _wait(row: OutboxMessage, claim: Claim, result: Result) -> None:
    if row.claimed_by != claim.holder:
        return
    waits = BACK_OFF_WHEN_DOWN if result.is_everyones else BACK_OFF_MINUTES
    step = min(row.attempts, len(waits)) - 1
    row.not_before = claim.now + timedelta(minutes=waits[step])
    row.last_code = result.code
    row.claimed_by = row.claimed_until = None


def _record(file: CaseFile, row: OutboxMessage, result: Result) -> None:
    """Write into the case file what became of a notice to the person, and raise the alarm."""
    kind = _EVENTS.get(result.state)
    if kind is not None:
        code = {"code": result.code} if kind is E.MAIL_REFUSED else {}
        file.record(kind, outbox=row.id, template=row.template, **code)
    template = _BY_CODE.get(result.code or "") or _ALARMS.get(result.state)
    if template is not None:
        for staff_id in responsible_for(file.session, file.case):
            file.tell_staff(Notice(template, once=row.id), staff_id)


def _has_effect(case: Case, state: Sending) -> bool:
    """Say whether the notice has left: kept mail counts in practice only (decision 5)."""
    return state is S.SENT or (state is S.KEPT and case.is_practice)


def _file(session: Db, row: OutboxMessage, actor: Actor, now: datetime) -> CaseFile | None:
    if row.case_id is None:
        return None
    return CaseFile(
        session, session.get_one(Case, row.case_id, with_for_update=True), actor, now
    )
