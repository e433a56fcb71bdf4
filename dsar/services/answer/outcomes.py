"""Which endings are true of an answer: those that say what was decided and told."""

from typing import Final

from sqlalchemy import select

from dsar.domain.assessments import outcome_of_result
from dsar.domain.cases import Outcome
from dsar.domain.measures import outcome_of
from dsar.domain.package import TaskAnswer
from dsar.domain.package.answer import HELD
from dsar.domain.rights import RULES, Right, Work
from dsar.domain.verdicts import ReviewVerdict
from dsar.models import Decision, Finding, RequestedRight, Task
from dsar.services.rights.assessing import weighed_of
from dsar.services.rights.measures import acts_of
from dsar.services.rights.refusing import is_refused
from dsar.services.transaction import Db

#: Where nothing was decided against the person: staff know whether it was all she asked for.
_GIVEN: Final = (Outcome.FULFILLED, Outcome.PARTLY)


def true_outcomes(session: Db, right: RequestedRight) -> tuple[Outcome, ...]:
    """Return how an answered right may end, the likeliest first."""
    kind = Right(right.right)
    if is_refused(session, right.id):
        return (Outcome.REFUSED,)
    if RULES[kind].work is Work.MEASURES:
        return (outcome_of(acts_of(session, right.id)),)
    if RULES[kind].work is Work.WORDS:
        weighed = weighed_of(session, right.id)
        told = outcome_of_result(kind, weighed.result) if weighed else None
        return (told,) if told else _GIVEN
    if not holds_something(session, right.id):
        return (Outcome.NOTHING_HELD, *_GIVEN)
    return (Outcome.PARTLY,) if _withholds(session, right.id) else _GIVEN


def holds_something(session: Db, right_id: str) -> bool:
    """Say whether a system said that it holds something about the person."""
    held = [str(TaskAnswer(answer)) for answer in HELD]
    query = select(Task.id).where(Task.right_id == right_id, Task.answer.in_(held))
    return session.scalar(query.limit(1)) is not None


def _withholds(session: Db, right_id: str) -> bool:
    """Say whether something found for a right is withheld from the person."""
    query = (
        select(Finding.id)
        .join(Decision, Decision.finding_id == Finding.id)
        .where(
            Finding.right_id == right_id,
            Finding.removed_at.is_(None),
            Decision.superseded_at.is_(None),
            Decision.verdict == str(ReviewVerdict.WITHHOLD),
        )
    )
    return session.scalar(query.limit(1)) is not None
