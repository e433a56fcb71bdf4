"""The log of a case, as tests read it."""

from sqlalchemy import select

from dsar.models import CaseEvent, db


def events(case, kind=None):
    """Return the entries of a case, of one kind or all, in order."""
    query = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    return [row for row in db.session.scalars(query) if kind in (None, row.kind)]


def kinds(case):
    """Return the kinds of the entries of a case, in order."""
    return [row.kind for row in events(case)]
