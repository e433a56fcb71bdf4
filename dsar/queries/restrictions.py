"""What must not be used now: one row a system and case, across open and closed cases."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dsar.domain.measures import Act
from dsar.models import Assessment, Case, DataSystem, Measure, RequestedRight, db


@dataclass(frozen=True, slots=True)
class RestrictionRow:
    """Something restricted: where, since when, on which ground, whether its end is near."""

    measure_id: str
    number: str
    system: str
    right: str
    #: A code of domain.assessments; empty where another right led to the restriction.
    ground: str
    since: datetime
    told_at: datetime | None


def restrictions_in(organisation_id: str) -> list[RestrictionRow]:
    """Return what is restricted in an organisation now, the oldest first."""
    query = (
        select(Measure, Case.number, DataSystem.name, RequestedRight.right, Assessment.ground)
        .join(Case, Case.id == Measure.case_id)
        .join(DataSystem, DataSystem.id == Measure.system_id)
        .join(RequestedRight, RequestedRight.id == Measure.right_id)
        .outerjoin(Assessment, Assessment.right_id == Measure.right_id)
        .where(
            Case.organisation_id == organisation_id,
            Measure.act == str(Act.RESTRICT),
            Measure.executed_at.is_not(None),
            Measure.lifted_at.is_(None),
        )
        .order_by(Measure.executed_at, Measure.id)
    )
    return [
        RestrictionRow(
            row.id,
            number,
            system,
            right,
            ground or "",
            row.executed_at or row.decided_at,
            row.lift_notice_at,
        )
        for row, number, system, right, ground in db.session.execute(query)
    ]
