"""A right refused as a whole: on a ground of the law, with its reason, never in silence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from dsar import profiles
from dsar.domain.cases import OPEN, Action, State
from dsar.domain.clock import ClockError, ClockEvent, ClockEventKind, RefusalLate
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.grounds import check_law_named
from dsar.domain.rights import Right
from dsar.domain.verdicts import ReviewVerdict
from dsar.domain.wishes import MarketingNotWeighed, is_marketing
from dsar.models import Case, Refusal, RequestedRight, new_id
from dsar.services.casefile import CaseFile
from dsar.services.clock import deadlines
from dsar.services.progress import advance, collect_again, open_file, outdate
from dsar.services.rights.measures import MeasureCarriedOut, is_begun
from dsar.services.rights.stopping import answers_of
from dsar.services.transaction import Db, transaction
from dsar.services.work.collection import begin_right
from dsar.services.work.review import ExplanationMissing, Judgement, check_ground
from dsar.vault import current_vault


class ReasonTooShort(DomainError):
    """A refusal says why, about this request: a word or two explain nothing."""

    message_id = "error.reason_too_short"


class NeverRefused(DomainError):
    """Consent is always withdrawn, and a complaint is always answered."""

    message_id = "error.never_refused"


#: GDPR art. 7(3); a complaint has an answer, and no ground refuses to give one.
NEVER_REFUSED: Final = frozenset({Right.CONSENT_WITHDRAWAL, Right.COMPLAINT})
#: Fewer characters cannot say what is refused, and why it is so here (GDPR art. 12(4)).
LEAST_REASON = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Why a right is refused. still_given: what the person gets all the same."""

    right_id: str
    ground: str
    explanation: str
    conditions: frozenset[str] = frozenset()
    still_given: str = ""
    #: Staff know that the refusal comes after its last day, and that the letter says so.
    admits_late: bool = False


@dataclass(frozen=True, slots=True)
class RefusalView:
    """A refusal opened for reading."""

    row: Refusal
    explanation: str
    still_given: str


def refuse(command: Refuse, actor: Actor, now: datetime) -> None:
    """Refuse a right as a whole; the letter is then built, approved and sent like any answer.

    The same again is recorded once. Raises MarketingNotWeighed, NeverRefused, GroundMissing,
    ConditionMissing, ExplanationMissing, ReasonTooShort, LawNotNamed, RefusalLate,
    MeasureCarriedOut, AnswerSent.
    """
    with transaction() as session:
        right = session.get_one(RequestedRight, command.right_id)
        file = open_file(session, right.case_id, actor, now)
        standing = refusal_of(session, right.id)
        if standing is not None and _is_same(standing, command):
            return
        _check(file, right, command)
        if is_begun(session, right.id):
            raise MeasureCarriedOut  # a letter that refuses it all would not be true
        begin_right(file, right)
        outdate(file, right)
        if standing is not None:
            standing.row.taken_back_at = now
        row = _refusal(right, command, actor, now)
        session.add(row)
        if State(right.state) is State.COLLECTING:
            advance(file, right, Action.FINISH_COLLECTION)
        file.record(
            EventKind.RIGHT_REFUSED, refusal=row.id, right=right.right, ground=row.ground
        )


def take_back(right_id: str, actor: Actor, now: datetime) -> None:
    """Take a refusal back, and the right back to work; again is no error. Raises AnswerSent."""
    with transaction() as session:
        right = session.get_one(RequestedRight, right_id)
        file = open_file(session, right.case_id, actor, now)
        standing = refusal_of(session, right_id)
        if standing is None or State(right.state) not in OPEN:
            return
        collect_again(file, right)
        standing.row.taken_back_at = now
        file.record(EventKind.REFUSAL_TAKEN_BACK, refusal=standing.row.id, right=right.right)


def refusal_of(session: Db, right_id: str) -> RefusalView | None:
    """Return the refusal that stands for a right, or None."""
    row = session.scalar(
        select(Refusal).where(Refusal.right_id == right_id, Refusal.taken_back_at.is_(None))
    )
    if row is None:
        return None
    vault = current_vault()
    return RefusalView(
        row, vault.open(row, "explanation"), vault.open_optional(row, "still_given") or ""
    )


def is_refused(session: Db, right_id: str) -> bool:
    """Say whether a right is refused as a whole."""
    query = select(Refusal.id).where(
        Refusal.right_id == right_id, Refusal.taken_back_at.is_(None)
    )
    return session.scalar(query.limit(1)) is not None


def is_late(session: Db, case: Case, right: RequestedRight, now: datetime) -> bool:
    """Say whether a refusal comes after the first period, which no extension moves (R22)."""
    event = ClockEvent(ClockEventKind.REFUSED, now)
    try:
        deadlines.check_event(session, case, right.right, event)
    except RefusalLate:
        return True
    except ClockError:  # a clock that has ended: the state of the right refuses what is wrong
        return False
    return False


def _check(file: CaseFile, right: RequestedRight, command: Refuse) -> None:
    if is_marketing(Right(right.right), answers_of(right)):
        raise MarketingNotWeighed
    if Right(right.right) in NEVER_REFUSED:
        raise NeverRefused
    grounds = profiles.get(file.case.profile).grounds_against(right.right)
    judgement = Judgement(ReviewVerdict.WITHHOLD, command.ground, "", command.conditions)
    ground = check_ground(grounds, judgement)
    if not command.explanation.strip():
        raise ExplanationMissing
    if len(command.explanation.strip()) < LEAST_REASON:
        raise ReasonTooShort(n=LEAST_REASON)
    check_law_named(ground, command.explanation)
    if not command.admits_late and is_late(file.session, file.case, right, file.now):
        raise RefusalLate


def _refusal(right: RequestedRight, command: Refuse, actor: Actor, now: datetime) -> Refusal:
    row = Refusal(
        id=new_id(),
        case_id=right.case_id,
        right_id=right.id,
        ground=command.ground,
        decided_at=now,
        decided_by=actor.ref,
    )
    current_vault().seal(row, "explanation", command.explanation.strip())
    if command.still_given.strip():
        current_vault().seal(row, "still_given", command.still_given.strip())
    return row


def _is_same(standing: RefusalView, command: Refuse) -> bool:
    held = (standing.row.ground, standing.explanation, standing.still_given)
    return held == (
        command.ground,
        command.explanation.strip(),
        command.still_given.strip(),
    )
