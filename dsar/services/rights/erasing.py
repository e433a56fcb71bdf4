"""Erasing for good: what must have happened before, and what is remembered after."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from flask import current_app
from sqlalchemy import func, select

from dsar import profiles
from dsar.domain.backups import BackupLag, backup_lag, marked_until
from dsar.domain.cases import State
from dsar.domain.errors import DomainError
from dsar.domain.events import EventKind
from dsar.domain.measures import Act
from dsar.domain.next_step import Undo
from dsar.domain.organisations import facts_of, system_facts
from dsar.domain.rights import Right
from dsar.domain.roles import Role
from dsar.models import (
    Case,
    DataSystem,
    Measure,
    Organisation,
    OutboxMessage,
    Package,
    RequestedRight,
    new_id,
)
from dsar.services.casefile import CaseFile
from dsar.services.rights.erasure_marks import keep_marks, mark
from dsar.services.rights.holds import check_not_held
from dsar.services.staff.staffing import staff_in
from dsar.services.transaction import Db, transaction

#: The copy that the person wants reaches her before anything is erased.
COPIES: Final = (Right.ACCESS, Right.PORTABILITY)
_GIVEN: Final = (State.DELIVERED, State.CLOSED, State.DISPOSED)
ALARM: Final = "t31"


class AccessComesFirst(DomainError):
    """The person gets her copy before anything is erased: she asked for both."""

    message_id = "error.access_first"


class UndoWindowOpen(DomainError):
    """Until `at` whoever approved can take it back; nobody may skip that."""

    message_id = "error.undo_window"


class DailyCapReached(DomainError):
    """So many erasures in one day (`n`) may be a mistake or an attack: tomorrow, or a person
    who runs the installation raises the cap.
    """

    message_id = "error.daily_cap"


def check(file: CaseFile, row: Measure, package: Package) -> None:
    """Refuse to erase what is held, comes too early, or is too much for one day."""
    check_not_held(file.session, row.case_id, row.system_id)
    if is_copy_waited_for(file.session, row.case_id):
        raise AccessComesFirst
    at = may_erase_at(package)
    if at is None or file.now < at:
        raise UndoWindowOpen(at=at)
    cap: int = current_app.extensions["dsar.config"].erasure.daily_cap
    if _erased_today(file) >= cap:
        raise DailyCapReached(n=cap)


def may_erase_at(package: Package) -> datetime | None:
    """Return from when what a package says is erased may be; None before the approval."""
    return package.approved_at + _undo_window() if package.approved_at else None


def undo_at(now: datetime) -> Undo:
    """Return how long what erases something waits after its approval, seen from a moment."""
    return Undo(now, _undo_window())


def is_copy_waited_for(session: Db, case_id: str) -> bool:
    """Say whether a copy that the person asked for has not reached her yet."""
    query = select(RequestedRight.id).where(
        RequestedRight.case_id == case_id,
        RequestedRight.right.in_([str(right) for right in COPIES]),
        RequestedRight.state.not_in([str(state) for state in _GIVEN]),
    )
    return session.scalar(query.limit(1)) is not None


def remember(file: CaseFile, row: Measure) -> None:
    """Note when the last backup copy is gone, and what to erase again after a restore."""
    erased_on = profiles.get(file.case.profile).local_date(file.now)
    lag = lag_of(file.session, row.system_id)
    row.purge_on = lag.gone_on(erased_on) if lag else None
    mark(file, row.system_id, marked_until(lag, erased_on))


def promise_anew(file: CaseFile, right: RequestedRight) -> None:
    """Note anew when the last copies of what was erased are gone: a new answer says so."""
    query = select(Measure).where(
        Measure.right_id == right.id,
        Measure.act == str(Act.ERASE),
        Measure.executed_at.is_not(None),
        Measure.purged_at.is_(None),
    )
    for row in list(file.session.scalars(query.order_by(Measure.executed_at, Measure.id))):
        erased_on = profiles.get(file.case.profile).local_date(row.executed_at or file.now)
        lag = lag_of(file.session, row.system_id)
        day = lag.gone_on(erased_on) if lag else None
        if day == row.purge_on:
            continue
        row.purge_on = day
        keep_marks(file, row, marked_until(lag, erased_on))
        file.record(
            EventKind.BACKUP_DAY_MOVED,
            measure=row.id,
            system=row.system_id,
            right=right.right,
            purge_on=day,
        )


def lag_of(session: Db, system_id: str) -> BackupLag | None:
    """Return how long backups of a system keep what is erased, if anybody says."""
    system = session.get_one(DataSystem, system_id)
    house = session.get_one(Organisation, system.organisation_id)
    return backup_lag(facts_of(house), system_facts(system))


def raise_alarm(measure_id: str, now: datetime) -> None:
    """Tell who looks after the house that erasing has stopped for today, once a day."""
    with transaction() as session:
        case = session.get_one(Case, session.get_one(Measure, measure_id).case_id)
        house = session.get_one(Organisation, case.organisation_id, with_for_update=True)
        day = profiles.get(case.profile).local_date(now)
        roles = (Role.DATA_PROTECTION_OFFICER, Role.ADMIN)
        for staff_id in staff_in(session, house.id, roles):
            letter = _alarm(house, staff_id, now)
            letter.key = f"{house.id}:{ALARM}:{staff_id}:{day.isoformat()}"
            known = select(OutboxMessage.id).where(OutboxMessage.key == letter.key)
            if session.scalar(known) is None:
                session.add(letter)


def _undo_window() -> timedelta:
    return timedelta(hours=current_app.extensions["dsar.config"].erasure.undo_hours)


def _erased_today(file: CaseFile) -> int:
    """Return how often the organisation has erased since midnight, held against others."""
    profile = profiles.get(file.case.profile)
    today = profile.local_date(file.now)
    since = datetime.combine(today, time(), profile.zone).astimezone(UTC)
    house = file.case.organisation_id
    file.session.get_one(Organisation, house, with_for_update={"key_share": True})
    query = (
        select(func.count(Measure.id))
        .join(Case, Case.id == Measure.case_id)
        .where(
            Case.organisation_id == house,
            Measure.act == str(Act.ERASE),
            Measure.executed_at >= since,
        )
    )
    return file.session.scalar(query) or 0


def _alarm(house: Organisation, staff_id: str, now: datetime) -> OutboxMessage:
    cap = current_app.extensions["dsar.config"].erasure.daily_cap
    return OutboxMessage(
        id=new_id(),
        organisation_id=house.id,
        recipient="staff",
        staff_id=staff_id,
        channel="email",
        template=ALARM,
        language=facts_of(house).default_language,
        facts={"n": cap},
        state="waiting",
        created_at=now,
        not_before=now,
        attempts=0,
    )
