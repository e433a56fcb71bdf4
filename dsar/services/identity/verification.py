"""Identity as a decision on record: the lightest step that is enough, and a doubt in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dsar import profiles
from dsar.domain.access_codes import is_code_in, new_access_code
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.identity import (
    ANSWER_DAYS,
    ASKABLE,
    LIGHT,
    RIGHT_CODE,
    TWO_PEOPLE,
    WRONG_CODE,
    Method,
    Verdict,
)
from dsar.models import IdentityCheck, OutboxMessage, new_id
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock import deadlines
from dsar.services.identity.identity_records import (
    checks,
    evidence,
    identity_guard,
    may_pause,
    open_check,
    places,
    sufficient_check,
)
from dsar.services.progress import open_file
from dsar.services.staff.staffing import responsible_for
from dsar.services.transaction import Db, transaction
from dsar.vault import current_vault

__all__ = [
    "AcceptIdentity",
    "AskIdentity",
    "accept",
    "answer_identity",
    "ask",
    "decide_identity",
    "evidence",
    "identity_guard",
    "notice_left",
    "open_check",
    "sufficient_check",
]


class DoubtMissing(DomainError):
    """More than the lightest step is asked only on a doubt in words (GDPR art. 12(6))."""

    message_id = "error.pause_needs_doubt"


class QuestionMissing(DomainError):
    """A question needs its words."""

    message_id = "error.question_missing"


class EvidenceMissing(DomainError):
    """The address is not confirmed, or no system has been shown to know it."""

    message_id = "error.evidence_missing"


class AlreadyIdentified(DomainError):
    """Somebody has decided that it is the right person: asking for more is not lawful."""

    message_id = "error.already_identified"


class AlreadyAsked(DomainError):
    """A question is waiting for its answer."""

    message_id = "error.already_asked"


@dataclass(frozen=True, slots=True)
class AcceptIdentity:
    """The decision that it is the right person. seen_in: the id of a place with the address."""

    case_id: str
    method: Method
    doubt: str = ""
    seen_in: str = ""


@dataclass(frozen=True, slots=True)
class AskIdentity:
    """A question to the person, with the doubt that she reads. The id is the form's number."""

    id: str
    case_id: str
    method: Method
    doubt: str
    question: str = ""


def accept(command: AcceptIdentity, actor: Actor, now: datetime) -> Verdict:
    """Decide that it is the right person, and return where the decision stands.

    A document is proposed by one person and accepted by another; anything else, and the same
    again, stands at once. Raises EvidenceMissing, DoubtMissing.
    """
    with transaction() as session:
        file = open_file(session, command.case_id, actor, now)
        if sufficient_check(session, command.case_id) is not None:
            return Verdict.SUFFICIENT
        seen = _seen_in(session, command)
        if command.method is Method.CONFIRMED_ADDRESS and not seen:
            raise EvidenceMissing
        check = _proposal(session, command) or _new_check(file, command)
        check.evidence = seen or check.evidence
        verdict = _settle(file, check, Verdict.SUFFICIENT)
        if verdict is Verdict.SUFFICIENT:
            _withdraw_questions(file)
        return verdict


def ask(command: AskIdentity, actor: Actor, now: datetime) -> str:
    """Ask the person for more, and return the check; it moves no date until the notice leaves.

    Raises DoubtMissing, QuestionMissing, AlreadyIdentified, AlreadyAsked.
    """
    with transaction() as session:
        file = open_file(session, command.case_id, actor, now)
        if session.get(IdentityCheck, command.id) is not None:
            return command.id
        _check_question(session, command)
        check = _question(file, command)
        session.add(check)
        file.record(
            EventKind.IDENTITY_ASKED,
            check=check.id,
            method=str(command.method),
            answer_by=check.answer_by,
        )
        template = "m05" if check.pauses else "m05.running"
        facts = {"check": check.id, "answer_by": check.answer_by}
        file.tell(Notice(template, facts, once=check.id))
        return check.id


def notice_left(file: CaseFile, letter: OutboxMessage) -> None:
    """Let the question take effect: its notice has left the house (decision 5)."""
    check = file.session.get_one(IdentityCheck, letter.facts["check"])
    if check.notified_at is not None or check.verdict != Verdict.ASKED or check.answered_at:
        return
    check.notified_at = file.now
    file.record(EventKind.IDENTITY_NOTICE_SENT, check=check.id, pauses=check.pauses)
    deadlines.recount(file, EventKind.IDENTITY_NOTICE_SENT)


def answer_identity(check_id: str, text: str, actor: Actor, now: datetime) -> None:
    """Keep the person's answer, and let the clock run on; the first answer stands."""
    with transaction() as session:
        check = session.get_one(IdentityCheck, check_id)
        file = open_file(session, check.case_id, actor, now)
        if check.answered_at is not None or check.verdict != Verdict.ASKED:
            return
        current_vault().seal(check, "reply", text.strip())
        if code := current_vault().open_optional(check, "code"):
            check.evidence = RIGHT_CODE if is_code_in(text, code) else WRONG_CODE
        _end_pause(file, check)
        is_restarted = check.pauses and check.notified_at is not None
        template = "t12.restarted" if is_restarted else "t12"
        for staff_id in responsible_for(session, file.case):
            file.tell_staff(Notice(template, once=check.id), staff_id)


