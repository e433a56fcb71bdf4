"""What is known of who is asking, and the guard that asks before anything is released."""

from datetime import datetime

from sqlalchemy import Select, func, select

from dsar.domain.clock import IDENTITY, ClockError, ClockEvent, ClockEventKind
from dsar.domain.events import EventKind
from dsar.domain.identity import Evidence, IdentityMissing, Verdict
from dsar.domain.rights import RULES, Right
from dsar.models import Case, CaseEvent, CasePerson, Finding, IdentityCheck
from dsar.services.clock import deadlines
from dsar.services.transaction import Db


def evidence(session: Db, case_id: str) -> Evidence:
    """Return what we know without asking: a confirmed address, and who had it on file."""
    case = session.get_one(Case, case_id)
    query = (
        select(Finding.system_id)
        .where(
            Finding.case_id == case_id,
            Finding.removed_at.is_(None),
            Finding.holds_address.in_([True]),
        )
        .distinct()
        .order_by(Finding.system_id)
    )
    person = session.scalar(
        select(CasePerson).where(CasePerson.case_id == case_id, CasePerson.kind == "requester")
    )
    has_address = person is not None and person.email is not None
    is_confirmed = case.address_confirmed_at is not None
    return Evidence(has_address, is_confirmed, tuple(session.scalars(query)))


def address_changed_at(session: Db, case_id: str) -> datetime | None:
    """Return when the person last put another address in place: it is new from then on."""
    kind = str(EventKind.ADDRESS_CHANGED)
    query = select(func.max(CaseEvent.at)).where(
        CaseEvent.case_id == case_id, CaseEvent.kind == kind
    )
    return session.scalar(query)


def identity_guard(session: Db, case: Case, right: str) -> None:
    """Let nothing be released to somebody unknown. Raises IdentityMissing (decision 10)."""
    if RULES[Right(right)].needs_identity and sufficient_check(session, case.id) is None:
        raise IdentityMissing


def sufficient_check(session: Db, case_id: str) -> IdentityCheck | None:
    """Return the check that decided that it is the right person."""
    return session.scalar(checks(case_id, Verdict.SUFFICIENT))


def open_check(session: Db, case_id: str) -> IdentityCheck | None:
    """Return the question that waits for an answer or a decision."""
    return session.scalar(checks(case_id, Verdict.ASKED, Verdict.PROPOSED))


def checks(case_id: str, *verdicts: Verdict) -> Select[IdentityCheck]:
    """Return the query for the first check of a case with one of the verdicts."""
    return (
        select(IdentityCheck)
        .where(IdentityCheck.case_id == case_id, IdentityCheck.verdict.in_(map(str, verdicts)))
        .order_by(IdentityCheck.asked_at, IdentityCheck.id)
        .limit(1)
    )


def may_pause(session: Db, case: Case, now: datetime) -> bool:
    """Say whether this law lets the clock stop for a question about identity asked now."""
    event = ClockEvent(ClockEventKind.ASKED, now, IDENTITY)
    first = deadlines.leading_right(session, case.id)
    try:
        deadlines.check_event(session, case, first.right, event)
    except ClockError:
        return False
    return True
