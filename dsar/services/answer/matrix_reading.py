"""The completeness table of an access, as its page shows it (GDPR art. 15(1), (2))."""

from dataclasses import dataclass

from dsar.domain.organisations import SystemFacts, system_facts
from dsar.domain.package.matrix import BOX, Gap, Item
from dsar.models import Case, RequestedRight, db
from dsar.services.answer.readiness import Readiness, readiness
from dsar.services.work.review import system_texts, tasks_of


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One system of the completeness table: what is told of each item, and what lacks."""

    system_id: str
    facts: SystemFacts
    answer: str | None
    texts: dict[str, str]
    reasons: dict[str, str]
    gaps: dict[str, Gap]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The completeness table of the answer to a right (GDPR art. 15(1), (2))."""

    right: RequestedRight
    rows: tuple[MatrixRow, ...]
    lacks: Readiness

    @property
    def items(self) -> tuple[Item, ...]:
        """Return the items told once for each system."""
        return BOX


def matrix_of(case: Case, right: RequestedRight) -> Matrix:
    """Return the completeness table of the answer to a right."""
    lacks = readiness(db.session, right)
    rows = []
    for task, system in tasks_of(db.session, right.id):
        facts = system_facts(system)
        texts, reasons = system_texts(facts, case.language)
        gaps = {gap.item: gap for gap in lacks.gaps if gap.system == system.key}
        rows.append(MatrixRow(system.id, facts, task.answer, texts, reasons, gaps))
    return Matrix(right, tuple(rows), lacks)
