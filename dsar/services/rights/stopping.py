"""A use that must end: never again from the moment it is stopped, and the person is told."""

import json
from typing import Any

from sqlalchemy import func, select

from dsar import profiles
from dsar.domain.cases import OPEN, State
from dsar.domain.measures import Act, measure_body
from dsar.domain.rights import Right
from dsar.domain.wishes import (
    MARKETING_GROUND,
    ends_marketing,
    is_marketing,
    takes_effect_at_once,
)
from dsar.models import Assessment, Measure, RequestedRight, Task
from dsar.services.casefile import CaseFile, Notice
from dsar.services.rights.suppressing import CONSENT, MARKETING, suppress_people
from dsar.services.transaction import Db
from dsar.vault import current_vault


def answers_of(right: RequestedRight) -> dict[str, Any]:
    """Return what the person answered about a right."""
    found: dict[str, Any] = json.loads(current_vault().open(right, "wishes"))
    return found


def is_urgent(profile: str, right: RequestedRight) -> bool:
    """Say whether a right takes effect the day it comes, so that its tasks are due then."""
    at_once = profiles.get(profile).at_once
    return takes_effect_at_once(Right(right.right), answers_of(right), at_once)


def begin_stops(file: CaseFile, rights: list[RequestedRight]) -> None:
    """Suppress the addresses at once where the request itself ends marketing (R37)."""
    if any(ends_marketing(Right(each.right), answers_of(each)) for each in rights):
        suppress_people(file, MARKETING)


def stopped(file: CaseFile, right: RequestedRight, row: Measure) -> None:
    """Suppress the addresses for the use that a measure has just stopped."""
    kind = Right(right.right)
    if row.act != Act.STOP:
        return
    if kind is Right.CONSENT_WITHDRAWAL:
        body = measure_body(current_vault().open(row, "body"))
        suppress_people(file, CONSENT, body.texts.get("purpose", ""))
    elif concerns_marketing(file.session, right):
        suppress_people(file, MARKETING)
    tell_when_stopped(file, right)


def tell_when_stopped(file: CaseFile, right: RequestedRight) -> None:
    """Tell the person once that it is done: every system answered, every stop carried out.

    The letter of the answer follows with its reasons; an objection that is weighed has that
    letter alone.
    """
    kind, session = Right(right.right), file.session
    is_told_early = kind is Right.CONSENT_WITHDRAWAL or concerns_marketing(session, right)
    if State(right.state) not in OPEN or not is_told_early:
        return
    session.flush()
    if _open_stops(session, right.id) or _unanswered(session, right.id):
        return
    effective = profiles.get(file.case.profile).local_date(file.now)
    file.tell(Notice("m22", {"effective": effective}, once=right.right))


def concerns_marketing(session: Db, right: RequestedRight) -> bool:
    """Say whether an objection is one to marketing: as the person or the weighing says."""
    if is_marketing(Right(right.right), answers_of(right)):
        return True
    ground = session.scalar(select(Assessment.ground).where(Assessment.right_id == right.id))
    return ground == MARKETING_GROUND


def _open_stops(session: Db, right_id: str) -> int:
    query = select(func.count(Measure.id)).where(
        Measure.right_id == right_id,
        Measure.act == str(Act.STOP),
        Measure.removed_at.is_(None),
        Measure.executed_at.is_(None),
    )
    return session.scalar(query) or 0


def _unanswered(session: Db, right_id: str) -> int:
    query = select(func.count(Task.id)).where(Task.right_id == right_id, Task.answer.is_(None))
    return session.scalar(query) or 0
