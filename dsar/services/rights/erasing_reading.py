"""How far the erasure of a case has come: for its person, and for staff with what stops it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from dsar.domain.cases import OPEN, State
from dsar.domain.rights import Right
from dsar.models import Case, Hold, Measure, RequestedRight, Staff, db
from dsar.services.progress import current_packages
from dsar.services.rights.backups import erasures_of
from dsar.services.rights.erasing import is_copy_waited_for, may_erase_at
from dsar.services.rights.holds import holds_on_case, holds_on_system


@dataclass(frozen=True, slots=True)
class ErasureView:
    """How far erasing has come.

    systems: in how many it was carried out; open: how many measures are still to be; purge_on:
    from when no backup holds anything, None where nobody says; purged_at: when that was
    confirmed; may_erase_at: until then the approval can be taken back; held: why nothing may be
    erased for now, as codes.
    """

    is_open: bool
    systems: int
    open: int
    erased_at: datetime | None
    purge_on: date | None
    purged_at: datetime | None
    waits_for_copy: bool
    may_erase_at: datetime | None
    held: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold, and who set it."""

    row: Hold
    name: str


def erasure_in(case: Case) -> ErasureView | None:
    """Return how far the erasure of a case has come; None where nobody asked for one."""
    right = db.session.scalar(
        select(RequestedRight).where(
            RequestedRight.case_id == case.id, RequestedRight.right == str(Right.ERASURE)
        )
    )
    return None if right is None else _view(case, right)


def erasure_of_person(case_id: str) -> ErasureView | None:
    """Return the same for the person's own page, which knows the case by its id."""
    return erasure_in(db.session.get_one(Case, case_id))


def holds_standing(case: Case | None = None, system_id: str = "") -> list[HoldView]:
    """Return the holds that stand on a case, or on a system, with who set them."""
    session = db.session
    rows = holds_on_case(session, case) if case else holds_on_system(session, system_id)
    return [HoldView(row, session.get_one(Staff, row.set_by).name) for row in rows]


def _view(case: Case, right: RequestedRight) -> ErasureView:
    rows = erasures_of(db.session, right.id)
    done = [row for row in rows if row.executed_at is not None]
    left = [row for row in rows if row.executed_at is None]
    purges = [row.purge_on for row in done if row.purge_on is not None]
    purged = [row.purged_at for row in done if row.purged_at is not None]
    is_open = State(right.state) in OPEN
    return ErasureView(
        is_open=is_open,
        systems=len({row.system_id for row in done}),
        open=len(left),
        erased_at=max((row.executed_at for row in done if row.executed_at), default=None),
        purge_on=max(purges, default=None),
        purged_at=max(purged) if purges and len(purged) == len(purges) else None,
        waits_for_copy=is_open and not done and is_copy_waited_for(db.session, case.id),
        may_erase_at=_undo_ends_at(right) if left else None,
        held=_held(case, left),
    )


def _undo_ends_at(right: RequestedRight) -> datetime | None:
    packages = current_packages(db.session, right.id)
    return may_erase_at(packages[-1]) if packages else None


def _held(case: Case, left: list[Measure]) -> tuple[str, ...]:
    rows = holds_on_case(db.session, case)
    for system_id in sorted({row.system_id for row in left}):
        rows += holds_on_system(db.session, system_id)
    return tuple(dict.fromkeys(row.reason for row in rows))
