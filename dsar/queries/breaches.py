"""Which organisations have reports of suspected breaches that nobody has read."""

from collections.abc import Sequence

from sqlalchemy import func, select

from dsar.models import BreachReport, Organisation, db


def unread_reports(organisation_ids: Sequence[str]) -> list[tuple[str, int]]:
    """Return the keys of those organisations that have unread reports, with how many."""
    query = (
        select(Organisation.key, func.count())
        .join(BreachReport, BreachReport.organisation_id == Organisation.id)
        .where(Organisation.id.in_(organisation_ids), BreachReport.read_at.is_(None))
        .group_by(Organisation.key)
        .order_by(Organisation.key)
    )
    return [(key, count) for key, count in db.session.execute(query)]
