"""How a case stands, as its person may see it: state, dates, happenings, open question."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from dsar import profiles
from dsar.domain.cases import CLOCK_RUNS, OPEN, State
from dsar.domain.clock import Reckoning
from dsar.domain.clock_notices import TOLD_TO_THE_PERSON
from dsar.domain.events import EventKind
from dsar.domain.identity import Method, Verdict
from dsar.domain.messages import Direction
from dsar.domain.organisations import facts_of
from dsar.domain.package.answer import Authority
from dsar.models import (
    Case,
    CaseEvent,
    CasePerson,
    IdentityCheck,
    Message,
    Organisation,
    RequestedRight,
    db,
)
from dsar.services.answer.answers import authority_of
from dsar.services.answer.unlocking import AnswerView, answers_of
from dsar.services.clock import deadlines
from dsar.services.identity.confirmation import Contact, contact_of
from dsar.vault import current_vault

E: Final = EventKind
#: What the person may read of the log. Who did it, how and with what stays with the house.
SHOWN: Final = frozenset(
    {
        E.CASE_OPENED,
        E.CASE_REGISTERED,
        E.RECEIPT_REISSUED,
        E.ADDRESS_CONFIRMED,
        E.ADDRESS_CHANGED,
        E.WORK_STARTED,
        E.COLLECTION_FINISHED,
        E.IDENTITY_ASKED,
        E.IDENTITY_ANSWERED,
        E.IDENTITY_DECIDED,
        *TOLD_TO_THE_PERSON,
        E.MESSAGE_RECEIVED,
        E.MESSAGE_SENT,
        E.ANSWER_SENT,
        E.DELIVERED,
        E.DELIVERY_RENEWED,
        E.DELIVERY_EXPIRED,
        E.ANSWER_OPENED,
        E.ANSWER_DOWNLOADED,
        E.BACKUP_PURGED,
        E.RIGHT_CLOSED,
        E.CASE_CLOSED,
        E.DEADLINE_MOVED,
        E.DEADLINE_PASSED,
    }
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of what has happened: the words by id, with their facts."""

    at: datetime
    words_id: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RightView:
    """One right of the case, and how far it has come."""

    right: str
    state: State
    due_on: date | None
    outcome: str | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class OtherCase:
    """Another case of the same address and day, which got no receipt of its own."""

    number: str
    due_on: date


@dataclass(frozen=True, slots=True)
class QuestionView:
    """What we ask the person to be sure that it is her, and why."""

    check_id: str
    method: Method
    doubt: str
    question: str
    answer_by: date | None
    is_paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """A case as its person sees it. today is the local day of its law."""

    contact: Contact
    state: State
    outcome: str | None
    rights: tuple[RightView, ...]
    reckoning: Reckoning
    today: date
    is_waiting: bool
    has_news: bool
    answers: tuple[AnswerView, ...]
    others: tuple[OtherCase, ...]
    happened: tuple[Happening, ...]
    authority: Authority

    @property
    def is_open(self) -> bool:
        """Return whether somebody still works on it."""
        return self.state in OPEN

    @property
    def is_late(self) -> bool:
        """Return whether the day that binds has passed without an answer."""
        running = any(each.state in CLOCK_RUNS for each in self.rights)
        return running and self.reckoning.is_late(self.today)

    @property
    def state_words(self) -> str:
        """Return the id of the word for where the case stands, as people read it."""
        if self.is_open and any(a.is_open and a.is_last for a in self.answers):
            return f"public.state.{State.DELIVERED}"
        return "public.state.waiting" if self.is_waiting else f"public.state.{self.state}"


def status_of(case_id: str, now: datetime) -> StatusView:
    """Return how a case stands."""
    case = db.session.get_one(Case, case_id)
    house = facts_of(db.session.get_one(Organisation, case.organisation_id))
    first = deadlines.leading_right(db.session, case_id)
    contact = contact_of(case_id)
    return StatusView(
        contact=contact,
        state=State(case.state),
        outcome=case.outcome,
        rights=tuple(map(_right, deadlines.rights_of(db.session, case_id))),
        reckoning=deadlines.reckon(db.session, case, first.right),
        today=profiles.get(case.profile).local_date(now),
        is_waiting=question_of(case_id) is not None,
        has_news=_has_news(case_id),
        answers=tuple(answers_of(case_id, now)),
        others=tuple(_others(case)) if contact.is_confirmed else (),
        happened=tuple(_happened(case_id)),
        authority=authority_of(case, house),
    )


