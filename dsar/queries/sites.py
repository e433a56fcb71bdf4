"""Which hosts are ours."""

from sqlalchemy import select

from dsar.models import Site, db


def site_hosts() -> frozenset[str]:
    """Return the host names of all sites, in small letters."""
    return frozenset(host.lower() for host in db.session.scalars(select(Site.host)))
