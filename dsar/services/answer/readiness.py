"""What the answer to a right still lacks: the gate before anything is built."""

from dataclasses import dataclass

from sqlalchemy import func, select

from dsar.domain.measures import contradicts
from dsar.domain.organisation_keys import Behaviour
from dsar.domain.organisations import facts_of, system_facts
from dsar.domain.package import Gap, Lack, TaskAnswer, completeness
from dsar.domain.package.answer import HELD
from dsar.domain.rights import RULES, Right, Work
from dsar.models import (
    Case,
    DataSystem,
    Finding,
    Measure,
    Organisation,
    RequestedRight,
    Task,
)
from dsar.services.rights.assessing import is_weighed, weighed_of
from dsar.services.rights.measures import acts_of
from dsar.services.rights.refusing import is_refused
from dsar.services.rights.suggesting import suggested
from dsar.services.transaction import Db
from dsar.services.work.review import ITEMS, decisions_of, tasks_of


@dataclass(frozen=True, slots=True)
class Readiness:
    """What an answer lacks.

    gaps: systems without an answer, and items of the matrix (access only); undecided: findings
    nobody has decided; unmeasured: systems that hold something about which nothing is decided;
    unconsidered: recipients that the register names and nobody has noted (GDPR art. 19);
    is_consistent: what is done in the systems is what was weighed.
    """

    gaps: tuple[Gap, ...] = ()
    undecided: int = 0
    unmeasured: int = 0
    unconsidered: int = 0
    is_weighed: bool = True
    is_consistent: bool = True

    @property
    def is_complete(self) -> bool:
        """Say whether the answer may be built."""
        return not self.total

    @property
    def total(self) -> int:
        """Return how many things are missing."""
        weighing = (not self.is_weighed) + (not self.is_consistent)
        counted = self.undecided + self.unmeasured + self.unconsidered
        return len(self.gaps) + counted + weighing


def readiness(session: Db, right: RequestedRight) -> Readiness:
    """Return what the answer to a right still lacks; a refusal as a whole lacks nothing."""
    if is_refused(session, right.id):
        return Readiness()
    kind = Right(right.right)
    weighed = is_weighed(session, right)
    if kind is Right.ACCESS:
        gaps = _matrix_gaps(session, right)
        return Readiness(gaps, _undecided(session, right), is_weighed=weighed)
    tasks = tasks_of(session, right.id) if RULES[kind].asks_systems else []
    gaps = tuple(
        Gap(system.key, "", Lack.UNANSWERED) for task, system in tasks if not task.answer
    )
    if RULES[kind].work is Work.MEASURES:
        return Readiness(
            gaps,
            unmeasured=_unmeasured(session, tasks),
            unconsidered=len(suggested(session, right)),
            is_weighed=weighed,
            is_consistent=_is_consistent(session, right),
        )
    return Readiness(gaps, _undecided(session, right), is_weighed=weighed)


def _is_consistent(session: Db, right: RequestedRight) -> bool:
    weighed = weighed_of(session, right.id)
    return weighed is None or not contradicts(weighed.result, acts_of(session, right.id))


def _matrix_gaps(session: Db, right: RequestedRight) -> tuple[Gap, ...]:
    """Return the gaps of the matrix of GDPR art. 15(1) and (2)."""
    case = session.get_one(Case, right.case_id)
    house = facts_of(session.get_one(Organisation, case.organisation_id))
    tasks = tasks_of(session, right.id)
    facts = {system.key: system_facts(system) for _, system in tasks}
    answers = {system.key: task.answer for task, system in tasks}
    return completeness(
        {key: TaskAnswer(answer) if answer else None for key, answer in answers.items()},
        {
            (key, item): one.item_text(item, case.language)
            for key, one in facts.items()
            for item in ITEMS
        },
        case.language,
        blocks_privacy_shield=house.does(Behaviour.BLOCK_TRANSFER_TEXT),
    )


def _undecided(session: Db, right: RequestedRight) -> int:
    decided = decisions_of(session, right.case_id)
    ids = session.scalars(
        select(Finding.id).where(Finding.right_id == right.id, Finding.removed_at.is_(None))
    )
    return sum(1 for each in ids if each not in decided)


def _unmeasured(session: Db, tasks: list[tuple[Task, DataSystem]]) -> int:
    """Return how many systems hold something about which nothing is decided."""
    held = [task.id for task, _ in tasks if task.answer and TaskAnswer(task.answer) in HELD]
    query = select(func.count(func.distinct(Measure.task_id))).where(
        Measure.task_id.in_(held), Measure.removed_at.is_(None)
    )
    return len(held) - (session.scalar(query) or 0)
