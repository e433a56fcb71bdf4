"""The rows that follow from an organisation's entry: systems, sites, first staff."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import select

from dsar.domain.events import Actor
from dsar.domain.organisation_file import OrganisationFileError, key_from
from dsar.domain.organisation_schema import Problem
from dsar.domain.organisations import SiteFacts, facts_of
from dsar.domain.roles import Role
from dsar.models import DataSystem, Membership, Organisation, Site, Staff, new_id
from dsar.services.transaction import Db

#: A small house begins with one person, who then takes roles away.
FIRST_ROLES: Final = (Role.ADMIN, Role.HANDLER, Role.APPROVER)


def systems_of(session: Db, organisation_id: str) -> list[DataSystem]:
    """Return the systems in use, in their order."""
    rows = select(DataSystem).where(
        DataSystem.organisation_id == organisation_id, DataSystem.retired_at.is_(None)
    )
    return list(session.scalars(rows.order_by(DataSystem.position, DataSystem.key)))


def sync_systems(
    session: Db, organisation_id: str, entries: Iterable[Mapping[str, Any]], now: datetime
) -> None:
    """Make the systems what the entries say; one that is gone is retired, never removed."""
    rows = list(
        session.scalars(select(DataSystem).where(DataSystem.organisation_id == organisation_id))
    )
    kept: set[str] = set()
    for position, entry in enumerate(entries):
        row = _row_for(entry, [row for row in rows if row.id not in kept])
        if row is None:
            key = entry.get("key") or key_from(entry["name"], {row.key for row in rows})
            row = DataSystem(id=new_id(), organisation_id=organisation_id, key=key)
            session.add(row)
            rows.append(row)
        row.key, row.name = entry.get("key", row.key), entry["name"]
        row.position, row.document, row.retired_at = position, dict(entry), None
        kept.add(row.id)
    for row in rows:
        if row.id not in kept:
            row.retired_at = row.retired_at or now


def _row_for(entry: Mapping[str, Any], rows: list[DataSystem]) -> DataSystem | None:
    """Return the row that an entry means: by its key, by its name, by key from name."""
    key, name = entry.get("key"), entry["name"]
    made = None if key else key_from(name)
    ranked = (
        *(row for row in rows if key and row.key == key),
        *(row for row in rows if row.name == name),
        *(row for row in rows if made and row.key == made),
    )
    return next(iter(ranked), None)


def sync_sites(session: Db, organisation: Organisation) -> None:
    """Make the sites what the entry says. Raises OrganisationFileError for a host taken."""
    session.flush()
    rows = {site.host: site for site in session.scalars(select(Site))}
    facts = facts_of(organisation)
    wanted = {host_of(site): site for site in facts.sites}
    problems = [
        Problem("sites", "host_taken", {"host": host})
        for host in wanted
        if host in rows and rows[host].organisation_id != organisation.id
    ]
    if problems:
        raise OrganisationFileError(problems)
    for host, row in rows.items():
        if row.organisation_id == organisation.id and host not in wanted:
            session.delete(row)
    for host, site in wanted.items():
        row = rows.get(host) or Site(id=new_id(), host=host, organisation_id=organisation.id)
        row.language, row.authority = site.language, site.authority_key or None
        row.base_url = site.base_url
        session.add(row)


def host_of(site: SiteFacts) -> str:
    """Return the host on which people meet the form: of the base address, if there is one."""
    return urlsplit(site.base_url).netloc.lower() or site.host


def welcome(session: Db, organisation_id: str, actor: Actor) -> None:
    """Give a new organisation its first staff: who made it, or the installation's admins."""
    people = select(Staff).where(Staff.disabled_at.is_(None), Staff.is_admin)
    if actor.kind == "staff":
        people = select(Staff).where(Staff.id == actor.ref)
    for staff in session.scalars(people):
        give_roles(session, staff.id, organisation_id)


def give_roles(session: Db, staff_id: str, organisation_id: str) -> None:
    """Give somebody the roles of a house of one."""
    for role in FIRST_ROLES:
        session.add(
            Membership(
                id=new_id(), staff_id=staff_id, organisation_id=organisation_id, role=str(role)
            )
        )
