"""What is known, asked and decided about who a person is, opened for staff."""

from dataclasses import dataclass

from sqlalchemy import select

from dsar.domain.identity import Evidence
from dsar.domain.package import TaskAnswer
from dsar.models import Case, DataSystem, IdentityCheck, Staff, Task, db
from dsar.services.identity.identity_records import evidence
from dsar.vault import current_vault


@dataclass(frozen=True, slots=True)
class CheckView:
    """One identity check with its sealed words."""

    row: IdentityCheck
    doubt: str
    question: str
    reply: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class IdentityView:
    """The evidence, the systems that knew the address, and every check, the newest first."""

    evidence: Evidence
    systems: tuple[str, ...]
    found_tasks: tuple[tuple[str, str], ...]
    checks: tuple[CheckView, ...]

    @property
    def waiting(self) -> CheckView | None:
        """Return the question that waits for an answer or a decision."""
        open_ones = ("asked", "proposed")
        return next((one for one in self.checks if one.row.verdict in open_ones), None)

    @property
    def sufficient(self) -> CheckView | None:
        """Return the decision that it is the right person."""
        return next((one for one in self.checks if one.row.verdict == "sufficient"), None)


def identity_of(case: Case) -> IdentityView:
    """Return all that is known of who is asking in a case."""
    known = evidence(db.session, case.id)
    names = select(DataSystem.name).where(DataSystem.id.in_(known.systems))
    found = db.session.execute(
        select(Task.id, DataSystem.name)
        .join(DataSystem, DataSystem.id == Task.system_id)
        .where(Task.case_id == case.id, Task.answer == str(TaskAnswer.FOUND))
        .order_by(DataSystem.position)
    )
    rows = db.session.scalars(
        select(IdentityCheck)
        .where(IdentityCheck.case_id == case.id)
        .order_by(IdentityCheck.decided_at.desc(), IdentityCheck.asked_at.desc())
    )
    return IdentityView(
        known,
        tuple(db.session.scalars(names)),
        tuple((task_id, name) for task_id, name in found),
        tuple(_opened(row) for row in rows),
    )


def _opened(row: IdentityCheck) -> CheckView:
    vault = current_vault()
    by = row.decided_by or row.proposed_by
    member = db.session.get(Staff, by) if by else None
    return CheckView(
        row,
        vault.open_optional(row, "doubt") or "",
        vault.open_optional(row, "question") or "",
        vault.open_optional(row, "reply") or "",
        member.name if member else "",
    )
