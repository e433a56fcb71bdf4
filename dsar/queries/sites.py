"""Which hosts are ours."""

from sqlalchemy import select

from dsar.models import Organisation, Site, db


def site_hosts() -> frozenset[str]:
    """Return the host names of all sites, in small letters."""
    return frozenset(host.lower() for host in db.session.scalars(select(Site.host)))


def organisation_of_host(host: str) -> str | None:
    """Return the key of the organisation whose site this host is."""
    return db.session.scalar(
        select(Organisation.key)
        .join(Site, Site.organisation_id == Organisation.id)
        .where(Site.host == host.lower())
    )
