"""Who of an organisation's staff is told about a case."""

from collections.abc import Iterable

from sqlalchemy import select

from dsar.domain.roles import Role
from dsar.models import Case, Membership, Staff
from dsar.services.transaction import Db


def staff_in(session: Db, organisation_id: str, roles: Iterable[Role]) -> list[str]:
    """Return the ids of active staff who have one of the roles, each once, in a fixed order."""
    query = (
        select(Staff.id)
        .join(Membership, Membership.staff_id == Staff.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role.in_([str(role) for role in roles]),
            Staff.disabled_at.is_(None),
        )
        .distinct()
        .order_by(Staff.id)
    )
    return list(session.scalars(query))


def responsible_for(session: Db, case: Case) -> list[str]:
    """Return the owner of the case; where there is none, all handlers and admins."""
    owner = session.get(Staff, case.owner_id) if case.owner_id else None
    if owner is not None and owner.disabled_at is None:
        return [owner.id]
    return staff_in(session, case.organisation_id, (Role.HANDLER, Role.ADMIN))
