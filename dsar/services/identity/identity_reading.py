"""What is known, asked and decided about who a person is, opened for staff."""

from dataclasses import dataclass

from sqlalchemy import select

from dsar.domain.identity import Evidence
from dsar.models import Case, DataSystem, IdentityCheck, Staff, db
from dsar.services.identity.identity_records import Place, evidence, places
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
    """The evidence, the systems that knew the address, where staff may say that they saw it,
    and every check, the newest first.
    """

    evidence: Evidence
    systems: tuple[str, ...]
    places: tuple[Place, ...]
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
    rows = db.session.scalars(
        select(IdentityCheck)
        .where(IdentityCheck.case_id == case.id)
        .order_by(IdentityCheck.decided_at.desc(), IdentityCheck.asked_at.desc())
    )
    return IdentityView(
        known,
        tuple(db.session.scalars(names)),
        tuple(places(db.session, case.id)),
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
