"""Who is responsible for a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dsar.domain.cases import CLOCK_RUNS, OPEN
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.roles import Permission, permissions_of
from dsar.models import Case, CaseEvent, Membership, Staff
from dsar.services.casefile import CaseFile, Notice
from dsar.services.transaction import Db, transaction


class CaseChanged(DomainError):
    """Somebody else changed what the page showed; nothing was overwritten."""

    message_id = "s5.stale"


@dataclass(frozen=True, slots=True)
class HandOver:
    """A case to be given to somebody (or nobody); `seen` is who had it on the page."""

    case_id: str
    to: str | None
    seen: str | None


class NotAsSeen(DomainError):
    """The page shows what the case never was."""

    message_id = "error.stale"


class NotAssignable(DomainError):
    """The person does not work the cases of this organisation."""

    message_id = "error.not_assignable"


def assign(case_id: str, staff_id: str | None, actor: Actor, now: datetime) -> None:
    """Make somebody responsible for a case, or nobody. Again is no error."""
    with transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        _assign(CaseFile(session, case, actor, now), staff_id)


def hand_over(command: HandOver, actor: Actor, now: datetime) -> None:
    """Assign a case as seen on a page. Raises CaseChanged where it has moved on since."""
    with transaction() as session:
        case = session.get_one(Case, command.case_id, with_for_update=True)
        if case.owner_id not in (command.seen, command.to):
            raise _changed(session, case.id)
        _assign(CaseFile(session, case, actor, now), command.to)


@dataclass(frozen=True, slots=True)
class TakeNext:
    """A press of the button; `once` is the form's number: pressed twice, it takes one case."""

    organisation_ids: Sequence[str]
    once: str = ""


def take_next(command: TakeNext, actor: Actor, now: datetime) -> Case | None:
    """Take the most urgent free case for the actor; None where there is none.

    Two who press at the same time get two cases: the row is locked as it is found.
    """
    with transaction() as session:
        session.get_one(Staff, actor.ref, with_for_update=True)  # her two presses wait in line
        if command.once and (taken := _taken(session, command.once, actor)):
            return taken
        case_id = session.scalar(
            select(Case.id)
            .where(
                Case.organisation_id.in_(command.organisation_ids),
                Case.state.in_([str(state) for state in CLOCK_RUNS]),
                Case.owner_id.is_(None),
            )
            .order_by(Case.sort_on, Case.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if case_id is None:
            return None
        case = session.get_one(Case, case_id)
        _give(CaseFile(session, case, actor, now), actor.ref, command.once)
        return case


def assign_many(
    case_ids: Sequence[str], staff_id: str | None, actor: Actor, now: datetime
) -> int:
    """Make somebody responsible for several open cases. Returns how many she (now) has.

    Cases of a house whose cases she does not work are left as they are.
    """
    with transaction() as session:
        query = select(Case).where(
            Case.id.in_(case_ids), Case.state.in_([str(state) for state in OPEN])
        )
        cases = session.scalars(query.order_by(Case.id).with_for_update()).all()
        houses = {case.organisation_id for case in cases}
        if staff_id is not None:
            houses = {one for one in houses if _may_work(session, staff_id, one)}
        chosen = [case for case in cases if case.organisation_id in houses]
        for case in chosen:
            _give(CaseFile(session, case, actor, now), staff_id)
        return len(chosen)


def assignable(session: Db, organisation_id: str) -> list[Staff]:
    """Return the active staff who may work the cases of an organisation, by name."""
    query = (
        select(Staff, Membership.role)
        .join(Membership, Membership.staff_id == Staff.id)
        .where(Membership.organisation_id == organisation_id, Staff.disabled_at.is_(None))
        .order_by(Staff.name, Staff.id)
    )
    found: dict[str, tuple[Staff, list[str]]] = {}
    for person, role in session.execute(query):
        found.setdefault(person.id, (person, []))[1].append(role)
    return [
        person
        for person, roles in found.values()
        if Permission.WORK_CASES in permissions_of(roles)
    ]


def _changed(session: Db, case_id: str) -> DomainError:
    """Return the rule that says who assigned a case last, and when; if anybody has."""
    last = session.execute(
        select(Staff.name, CaseEvent.at)
        .select_from(CaseEvent)
        .outerjoin(Staff, Staff.id == CaseEvent.actor_ref)
        .where(CaseEvent.case_id == case_id, CaseEvent.kind == str(EventKind.CASE_ASSIGNED))
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).first()
    return CaseChanged(name=last[0] or "–", time=last[1]) if last else NotAsSeen()


def _assign(file: CaseFile, staff_id: str | None) -> None:
    house = file.case.organisation_id
    if staff_id is not None and not _may_work(file.session, staff_id, house):
        raise NotAssignable
    _give(file, staff_id)


def _give(file: CaseFile, staff_id: str | None, once: str = "") -> None:
    """Change the owner and tell her, unless she took it herself; the same again is nothing."""
    case = file.case
    if case.owner_id == staff_id:
        return
    file.record(EventKind.CASE_ASSIGNED, staff=staff_id, before=case.owner_id, once=once)
    case.owner_id = staff_id
    if staff_id is not None and staff_id != file.actor.ref:
        notice = Notice("t02", {"due": case.sort_on}, once=file.now.isoformat())
        file.tell_staff(notice, staff_id)


def _may_work(session: Db, staff_id: str, organisation_id: str) -> bool:
    return staff_id in {person.id for person in assignable(session, organisation_id)}


def _taken(session: Db, once: str, actor: Actor) -> Case | None:
    """Return the case that this press of the button has already taken."""
    rows = session.execute(
        select(Case, CaseEvent.facts)
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .where(
            Case.owner_id == actor.ref,
            CaseEvent.kind == str(EventKind.CASE_ASSIGNED),
            CaseEvent.actor_ref == actor.ref,
        )
    )
    return next((case for case, facts in rows if facts.get("once") == once), None)
