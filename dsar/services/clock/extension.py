"""The one extension: with a reason of a closed list, told in time, effective once told."""

from dataclasses import dataclass
from datetime import date, datetime

from dsar.domain.clock import ClockError, ClockEvent, ClockEventKind
from dsar.domain.clock_notices import ExplanationMissing, ExtensionReason, NoticeKind
from dsar.domain.events import Actor, EventKind
from dsar.models import Case, ClockNotice, OutboxMessage, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock import clock_notices, deadlines
from dsar.services.clock.deadlines import Preview
from dsar.services.progress import open_file
from dsar.services.transaction import transaction
from dsar.vault import current_vault


@dataclass(frozen=True, slots=True)
class Extend:
    """More time, for one right or for all that run. The id is the form's number.

    until: the new last day, under a law where the notice itself names it.
    """

    id: str
    case_id: str
    reason: ExtensionReason
    explanation: str
    right: str | None = None
    until: date | None = None


def extend(command: Extend, actor: Actor, now: datetime) -> str:
    """Prepare the extension and its notice; it moves no date until the notice has left.

    Raises ExplanationMissing, NoticePending, or the rule of the law that it breaks.
    """
    with transaction() as session:
        file = open_file(session, command.case_id, actor, now)
        if session.get(ClockNotice, command.id) is not None:
            return command.id
        if not command.explanation.strip():
            raise ExplanationMissing
        clock_notices.refuse_second(file, NoticeKind.EXTENSION)
        event = event_of(command, now)
        clock_notices.check_all(session, file.case, command.right, event)
        _add(file, command)
        _tell(file, command, event)
        return command.id


def preview(command: Extend, now: datetime) -> list[Preview]:
    """Return what the extension would make of each date. Writes nothing; raises nothing."""
    case = db.session.get_one(Case, command.case_id)
    return clock_notices.previews(case, command.right, event_of(command, now))


def refusal(case: Case, now: datetime) -> ClockError | None:
    """Return why no clock of the case can be extended any more, or None where one can."""
    far = date(now.year + 3, 1, 1)
    asked = Extend("", case.id, ExtensionReason.COMPLEX, "", None, far)
    event, found = event_of(asked, now), None
    for row in clock_notices.affected(db.session, case.id, None):
        try:
            deadlines.check_event(db.session, case, row.right, event)
        except ClockError as error:
            found = error
        else:
            return None
    return found


def notice_left(file: CaseFile, letter: OutboxMessage) -> None:
    """Let the extension take effect: the person has been told (decision 5)."""
    notice = file.session.get(ClockNotice, letter.facts.get("notice", ""))
    if notice is None or notice.notified_at is not None or notice.reason is None:
        return
    notice.notified_at = file.now
    with clock_notices.watched(file, notice):
        file.record(
            EventKind.EXTENSION_NOTIFIED,
            notice=notice.id,
            reasons=[ExtensionReason(notice.reason).clock_code],
            until=notice.until,
            **_named(notice.right),
        )
        deadlines.recount(file, EventKind.EXTENSION_NOTIFIED)


def event_of(command: Extend, now: datetime) -> ClockEvent:
    """Return the extension as the clock would see it, were it told now."""
    reasons = (command.reason.clock_code,)
    return ClockEvent(ClockEventKind.EXTENDED, now, until=command.until, reasons=reasons)


def _named(right: str | None) -> dict[str, object]:
    """Return the right as an entry of the log names it: not at all, where it is every one."""
    return {"right": right} if right else {}


def _add(file: CaseFile, command: Extend) -> None:
    notice = ClockNotice(
        id=command.id,
        case_id=command.case_id,
        kind=str(NoticeKind.EXTENSION),
        right=command.right,
        reason=str(command.reason),
        until=command.until,
        pauses=False,
        created_by=file.actor.ref,
        created_at=file.now,
    )
    current_vault().seal(notice, "body", command.explanation.strip())
    file.session.add(notice)
    file.record(
        EventKind.EXTENSION_PREPARED,
        notice=notice.id,
        reasons=[command.reason.clock_code],
        **_named(command.right),
    )


def _tell(file: CaseFile, command: Extend, event: ClockEvent) -> None:
    """Leave the notice: both dates and the coded reason; the explanation waits behind it."""
    case, rows = file.case, clock_notices.affected(file.session, command.case_id, command.right)
    moves = [deadlines.preview(file.session, case, row.right, event) for row in rows]
    facts = {
        "notice": command.id,
        "before": min(move.before.sort_on for move in moves),
        "due": min(move.after.sort_on for move in moves),
        "reason": str(command.reason),
    }
    file.tell(Notice("m10", facts, once=command.id))
