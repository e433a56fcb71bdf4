"""What is restricted in one case, as its person may read it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dsar.domain.cases import State
from dsar.domain.measures import Act
from dsar.models import Measure, RequestedRight, db

#: Before the answer has been handed over, the page tells nobody that something is held.
_TOLD = (State.DELIVERED, State.CLOSED)


@dataclass(frozen=True, slots=True)
class RestrictedView:
    """Since when something has not been used, and how far the end of that has come."""

    since: datetime
    notified_at: datetime | None
    lifted_at: datetime | None


def restricted_in(case_id: str) -> list[RestrictedView]:
    """Return what is restricted in a case, or was, once its person has had the answer."""
    query = (
        select(Measure)
        .join(RequestedRight, RequestedRight.id == Measure.right_id)
        .where(
            Measure.case_id == case_id,
            Measure.act == str(Act.RESTRICT),
            Measure.executed_at.is_not(None),
            RequestedRight.state.in_([str(state) for state in _TOLD]),
        )
        .order_by(Measure.executed_at, Measure.id)
    )
    views = (
        RestrictedView(row.executed_at or row.decided_at, row.lift_notice_at, row.lifted_at)
        for row in db.session.scalars(query)
    )
    return list(dict.fromkeys(views))
