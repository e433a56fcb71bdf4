"""The work on a case as its pages show it: tasks, findings with decisions, the matrix."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlalchemy import func, select

from dsar import profiles
from dsar.domain.findings import Row
from dsar.domain.organisations import SystemFacts, system_facts
from dsar.domain.package.cells import flatten
from dsar.domain.profiles import Ground
from dsar.models import (
    Case,
    DataSystem,
    Decision,
    Finding,
    Package,
    RequestedRight,
    Staff,
    Task,
    db,
)
from dsar.services.clock.deadlines import rights_of
from dsar.services.work.findings import FindingView, findings_of, open_finding
from dsar.services.work.review import (
    decisions_of,
    grounds_for,
    tasks_of,
)
from dsar.services.work.taking_over import pairs_of
from dsar.vault import current_vault

#: A table shows so many rows to staff; the package holds them all.
SAMPLE: Final = 20


@dataclass(frozen=True, slots=True)
class TaskView:
    """One system's task, opened."""

    row: Task
    system: SystemFacts
    how: str
    findings: int
    settled_by: str


@dataclass(frozen=True, slots=True)
class RightWork:
    """The tasks of one right, the perishable first."""

    row: RequestedRight
    tasks: tuple[TaskView, ...]

    @property
    def open(self) -> int:
        """Return how many systems have not answered."""
        return sum(1 for task in self.tasks if task.row.answer is None)

    @property
    def may_take_over(self) -> bool:
        """Say whether an access of the case has answered for systems that still wait here."""
        return bool(self.open and pairs_of(db.session, self.row))


@dataclass(frozen=True, slots=True)
class DecidedFinding:
    """A finding with the decision that holds, if any."""

    view: FindingView
    system: str
    decision: Decision | None
    explanation: str
    ground: Ground | None

    @property
    def pairs(self) -> list[tuple[str, object]]:
        """Return the fields of a finding, in one level."""
        return list(flatten(self.view.body.fields))

    @property
    def sample(self) -> list[Row]:
        """Return the first rows of a table."""
        return list(islice(self.view.rows(), SAMPLE))


def works_of(case: Case) -> list[RightWork]:
    """Return the rights of a case with their tasks."""
    found, names = _finding_counts(case), _names(case)
    return [
        RightWork(
            right,
            tuple(
                TaskView(
                    task,
                    system_facts(system),
                    current_vault().open_optional(task, "how") or "",
                    found.get(task.id, 0),
                    names.get(task.settled_by or "", ""),
                )
                for task, system in tasks_of(db.session, right.id)
            ),
        )
        for right in rights_of(db.session, case.id)
    ]


def task_view(task: Task) -> TaskView:
    """Return one task as its page shows it."""
    case = db.session.get_one(Case, task.case_id)
    views = (view for work in works_of(case) for view in work.tasks)
    return next(view for view in views if view.row.id == task.id)


def decided_findings(case: Case) -> list[DecidedFinding]:
    """Return everything found in a case, with what was decided about it."""
    decisions = decisions_of(db.session, case.id)
    systems = {row.id: row.name for row in _systems(case)}
    return [
        _decided(case, view, systems.get(view.row.system_id, ""), decisions.get(view.row.id))
        for view in findings_of(db.session, case.id)
    ]


def decided_finding(case: Case, row: Finding) -> DecidedFinding:
    """Return one finding with what was decided about it."""
    decision = decisions_of(db.session, case.id).get(row.id)
    system = db.session.get_one(DataSystem, row.system_id)
    return _decided(case, open_finding(row), system.name, decision)


def grounds_of(case: Case, row: Finding) -> list[Ground]:
    """Return the grounds on which a finding of a case may be withheld."""
    right = db.session.get_one(RequestedRight, row.right_id)
    return grounds_for(case.profile, right.right)


def addable_systems(case: Case, right_id: str) -> list[DataSystem]:
    """Return the systems of the house that have no task for a right yet."""
    asked = {system.id for _, system in tasks_of(db.session, right_id)}
    return [row for row in _systems(case) if row.id not in asked and row.retired_at is None]


def packages_of(right_id: str) -> list[Package]:
    """Return every package ever built for a right, the newest first."""
    query = select(Package).where(Package.right_id == right_id)
    return list(db.session.scalars(query.order_by(Package.built_at.desc(), Package.id)))


def staff_name(staff_id: str | None) -> str:
    """Return the name of a member of staff."""
    member = db.session.get(Staff, staff_id) if staff_id else None
    return member.name if member else ""


def _decided(
    case: Case, view: FindingView, system: str, decision: Decision | None
) -> DecidedFinding:
    if decision is None:
        return DecidedFinding(view, system, None, "", None)
    explanation = current_vault().open_optional(decision, "explanation") or ""
    ground = profiles.get(case.profile).ground(decision.ground or "")
    return DecidedFinding(view, system, decision, explanation, ground)


def _systems(case: Case) -> Iterable[DataSystem]:
    query = select(DataSystem).where(DataSystem.organisation_id == case.organisation_id)
    return db.session.scalars(query.order_by(DataSystem.position)).all()


def _finding_counts(case: Case) -> dict[str, int]:
    rows = db.session.execute(
        select(Finding.task_id, func.count())
        .where(Finding.case_id == case.id, Finding.removed_at.is_(None))
        .group_by(Finding.task_id)
    )
    return {task_id: count for task_id, count in rows}


def _names(case: Case) -> dict[str, str]:
    settled = select(Task.settled_by).where(Task.case_id == case.id)
    rows = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(settled)))
    return {staff_id: name for staff_id, name in rows}
