"""A hold: for now nothing is erased in a case, or in a system; it wins over every approval."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from dsar.domain.cases import CLOCK_RUNS
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor, EventKind
from dsar.domain.holds import HoldReason
from dsar.domain.rights import Right
from dsar.models import Case, DataSystem, Hold, RequestedRight, Task
from dsar.services.casefile import CaseFile
from dsar.services.progress import open_file
from dsar.services.transaction import Db, transaction

log = logging.getLogger(__name__)


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

    The log of each case that it stops says so. Raises HoldReasonUnknown.
    """
    with transaction() as session:
        if command.reason not in set(HoldReason):
            raise HoldReasonUnknown
        row = Hold(id=command.id, reason=command.reason, set_at=now, set_by=actor.ref)
        files = _files(session, command, actor, now)
        if command.case_id:
            row.case_id = command.case_id
            row.organisation_id = files[0].case.organisation_id
        else:
            system = session.get_one(DataSystem, command.system_id, with_for_update=True)
            row.system_id, row.organisation_id = system.id, system.organisation_id
        if _stands_already(session, row):
            return
        session.add(row)
        _record(files, EventKind.HOLD_SET, row)


def lift_hold(hold_id: str, actor: Actor, now: datetime) -> None:
    """End a hold; again is no error. What it stopped is carried out by a person, not by us."""
    with transaction() as session:
        files = _files(session, session.get_one(Hold, hold_id), actor, now)
        row = session.get_one(Hold, hold_id, with_for_update=True, populate_existing=True)
        if row.lifted_at is not None:
            return
        row.lifted_at, row.lifted_by = now, actor.ref
        _record(files, EventKind.HOLD_LIFTED, row)


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


def _files(session: Db, what: Hold | NewHold, actor: Actor, now: datetime) -> list[CaseFile]:
    """Return the files of the cases that a hold stops, held before anything else is."""
    stopped = [what.case_id] if what.case_id else _stopped(session, what.system_id or "")
    return [open_file(session, case_id, actor, now) for case_id in stopped]


def _stopped(session: Db, system_id: str) -> list[str]:
    """Return the cases in which something of a system may yet be erased, by id."""
    query = (
        select(Task.case_id)
        .join(RequestedRight, RequestedRight.id == Task.right_id)
        .where(
            Task.system_id == system_id,
            RequestedRight.right == str(Right.ERASURE),
            RequestedRight.state.in_([str(state) for state in CLOCK_RUNS]),
        )
    )
    return list(session.scalars(query.distinct().order_by(Task.case_id)))


def _record(files: list[CaseFile], kind: EventKind, row: Hold) -> None:
    facts = {"hold": row.id, "hold_reason": row.reason}
    for file in files:
        file.record(kind, **facts, **({"system": row.system_id} if row.system_id else {}))
    where = {"organisation": row.organisation_id, "row": row.id, "reason": row.reason}
    log.info("%s, in %d cases", kind, len(files), extra=where)


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
