"""What is known of who is asking, and the guard that asks before anything is released."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from dsar.domain.cases import OPEN
from dsar.domain.clock import IDENTITY, ClockError, ClockEvent, ClockEventKind
from dsar.domain.events import EventKind
from dsar.domain.identity import Evidence, IdentityMissing, Verdict
from dsar.domain.package import TaskAnswer
from dsar.domain.rights import RULES, Right
from dsar.models import (
    Case,
    CaseEvent,
    CasePerson,
    DataSystem,
    Finding,
    IdentityCheck,
    Refusal,
    RequestedRight,
    Task,
)
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody may have seen the address on file: a task that found something, or a
    system; the id is that of either.
    """

    kind: str
    id: str
    name: str


def places(session: Db, case_id: str) -> list[Place]:
    """Return where staff may say that the address is on file: nobody else is believed.

    A task that found something shows it. Where no right of the case asks any system, nothing
    ever would, and more would be asked of the person than is needed (GDPR art. 12(6)): staff
    look, and name the system.
    """
    query = (
        select(Task.id, DataSystem.name)
        .join(DataSystem, DataSystem.id == Task.system_id)
        .where(Task.case_id == case_id, Task.answer == str(TaskAnswer.FOUND))
        .order_by(DataSystem.position, Task.id)
    )
    if found := [Place("task", *row) for row in session.execute(query)]:
        return found
    return [] if _asks_systems(session, case_id) else _systems(session, case_id)


def _asks_systems(session: Db, case_id: str) -> bool:
    refused = select(Refusal.id).where(
        Refusal.right_id == RequestedRight.id, Refusal.taken_back_at.is_(None)
    )
    rights = session.scalars(
        select(RequestedRight.right).where(
            RequestedRight.case_id == case_id,
            RequestedRight.state.in_([str(state) for state in OPEN]),
            ~refused.exists(),
        )
    )
    return any(RULES[Right(right)].asks_systems for right in rights)


def _systems(session: Db, case_id: str) -> list[Place]:
    query = (
        select(DataSystem.id, DataSystem.name)
        .join(Case, Case.organisation_id == DataSystem.organisation_id)
        .where(Case.id == case_id, DataSystem.retired_at.is_(None))
        .order_by(DataSystem.position, DataSystem.key)
    )
    return [Place("system", *row) for row in session.execute(query)]


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
