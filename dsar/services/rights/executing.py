"""Carrying out what was decided: never unapproved, to nobody unknown, always with proof."""

from dataclasses import dataclass
from datetime import datetime

from dsar.domain.cases import OPEN, State
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.measures import ACTS, Act
from dsar.domain.rights import RULES, Right
from dsar.models import Measure, Package, RequestedRight
from dsar.services.answer.packaging import check_unchanged
from dsar.services.casefile import CaseFile
from dsar.services.identity.identity_records import identity_guard
from dsar.services.progress import current_packages, open_file
from dsar.services.rights import erasing, stopping
from dsar.services.rights.refusing import is_refused
from dsar.services.transaction import transaction
from dsar.vault import current_vault


class NothingToCarryOut(DomainError):
    """It leaves things as they are, was taken back, or its right is refused or closed."""

    message_id = "error.nothing_to_carry_out"


class MeasureNotApproved(DomainError):
    """A second person approves the answer before anything is changed."""

    message_id = "error.measure_not_approved"


class ProofOfWorkMissing(DomainError):
    """How it was carried out is written down."""

    message_id = "error.proof_missing"


@dataclass(frozen=True, slots=True)
class CarryOut:
    """Which measure was carried out, and how: the proof."""

    measure_id: str
    proof: str


def carry_out(command: CarryOut, actor: Actor, now: datetime) -> None:
    """Record that a measure has been carried out; again is no error.

    Raises NothingToCarryOut, MeasureNotApproved, PackageOutdated, IdentityMissing,
    ProofOfWorkMissing; for an erasure also OnHold, AccessComesFirst, UndoWindowOpen,
    DailyCapReached, which staff are told of.
    """
    try:
        _carry_out(command, actor, now)
    except erasing.DailyCapReached:
        erasing.raise_alarm(command.measure_id, now)
        raise


def _carry_out(command: CarryOut, actor: Actor, now: datetime) -> None:
    with transaction() as session:
        found = session.get_one(Measure, command.measure_id)
        file = open_file(session, found.case_id, actor, now)
        row = session.get_one(Measure, command.measure_id, populate_existing=True)
        if row.executed_at is not None:
            return
        right = session.get_one(RequestedRight, row.right_id)
        check_executable(file, right, row)
        if not command.proof.strip():
            raise ProofOfWorkMissing
        _execute(file, right, row, command.proof.strip())


def check_executable(file: CaseFile, right: RequestedRight, row: Measure) -> None:
    """Refuse whatever may not be carried out now."""
    is_over = State(right.state) not in OPEN or row.removed_at is not None
    is_over = is_over or is_refused(file.session, right.id)
    if is_over or not ACTS[Act(row.act)].executes:
        raise NothingToCarryOut
    if RULES[Right(right.right)].at_once:
        return
    package = _approved(file, right)
    check_unchanged(file.session, package, right)
    identity_guard(file.session, file.case, right.right)
    if row.act == Act.ERASE:
        erasing.check(file, row, package)


def _approved(file: CaseFile, right: RequestedRight) -> Package:
    packages = current_packages(file.session, right.id)
    if not packages or packages[-1].approved_at is None or right.state != State.READY:
        raise MeasureNotApproved
    return packages[-1]


def _execute(file: CaseFile, right: RequestedRight, row: Measure, proof: str) -> None:
    row.executed_at, row.executed_by = file.now, file.actor.ref
    current_vault().seal(row, "proof", proof)
    if row.act == Act.ERASE:
        erasing.remember(file, row)
    file.record(
        EventKind.MEASURE_EXECUTED,
        measure=row.id,
        system=row.system_id,
        right=right.right,
        act=row.act,
        purge_on=row.purge_on,
    )
    stopping.stopped(file, right, row)