def decide_identity(check_id: str, verdict: Verdict, actor: Actor, now: datetime) -> Verdict:
    """Decide on a question that was asked, and return where it stands; again is no error.

    A document that one person accepts waits for another.
    """
    with transaction() as session:
        check = session.get_one(IdentityCheck, check_id)
        file = open_file(session, check.case_id, actor, now)
        if check.verdict not in (Verdict.ASKED, Verdict.PROPOSED):
            return Verdict(check.verdict)
        return _settle(file, check, verdict)


def _seen_in(session: Db, command: AcceptIdentity) -> str | None:
    """Return what shows that the address was on file, as the log may name it."""
    known = evidence(session, command.case_id)
    if command.method is Method.CONFIRMED_ADDRESS and not known.is_confirmed:
        return None
    if command.seen_in:
        there = places(session, command.case_id)
        seen = next((each for each in there if each.id == command.seen_in), None)
        return f"{seen.kind}:{seen.id}" if seen else None
    return f"system:{known.systems[0]}" if known.systems else None


def _proposal(session: Db, command: AcceptIdentity) -> IdentityCheck | None:
    """Return the check of this method that waits for a second person."""
    query = checks(command.case_id, Verdict.PROPOSED)
    return session.scalar(query.where(IdentityCheck.method == str(command.method)))


def _new_check(file: CaseFile, command: AcceptIdentity) -> IdentityCheck:
    doubt = command.doubt.strip()
    if command.method not in LIGHT and not doubt:
        raise DoubtMissing
    check = IdentityCheck(id=new_id(), case_id=command.case_id, pauses=False)
    check.method, check.verdict = str(command.method), str(Verdict.ASKED)
    if doubt:
        current_vault().seal(check, "doubt", doubt)
    file.session.add(check)
    return check


def _check_question(session: Db, command: AskIdentity) -> None:
    if not command.doubt.strip() or command.method not in ASKABLE:
        raise DoubtMissing
    if command.method is Method.QUESTION and not command.question.strip():
        raise QuestionMissing
    if sufficient_check(session, command.case_id) is not None:
        raise AlreadyIdentified
    if open_check(session, command.case_id) is not None:
        raise AlreadyAsked


def _question(file: CaseFile, command: AskIdentity) -> IdentityCheck:
    today = profiles.get(file.case.profile).local_date(file.now)
    check = IdentityCheck(
        id=command.id,
        case_id=command.case_id,
        method=str(command.method),
        verdict=str(Verdict.ASKED),
        asked_at=file.now,
        answer_by=today + timedelta(days=ANSWER_DAYS),
        pauses=may_pause(file.session, file.case, file.now),
    )
    current_vault().seal(check, "doubt", command.doubt.strip())
    if command.method is Method.LETTER_CODE:
        current_vault().seal(check, "code", new_access_code())
    if command.question.strip():
        current_vault().seal(check, "question", command.question.strip())
    return check


def _settle(file: CaseFile, check: IdentityCheck, verdict: Verdict) -> Verdict:
    """Write a verdict down; the first of two people proposes, and the second decides."""
    needs_two = verdict is Verdict.SUFFICIENT and Method(check.method) in TWO_PEOPLE
    if needs_two and check.proposed_by in (None, file.actor.ref):
        if check.proposed_by is None:
            check.proposed_by, check.verdict = file.actor.ref, str(Verdict.PROPOSED)
            _record(file, check)
        return Verdict.PROPOSED
    _end_pause(file, check)
    check.verdict, check.decided_at, check.decided_by = str(verdict), file.now, file.actor.ref
    check.code = None
    _record(file, check)
    return verdict


def _withdraw_questions(file: CaseFile) -> None:
    file.session.flush()
    while (check := open_check(file.session, file.case.id)) is not None:
        _settle(file, check, Verdict.WITHDRAWN)
        file.session.flush()


def _end_pause(file: CaseFile, check: IdentityCheck) -> None:
    """Let the clock run on from a question that is answered, or needs no answer any more."""
    if check.asked_at is None or check.answered_at is not None:
        return
    check.answered_at = file.now
    pauses = check.pauses and check.notified_at is not None
    file.record(EventKind.IDENTITY_ANSWERED, check=check.id, pauses=pauses)
    deadlines.recount(file, EventKind.IDENTITY_ANSWERED)


def _record(file: CaseFile, check: IdentityCheck) -> None:
    file.record(
        EventKind.IDENTITY_DECIDED,
        check=check.id,
        method=check.method,
        verdict=check.verdict,
        evidence=check.evidence,
    )
