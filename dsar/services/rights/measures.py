"""What is done in each data system for a right: decided, or taken back in time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.grounds import check_law_named
from dsar.domain.measures import (
    ACTS,
    Act,
    MeasureBody,
    check_measure,
    law_text,
    measure_body,
)
from dsar.domain.rights import Right
from dsar.domain.verdicts import ReviewVerdict
from dsar.models import DataSystem, Measure, RequestedRight, Task
from dsar.services.casefile import CaseFile
from dsar.services.progress import open_file, outdate
from dsar.services.transaction import Db, transaction
from dsar.services.work.collection import begin_right
from dsar.services.work.review import Judgement, check_ground, grounds_for
from dsar.vault import current_vault


class MeasureCarriedOut(DomainError):
    """What has been carried out is not taken back; what follows is decided anew."""

    message_id = "error.measure_carried_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeasure:
    """What is to be done. The id is the form's own number: sent twice, it is decided once.

    texts: see domain.measures. ground with its ticked conditions: where the act needs one.
    """

    id: str
    task_id: str
    act: Act
    texts: Mapping[str, str] = field(default_factory=dict)
    ground: str = ""
    conditions: frozenset[str] = frozenset()
    keep_until_on: date | None = None


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure opened for reading."""

    row: Measure
    system: str
    act: Act
    body: MeasureBody
    proof: str

    @property
    def is_open(self) -> bool:
        """Say whether it is still to be carried out."""
        return ACTS[self.act].executes and self.row.executed_at is None

    @property
    def told(self) -> list[tuple[str, str]]:
        """Return what was written, by name, in the order in which it was asked."""
        rules, texts = ACTS[self.act], self.body.texts
        return [(name, texts[name]) for name in (*rules.needs, *rules.may) if name in texts]

    @property
    def is_restricted(self) -> bool:
        """Say whether it restricts something, still or until it was lifted."""
        return self.act is Act.RESTRICT and self.row.executed_at is not None


def decide_measure(command: NewMeasure, actor: Actor, now: datetime) -> str:
    """Decide what is done with something a system holds, and return the measure's id.

    The same form twice decides once. Whatever was built from the right is void.
    Raises ActUnknown, MeasureTextMissing, KeepEndMissing, GroundMissing, ConditionMissing,
    LawNotNamed, AnswerSent.
    """
    with transaction() as session:
        if session.get(Measure, command.id) is not None:
            return command.id
        task = session.get_one(Task, command.task_id)
        file = open_file(session, task.case_id, actor, now)
        right = session.get_one(RequestedRight, task.right_id)
        _check(file, right, command)
        begin_right(file, right)
        outdate(file, right)
        session.add(_measure(task, command, actor, now))
        file.record(
            EventKind.MEASURE_DECIDED,
            measure=command.id,
            system=task.system_id,
            right=right.right,
            act=str(command.act),
            ground=command.ground or None,
        )
        return command.id


def remove_measure(measure_id: str, actor: Actor, now: datetime) -> None:
    """Take back a measure that is not carried out; again is no error.

    Raises MeasureCarriedOut, AnswerSent.
    """
    with transaction() as session:
        found = session.get_one(Measure, measure_id)
        file = open_file(session, found.case_id, actor, now)
        row = session.get_one(Measure, measure_id, populate_existing=True)
        if row.removed_at is not None:
            return
        if row.executed_at is not None:
            raise MeasureCarriedOut
        right = session.get_one(RequestedRight, row.right_id)
        outdate(file, right)
        row.removed_at = now
        file.record(
            EventKind.MEASURE_REMOVED,
            measure=row.id,
            system=row.system_id,
            right=right.right,
            act=row.act,
        )


def measures_of(session: Db, right_id: str) -> list[MeasureView]:
    """Return what stands decided for a right, by system, opened."""
    query = (
        select(Measure, DataSystem.name)
        .join(DataSystem, DataSystem.id == Measure.system_id)
        .where(Measure.right_id == right_id, Measure.removed_at.is_(None))
        .order_by(DataSystem.position, DataSystem.id, Measure.decided_at, Measure.id)
    )
    vault = current_vault()
    return [
        MeasureView(
            row,
            name,
            Act(row.act),
            measure_body(vault.open(row, "body")),
            vault.open_optional(row, "proof") or "",
        )
        for row, name in session.execute(query)
    ]


def acts_of(session: Db, right_id: str) -> list[Act]:
    """Return the acts decided for a right, without opening anything."""
    query = select(Measure.act).where(
        Measure.right_id == right_id, Measure.removed_at.is_(None)
    )
    return [Act(act) for act in session.scalars(query)]


def is_begun(session: Db, right_id: str) -> bool:
    """Say whether something decided for a right has been carried out."""
    query = select(Measure.id).where(
        Measure.right_id == right_id, Measure.executed_at.is_not(None)
    )
    return session.scalar(query.limit(1)) is not None


def open_measures(session: Db, right_id: str) -> int:
    """Return how many measures of a right are still to be carried out."""
    executed = [str(act) for act, rules in ACTS.items() if rules.executes]
    query = select(Measure.id).where(
        Measure.right_id == right_id,
        Measure.removed_at.is_(None),
        Measure.executed_at.is_(None),
        Measure.act.in_(executed),
    )
    return len(session.scalars(query).all())


def _check(file: CaseFile, right: RequestedRight, command: NewMeasure) -> None:
    has_end = command.keep_until_on is not None
    check_measure(Right(right.right), command.act, command.texts, has_end_day=has_end)
    if ACTS[command.act].needs_ground:
        grounds = grounds_for(file.case.profile, right.right)
        ticked = command.conditions
        judgement = Judgement(ReviewVerdict.WITHHOLD, command.ground, "", ticked)
        check_law_named(check_ground(grounds, judgement), command.texts[law_text(command.act)])


def _measure(task: Task, command: NewMeasure, actor: Actor, now: datetime) -> Measure:
    rules = ACTS[command.act]
    texts = {
        name: text for name, text in command.texts.items() if name in (*rules.needs, *rules.may)
    }
    row = Measure(
        id=command.id,
        case_id=task.case_id,
        right_id=task.right_id,
        task_id=task.id,
        system_id=task.system_id,
        act=str(command.act),
        ground=command.ground if rules.needs_ground else None,
        keep_until_on=command.keep_until_on if rules.needs_end else None,
        decided_at=now,
        decided_by=actor.ref,
    )
    current_vault().seal(row, "body", MeasureBody(texts).as_json())
    return row
