"""The only doors to a case from the web. What you may not see does not exist."""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import select

from dsar.domain.roles import Permission, permissions_of
from dsar.models import (
    BreachReport,
    Case,
    DataSystem,
    Delivery,
    Finding,
    Hold,
    IdentityCheck,
    Measure,
    Membership,
    Organisation,
    Package,
    RecipientNotice,
    RequestedRight,
    Staff,
    Task,
    db,
)

P = TypeVar("P", Task, Finding, RequestedRight, IdentityCheck, Measure, RecipientNotice)


class NotFound(Exception):
    """No such thing, or none for you."""


def access_organisation(staff: Staff, key: str, permission: Permission) -> Organisation:
    """Return the organisation where staff hold the permission. Raises NotFound otherwise."""
    row = db.session.scalar(select(Organisation).where(Organisation.key == key))
    if row is None or permission not in _permissions(staff, row.id):
        raise NotFound
    return row


def access_case(staff: Staff, key: str, number: str, permission: Permission) -> Case:
    """Return a case of an organisation in which staff hold the permission. Raises NotFound."""
    organisation = access_organisation(staff, key, permission)
    case = db.session.scalar(
        select(Case).where(Case.organisation_id == organisation.id, Case.number == number)
    )
    if case is None:
        raise NotFound
    return case


def organisations_of(staff: Staff, permission: Permission) -> list[Organisation]:
    """Return the organisations in which staff hold the permission, by name."""
    roles = select(Membership.organisation_id).where(Membership.staff_id == staff.id)
    rows = db.session.scalars(
        select(Organisation)
        .where(Organisation.id.in_(roles))
        .order_by(Organisation.display_name)
    )
    return [row for row in rows if permission in _permissions(staff, row.id)]


def access_cases(staff: Staff, ids: Iterable[str], permission: Permission) -> list[Case]:
    """Return those of some cases in whose organisation staff hold the permission."""
    houses = [row.id for row in organisations_of(staff, permission)]
    query = select(Case).where(Case.id.in_(list(ids)), Case.organisation_id.in_(houses))
    return list(db.session.scalars(query))


def permissions_in(staff: Staff, organisation: Organisation) -> frozenset[Permission]:
    """Return what staff may do in an organisation: for what a page offers, not for its door."""
    return _permissions(staff, organisation.id)


def any_organisation(key: str) -> Organisation | None:
    """Return the organisation of a public address, open or not."""
    return db.session.scalar(select(Organisation).where(Organisation.key == key))


def open_organisations() -> list[Organisation]:
    """Return the organisations whose form is open, by name."""
    query = select(Organisation).where(Organisation.published_at.is_not(None))
    return list(db.session.scalars(query.order_by(Organisation.display_name)))


def access_package(case: Case, package_id: str) -> Package:
    """Return a package of this case. Raises NotFound."""
    row = db.session.get(Package, package_id)
    if row is None or row.case_id != case.id:
        raise NotFound
    return row


def access_delivery(case: Case, delivery_id: str) -> Delivery:
    """Return a delivery of this case. Raises NotFound."""
    row = db.session.get(Delivery, delivery_id)
    if row is None or row.case_id != case.id:
        raise NotFound
    return row


def access_breach_report(organisation: Organisation, number: str) -> BreachReport:
    """Return a report of this organisation. Raises NotFound."""
    row = db.session.scalar(
        select(BreachReport).where(
            BreachReport.organisation_id == organisation.id, BreachReport.number == number
        )
    )
    if row is None:
        raise NotFound
    return row


def access_task(case: Case, task_id: str) -> Task:
    """Return a task of this case. Raises NotFound."""
    return _part(case, db.session.get(Task, task_id))


def access_measure(case: Case, measure_id: str) -> Measure:
    """Return a measure of this case that nobody has taken back. Raises NotFound."""
    row = _part(case, db.session.get(Measure, measure_id))
    if row.removed_at is not None:
        raise NotFound
    return row


def access_recipient(case: Case, notice_id: str) -> RecipientNotice:
    """Return a recipient noted in this case. Raises NotFound."""
    return _part(case, db.session.get(RecipientNotice, notice_id))


def access_finding(case: Case, finding_id: str) -> Finding:
    """Return a finding of this case that nobody has taken away. Raises NotFound."""
    row = _part(case, db.session.get(Finding, finding_id))
    if row.removed_at is not None:
        raise NotFound
    return row


def access_right(case: Case, right_id: str) -> RequestedRight:
    """Return one of the rights used in this case. Raises NotFound."""
    return _part(case, db.session.get(RequestedRight, right_id))


def access_check(case: Case, check_id: str) -> IdentityCheck:
    """Return an identity check of this case. Raises NotFound."""
    return _part(case, db.session.get(IdentityCheck, check_id))


def access_system(case: Case, system_id: str) -> DataSystem:
    """Return a data system of the organisation whose case it is. Raises NotFound."""
    row = db.session.get(DataSystem, system_id)
    if row is None or row.organisation_id != case.organisation_id:
        raise NotFound
    return row


def access_hold(organisation: Organisation, hold_id: str) -> Hold:
    """Return a hold of this organisation, on a case or on a system. Raises NotFound."""
    row = db.session.get(Hold, hold_id)
    if row is None or row.organisation_id != organisation.id:
        raise NotFound
    return row


def _part(case: Case, row: P | None) -> P:
    if row is None or row.case_id != case.id:
        raise NotFound
    return row


def _permissions(staff: Staff, organisation_id: str) -> frozenset[Permission]:
    roles = db.session.scalars(
        select(Membership.role).where(
            Membership.staff_id == staff.id, Membership.organisation_id == organisation_id
        )
    )
    return permissions_of(roles)
