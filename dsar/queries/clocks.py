"""The clocks of one case, right by right, as they were last counted."""

from sqlalchemy import select

from dsar.models import Case, RequestedRight, db

__all__ = ["RequestedRight", "clocks_of"]


def clocks_of(case: Case) -> list[RequestedRight]:
    """Return the rights used in a case, in the order in which the person named them."""
    query = select(RequestedRight).where(RequestedRight.case_id == case.id)
    return list(db.session.scalars(query.order_by(RequestedRight.position)))
