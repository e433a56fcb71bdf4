"""A hold: for now nothing is erased in a case, or in a system; it wins over every approval."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.holds import HoldReason
from dsar.models import Case, DataSystem, Hold
from dsar.services.progress import open_file
from dsar.services.transaction import Db, transaction


class OnHold(DomainError):
    """Nothing is erased here for now; `reason` is a code of domain.holds."""

    message_id = "error.on_hold"


class HoldReasonUnknown(DomainError):
    """A hold says why, by a code of the list."""

    message_id = "error.hold_reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """What must not be erased: one case, or one system. The id is the form's own number."""

    id: str
    reason: str
    case_id: str = ""
    system_id: str = ""


def set_hold(command: NewHold, actor: Actor, now: datetime) -> None:
    """Let nothing be erased for now; the same form, or the same reason again, is no error.

    Raises HoldReasonUnknown.
    """
    with transaction() as session:
        if command.reason not in set(HoldReason):
            raise HoldReasonUnknown
        row = Hold(id=command.id, reason=command.reason, set_at=now, set_by=actor.ref)
        if command.case_id:
            file = open_file(session, command.case_id, actor, now)
            row.case_id, row.organisation_id = file.case.id, file.case.organisation_id
        else:
            system = session.get_one(DataSystem, command.system_id, with_for_update=True)
            row.system_id, row.organisation_id = system.id, system.organisation_id
        if _stands_already(session, row):
            return
        session.add(row)
        if command.case_id:
            file.record(EventKind.HOLD_SET, hold=row.id, hold_reason=row.reason)


def lift_hold(hold_id: str, actor: Actor, now: datetime) -> None:
    """End a hold; again is no error. What it stopped is carried out by a person, not by us."""
    with transaction() as session:
        found = session.get_one(Hold, hold_id)
        file = open_file(session, found.case_id, actor, now) if found.case_id else None
        row = session.get_one(Hold, hold_id, with_for_update=True, populate_existing=True)
        if row.lifted_at is not None:
            return
        row.lifted_at, row.lifted_by = now, actor.ref
        if file is not None:
            file.record(EventKind.HOLD_LIFTED, hold=row.id, hold_reason=row.reason)


def check_not_held(session: Db, case_id: str, system_id: str | None = None) -> None:
    """Refuse to erase what a hold keeps: anything of the case, or in the system.

    Ask it before anything of a case is erased, by us or elsewhere. Raises OnHold.
    """
    stopped = Hold.case_id == case_id
    if system_id is not None:
        stopped = or_(stopped, Hold.system_id == system_id)
    if standing := _standing(session, stopped):
        raise OnHold(reason=standing[0].reason)


def holds_on_case(session: Db, case: Case) -> list[Hold]:
    """Return the holds that stand on a case, the oldest first."""
    return _standing(session, Hold.case_id == case.id)


def holds_on_system(session: Db, system_id: str) -> list[Hold]:
    """Return the holds that stand on a system, the oldest first."""
    return _standing(session, Hold.system_id == system_id)


def _standing(session: Db, *where: object) -> list[Hold]:
    query = select(Hold).where(*where, Hold.lifted_at.is_(None))  # type: ignore[arg-type]  # conditions
    return list(session.scalars(query.order_by(Hold.set_at, Hold.id)))


def _stands_already(session: Db, row: Hold) -> bool:
    if session.get(Hold, row.id) is not None:
        return True
    same = select(Hold.id).where(
        Hold.organisation_id == row.organisation_id,
        Hold.case_id.is_not_distinct_from(row.case_id),
        Hold.system_id.is_not_distinct_from(row.system_id),
        Hold.reason == row.reason,
        Hold.lifted_at.is_(None),
    )
    return session.scalar(same.limit(1)) is not None