def question_of(case_id: str) -> QuestionView | None:
    """Return the question about who she is that waits for the person's answer."""
    row = db.session.scalar(
        select(IdentityCheck)
        .where(
            IdentityCheck.case_id == case_id,
            IdentityCheck.verdict == str(Verdict.ASKED),
            IdentityCheck.asked_at.is_not(None),
            IdentityCheck.answered_at.is_(None),
        )
        .order_by(IdentityCheck.asked_at, IdentityCheck.id)
        .limit(1)
    )
    if row is None:
        return None
    vault, rights = current_vault(), deadlines.rights_of(db.session, case_id)
    return QuestionView(
        check_id=row.id,
        method=Method(row.method),
        doubt=vault.open_optional(row, "doubt") or "",
        question=vault.open_optional(row, "question") or "",
        answer_by=row.answer_by,
        is_paused=any(right.is_suspended for right in rights),
    )


def due_of(case_id: str) -> date | None:
    """Return the day that binds in a case now; None while its clock stands still."""
    db.session.rollback()
    return db.session.scalar(select(Case.binding_on).where(Case.id == case_id))


def _right(row: RequestedRight) -> RightView:
    return RightView(row.right, State(row.state), row.binding_on, row.outcome, row.closed_at)


def _has_news(case_id: str) -> bool:
    """Say whether the last word is ours, so that the person may want to read it."""
    last = db.session.scalar(
        select(Message.direction)
        .where(Message.case_id == case_id, Message.direction != Direction.NOTE)
        .order_by(Message.written_at.desc(), Message.id)
        .limit(1)
    )
    return last == Direction.TO_PERSON


def _others(case: Case) -> list[OtherCase]:
    """Return what the same mailbox sent us that day; only its owner has confirmed it."""
    own = select(CasePerson.email_index).where(
        CasePerson.case_id == case.id, CasePerson.kind == "requester"
    )
    rows = db.session.scalars(
        select(Case)
        .join(CasePerson, CasePerson.case_id == Case.id)
        .where(
            Case.organisation_id == case.organisation_id,
            Case.id != case.id,
            Case.state != State.DISPOSED,
            CasePerson.kind == "requester",
            CasePerson.email_index.in_(own),
        )
        .order_by(Case.registered_at, Case.number)
    )
    local_date = profiles.get(case.profile).local_date
    day = local_date(case.registered_at)
    return [
        OtherCase(row.number, row.sort_on)
        for row in rows
        if local_date(row.registered_at) == day
    ]


def _happened(case_id: str) -> list[Happening]:
    """Return the person's part of the log, newest first."""
    rows = db.session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case_id, CaseEvent.kind.in_(map(str, SHOWN)))
        .order_by(CaseEvent.seq.desc())
    )
    lines = ((row, _words_id(row)) for row in rows)
    return [Happening(row.at, words, _facts(row.facts)) for row, words in lines if words]


def _words_id(row: CaseEvent) -> str:
    """Return the id of the sentence for an entry; empty where the person is told nothing."""
    special = _SPECIAL.get(EventKind(row.kind))
    variant = special(row) if special else ""
    return "" if variant is None else f"p9.event.{row.kind}{variant}"


def _identity_answered(row: CaseEvent) -> str | None:
    return "" if row.actor_kind == "person" else None


def _identity_decided(row: CaseEvent) -> str | None:
    told = {Verdict.SUFFICIENT: ".sufficient", Verdict.INSUFFICIENT: ".insufficient"}
    return told.get(Verdict(row.facts["verdict"]))


def _sent(row: CaseEvent) -> str | None:
    return "" if row.facts.get("how") == "portal" else None


def _delivered(row: CaseEvent) -> str | None:
    return None if row.facts.get("how") == "portal" else ""


def _moved(row: CaseEvent) -> str | None:
    if row.facts.get("binding") is None:
        return ".paused"
    return ".resumed" if row.facts.get("before") is None else ""


_SPECIAL: Final = {
    E.IDENTITY_ANSWERED: _identity_answered,
    E.IDENTITY_DECIDED: _identity_decided,
    E.ANSWER_SENT: _sent,
    E.DELIVERED: _delivered,
    E.DEADLINE_MOVED: _moved,
}


def _facts(given: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of an entry with days and moments as values again."""
    return {name: _value(fact) for name, fact in given.items()}


def _value(fact: Any) -> Any:
    if not isinstance(fact, str):
        return fact
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(fact)
        except ValueError:
            continue
    return fact
