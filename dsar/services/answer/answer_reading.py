"""The answer of a case as its pages show it: the package, its remark, its deliveries."""

from dataclasses import dataclass

from dsar.domain.cases import OPEN, Outcome, State
from dsar.domain.organisations import facts_of
from dsar.domain.package import Letter
from dsar.domain.package.letters import letter_from_json
from dsar.domain.rights import RULES, Right, Work
from dsar.models import Case, Delivery, Organisation, Package, RequestedRight, db
from dsar.services.answer.delivery import deliveries_of
from dsar.services.answer.outcomes import true_outcomes
from dsar.services.answer.readiness import Readiness, readiness
from dsar.services.clock.deadlines import rights_of
from dsar.services.rights.refusing import is_refused
from dsar.services.rights.transferring import is_transfer_open
from dsar.services.work.work_reading import packages_of, staff_name
from dsar.vault import current_vault


@dataclass(frozen=True, slots=True)
class PackageView:
    """The package that stands, if one does; the remark of the last one that was sent back."""

    right: RequestedRight
    row: Package | None
    letter: Letter | None
    built_by: str
    approved_by: str
    remark: str
    lacks: Readiness
    is_solo_house: bool
    deliveries: tuple[Delivery, ...]

    @property
    def wants_transfer(self) -> bool:
        """Say whether the file is to go to another company before the answer is sent."""
        return is_transfer_open(db.session, self.right)

    @property
    def is_decision(self) -> bool:
        """Say whether the answer tells what was decided, rather than handing something over."""
        measures_or_words = RULES[Right(self.right.right)].work is not Work.FINDINGS
        return measures_or_words or is_refused(db.session, self.right.id)


def right_in_view(case: Case, wanted: str = "") -> RequestedRight | None:
    """Return the right of a case by its code, or None; without one, the next to work on."""
    rights = rights_of(db.session, case.id)
    if wanted:
        return next((row for row in rights if row.right == wanted), None)
    states = list(State)
    open_ones = [row for row in rights if State(row.state) in OPEN] or rights
    return min(open_ones, key=lambda row: states.index(State(row.state)))


def certain_outcome(right: RequestedRight) -> Outcome | None:
    """Return how an answered right ends, where only one ending is true of its answer."""
    if State(right.state) is not State.DELIVERED:
        return None
    true = true_outcomes(db.session, right)
    return true[0] if len(true) == 1 else None


def package_of(right: RequestedRight) -> PackageView:
    """Return the answer to a right as far as it is made."""
    case = db.session.get_one(Case, right.case_id)
    rows = packages_of(right.id)
    row = next((each for each in rows if each.replaced_at is None), None)
    newest = rows[0] if rows else None
    remark = current_vault().open_optional(newest, "remark") if newest else None
    letter = letter_from_json(current_vault().open(row, "letter")) if row else None
    house = facts_of(db.session.get_one(Organisation, case.organisation_id))
    return PackageView(
        right,
        row,
        letter,
        staff_name(row.built_by) if row else "",
        staff_name(row.approved_by) if row else "",
        remark or "",
        readiness(db.session, right),
        house.is_solo,
        tuple(
            delivery
            for delivery, package in deliveries_of(db.session, case.id)
            if package.right_id == right.id
        ),
    )
