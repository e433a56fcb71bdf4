"""Case numbers: YYYY-NNNN from a counter of the organisation; gaps are fine (decision 11)."""

from sqlalchemy import select

from dsar.models import CaseCounter
from dsar.services.rows import ensure
from dsar.services.transaction import Db


def next_number(session: Db, organisation_id: str, year: int) -> str:
    """Return the organisation's next case number of the year of receipt."""
    ensure(session, CaseCounter, organisation_id=organisation_id, year=year, last=0)
    counter = session.scalars(
        select(CaseCounter)
        .where(CaseCounter.organisation_id == organisation_id, CaseCounter.year == year)
        .with_for_update()
    ).one()
    counter.last += 1
    return f"{year}-{counter.last:04}"
