"""Who is responsible for a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dsar.domain.cases import OPEN
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
            raise CaseChanged(**_last_change(session, case.id))
        _assign(CaseFile(session, case, actor, now), command.to)


def take_next(organisation_ids: Sequence[str], actor: Actor, now: datetime) -> Case | None:
    """Take the most urgent free case for the actor; None where there is none.

    Two who press at the same time get two cases: the row is locked as it is found.
    """
    with transaction() as session:
        case_id = session.scalar(
            select(Case.id)
            .where(
                Case.organisation_id.in_(organisation_ids),
                Case.state.in_([str(state) for state in OPEN]),
                Case.owner_id.is_(None),
            )
            .order_by(Case.sort_on, Case.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if case_id is None:
            return None
        case = session.get_one(Case, case_id)
        _assign(CaseFile(session, case, actor, now), actor.ref)
        return case


def assign_many(
    case_ids: Sequence[str], staff_id: str | None, actor: Actor, now: datetime
) -> int:
    """Make somebody responsible for several open cases. Returns how many changed."""
    with transaction() as session:
        query = select(Case).where(
            Case.id.in_(case_ids), Case.state.in_([str(state) for state in OPEN])
        )
        cases = session.scalars(query.order_by(Case.id).with_for_update()).all()
        return sum(_assign(CaseFile(session, c, actor, now), staff_id) for c in cases)


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


def _last_change(session: Db, case_id: str) -> dict[str, object]:
    """Return who assigned a case last, and when."""
    name, at = session.execute(
        select(Staff.name, CaseEvent.at)
        .select_from(CaseEvent)
        .outerjoin(Staff, Staff.id == CaseEvent.actor_ref)
        .where(CaseEvent.case_id == case_id, CaseEvent.kind == str(EventKind.CASE_ASSIGNED))
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).one()
    return {"name": name or "–", "time": at}


def _assign(file: CaseFile, staff_id: str | None) -> bool:
    case = file.case
    if case.owner_id == staff_id:
        return False
    if staff_id is not None:
        allowed = {person.id for person in assignable(file.session, case.organisation_id)}
        if staff_id not in allowed:
            raise NotAssignable
    file.record(EventKind.CASE_ASSIGNED, staff=staff_id, before=case.owner_id)
    case.owner_id = staff_id
    if staff_id is not None and staff_id != file.actor.ref:
        notice = Notice("t02", {"due": case.sort_on}, once=file.now.isoformat())
        file.tell_staff(notice, staff_id)
    return True
