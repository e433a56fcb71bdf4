"""The organisations of the installation, and the people who work for one."""

from dataclasses import dataclass

from sqlalchemy import select

from dsar.domain.organisations import facts_of, missing_for_publication
from dsar.models import DataSystem, Membership, Organisation, Staff, db


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """One organisation in a list."""

    key: str
    name: str
    profile: str
    is_open: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One member of staff, with the roles she has in the organisation that was asked about."""

    id: str
    name: str
    email: str
    roles: tuple[str, ...]
    is_admin: bool
    is_invited: bool
    is_disabled: bool


def list_organisations() -> list[OrganisationLine]:
    """Return every organisation of the installation, by name."""
    rows = db.session.scalars(select(Organisation).order_by(Organisation.display_name))
    return [
        OrganisationLine(
            row.key,
            row.display_name,
            row.profile,
            row.published_at is not None,
            missing_for_publication(facts_of(row)),
        )
        for row in rows
    ]


def systems_in_use(organisation: Organisation) -> list[DataSystem]:
    """Return the organisation's systems, in their order, without those that are retired."""
    rows = select(DataSystem).where(
        DataSystem.organisation_id == organisation.id, DataSystem.retired_at.is_(None)
    )
    return list(db.session.scalars(rows.order_by(DataSystem.position, DataSystem.key)))


def staff_of(organisation: Organisation) -> list[StaffLine]:
    """Return who has a role in the organisation, by name."""
    mine = select(Membership).where(Membership.organisation_id == organisation.id)
    roles: dict[str, list[str]] = {}
    for membership in db.session.scalars(mine):
        roles.setdefault(membership.staff_id, []).append(membership.role)
    people = select(Staff).where(Staff.id.in_(roles)).order_by(Staff.name, Staff.id)
    return [_line(person, roles[person.id]) for person in db.session.scalars(people)]


def all_staff() -> list[StaffLine]:
    """Return every account of the installation, by name; roles are of no one organisation."""
    people = select(Staff).order_by(Staff.name, Staff.id)
    return [_line(person, []) for person in db.session.scalars(people)]


def _line(person: Staff, roles: list[str]) -> StaffLine:
    return StaffLine(
        person.id,
        person.name,
        person.email,
        tuple(sorted(roles)),
        person.is_admin,
        not person.password_hash,
        person.disabled_at is not None,
    )
