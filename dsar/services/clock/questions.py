"""Questions to the person about what she means; only one of a large amount stops the clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dsar import profiles
from dsar.domain.clock import CLARIFICATION, ClockError, ClockEvent, ClockEventKind
from dsar.domain.clock_notices import NoticeKind, QuestionWordsMissing
from dsar.domain.events import Actor, EventKind
from dsar.domain.identity import ANSWER_DAYS
from dsar.models import Case, ClockNotice, OutboxMessage, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock import clock_notices, deadlines
from dsar.services.clock.clock_notices import NoticeView
from dsar.services.clock.deadlines import Preview
from dsar.services.progress import open_file
from dsar.services.staff.staffing import responsible_for
from dsar.services.transaction import transaction
from dsar.vault import current_vault


@dataclass(frozen=True, slots=True)
class Ask:
    """A question. pauses: it asks which part of a large amount is meant (R23).

    is_large: staff confirm that there is a large amount. delay: why it comes only now (R24).
    """

    id: str
    case_id: str
    text: str
    pauses: bool
    is_large: bool = False
    delay: str = ""


def ask(command: Ask, actor: Actor, now: datetime) -> str:
    """Prepare a question and its notice; it stops no clock until the notice has left.

    Raises QuestionWordsMissing, NoticePending, or the rule of the law that the pause breaks.
    """
    with transaction() as session:
        file = open_file(session, command.case_id, actor, now)
        if session.get(ClockNotice, command.id) is not None:
            return command.id
        if not command.text.strip():
            raise QuestionWordsMissing
        clock_notices.refuse_second(file, NoticeKind.QUESTION)
        if command.pauses:
            clock_notices.check_all(session, file.case, None, event_of(command, now))
        notice = _notice(file, command)
        session.add(notice)
        file.record(EventKind.QUESTION_ASKED, notice=notice.id, answer_by=notice.answer_by)
        facts = {"notice": notice.id, "answer_by": notice.answer_by}
        file.tell(Notice("m07.paused" if command.pauses else "m07", facts, once=notice.id))
        return command.id


def preview(command: Ask, now: datetime) -> list[Preview]:
    """Return what the pause would make of each date. Writes nothing; raises nothing."""
    case = db.session.get_one(Case, command.case_id)
    return clock_notices.previews(case, None, event_of(command, now)) if command.pauses else []


def refusal(case: Case, now: datetime) -> ClockError | None:
    """Return why no question can stop the clock of the case now, or None where one can."""
    lawful = Ask("", case.id, "", pauses=True, is_large=True, delay="-")
    try:
        clock_notices.check_all(db.session, case, None, event_of(lawful, now))
    except ClockError as error:
        return error
    return None


def notice_left(file: CaseFile, letter: OutboxMessage) -> None:
    """Let the question take effect: its notice has left the house (decision 5)."""
    notice = file.session.get(ClockNotice, letter.facts.get("notice", ""))
    if notice is None or notice.notified_at is not None or notice.answered_at is not None:
        return
    notice.notified_at = file.now
    with clock_notices.watched(file, notice):
        file.record(
            EventKind.QUESTION_NOTICE_SENT,
            notice=notice.id,
            pauses=notice.pauses,
            explained=notice.delay is not None,
        )
        deadlines.recount(file, EventKind.QUESTION_NOTICE_SENT)


def answer(notice_id: str, text: str, actor: Actor, now: datetime) -> None:
    """Keep the answer, and let the clock run on; the first answer stands."""
    with transaction() as session:
        notice = session.get_one(ClockNotice, notice_id)
        file = open_file(session, notice.case_id, actor, now)
        if notice.answered_at is not None:
            return
        if text.strip():
            current_vault().seal(notice, "reply", text.strip())
        has_paused = notice.pauses and notice.notified_at is not None
        notice.answered_at = now
        file.record(EventKind.QUESTION_ANSWERED, notice=notice.id, pauses=has_paused)
        deadlines.recount(file, EventKind.QUESTION_ANSWERED)
        if actor.kind == "person":
            _tell_staff(file, notice, "t12.restarted" if has_paused else "t12")


def open_question(case_id: str) -> NoticeView | None:
    """Return the question that waits for the person's answer."""
    return next((one for one in clock_notices.notices_of(case_id) if one.is_open), None)


def event_of(command: Ask, now: datetime) -> ClockEvent:
    """Return the question as the clock would see it, were it sent now."""
    return ClockEvent(
        ClockEventKind.ASKED,
        now,
        CLARIFICATION,
        large_quantity=command.is_large,
        delay_explained=bool(command.delay.strip()),
    )


def _notice(file: CaseFile, command: Ask) -> ClockNotice:
    today = profiles.get(file.case.profile).local_date(file.now)
    notice = ClockNotice(
        id=command.id,
        case_id=command.case_id,
        kind=str(NoticeKind.QUESTION),
        pauses=command.pauses,
        answer_by=today + timedelta(days=ANSWER_DAYS),
        created_by=file.actor.ref,
        created_at=file.now,
    )
    current_vault().seal(notice, "body", command.text.strip())
    if command.delay.strip():
        current_vault().seal(notice, "delay", command.delay.strip())
    return notice


def _tell_staff(file: CaseFile, notice: ClockNotice, template: str) -> None:
    for staff_id in responsible_for(file.session, file.case):
        file.tell_staff(Notice(template, once=notice.id), staff_id)
