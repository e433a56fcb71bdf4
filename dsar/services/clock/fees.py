"""A fee: told with its amount and reasons first; the person takes it, or withdraws for free."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from dsar import profiles
from dsar.domain.cases import Outcome
from dsar.domain.clock import ClockError, ClockEvent, ClockEventKind
from dsar.domain.clock_notices import CaseEnded, NoticeKind
from dsar.domain.events import Actor, EventKind
from dsar.domain.fees import (
    CURRENCIES,
    GROUND,
    FeeAmountWrong,
    FeeEnd,
    FeeGround,
    FeeNotAnnounced,
    FeeNotInLaw,
    FeeOpen,
    FeeUnproven,
    FeeWithoutReasons,
    amount_of,
)
from dsar.domain.identity import ANSWER_DAYS
from dsar.i18n import format_money
from dsar.models import Case, CaseEvent, ClockNotice, OutboxMessage, db
from dsar.services.answer.closure import end_rights
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock import clock_notices, deadlines
from dsar.services.clock.deadlines import Preview
from dsar.services.progress import open_file
from dsar.services.staff.staffing import responsible_for
from dsar.services.transaction import Db, transaction
from dsar.vault import KeyDestroyed, current_vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """A fee for the rights that run, or for one. The id is the form's number.

    facts: what shows the repetition or the abuse; costs: how the sum is made up.
    is_proven: staff confirm that the facts which show it are documented.
    """

    id: str
    case_id: str
    ground: FeeGround
    amount: str
    currency: str
    facts: str
    costs: str
    is_proven: bool
    right: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeView:
    """A fee as its pages show it. Until it was told (notified_at) it does nothing."""

    id: str
    right: str | None
    ground: FeeGround
    amount: str
    facts: str
    costs: str
    pauses: bool
    answer_by: date | None
    created_at: datetime
    notified_at: datetime | None
    accepted_at: datetime | None
    ended: FeeEnd | None

    @property
    def is_open(self) -> bool:
        """Return whether it is neither paid nor given up."""
        return self.ended is None

    @property
    def waits(self) -> bool:
        """Return whether the person must say whether she takes it."""
        return self.is_open and self.notified_at is not None and self.accepted_at is None


def announce(command: Announce, actor: Actor, now: datetime) -> None:
    """Prepare a fee and its notice; it moves no date until the notice has left.

    Raises FeeNotInLaw, FeeAmountWrong, FeeWithoutReasons, FeeUnproven, FeeOpen, CaseEnded.
    """
    with transaction() as session:
        file = open_file(session, command.case_id, actor, now)
        if session.get(ClockNotice, command.id) is not None:
            return
        _check(file, command)
        session.add(_row(file, command))
        file.record(
            EventKind.FEE_ANNOUNCED,
            notice=command.id,
            ground=str(command.ground),
            **({"right": command.right} if command.right else {}),
        )
        told = {"notice": command.id, "amount": _sum(file.case, command)}
        file.tell(Notice("m26", told, once=command.id))


def notice_left(file: CaseFile, letter: OutboxMessage) -> None:
    """Let the fee take effect: the person has been told of it (decision 5)."""
    notice = file.session.get(ClockNotice, letter.facts.get("notice", ""))
    if notice is None or notice.notified_at is not None:
        return
    notice.notified_at = file.now
    _record(file, EventKind.FEE_NOTICE_SENT, notice, pauses=notice.pauses)
    deadlines.recount(file, EventKind.FEE_NOTICE_SENT)


def accept(notice_id: str, actor: Actor, now: datetime) -> None:
    """Keep that the person takes the fee; again, or too late, is no error.

    Raises FeeNotAnnounced.
    """
    with transaction() as session:
        file, notice = _told(session, notice_id, (actor, now))
        if notice.answered_at is not None or _end_of(session, notice) is not None:
            return
        notice.answered_at = now
        file.record(EventKind.FEE_ACCEPTED, notice=notice.id)
        for staff_id in responsible_for(session, file.case):
            file.tell_staff(Notice("t12", once=notice.id), staff_id)


def settle(notice_id: str, end: FeeEnd, actor: Actor, now: datetime) -> None:
    """End a fee: paid, given up, or the request taken back instead, which costs nothing.

    Given up or withdrawn, the clock runs as if nobody had asked. The first end stands.
    Raises FeeNotAnnounced.
    """
    with transaction() as session:
        file, notice = _told(session, notice_id, (actor, now))
        if _end_of(session, notice) is not None:
            return
        pauses = notice.pauses
        _record(file, EventKind.FEE_SETTLED, notice, end=str(end), pauses=pauses)
        deadlines.recount(file, EventKind.FEE_SETTLED)
        if end is FeeEnd.WITHDRAWN:
            rights = clock_notices.affected(session, file.case.id, notice.right)
            end_rights(file, {right.id: Outcome.WITHDRAWN for right in rights})


def fees_of(case_id: str) -> list[FeeView]:
    """Return the fees of a case, oldest first."""
    rows = db.session.scalars(
        select(ClockNotice)
        .where(ClockNotice.case_id == case_id, ClockNotice.kind == str(NoticeKind.FEE))
        .order_by(ClockNotice.created_at, ClockNotice.id)
    )
    return [_view(row) for row in rows]


def open_fee(case_id: str) -> FeeView | None:
    """Return the fee that is neither paid nor given up."""
    return next((one for one in fees_of(case_id) if one.is_open), None)


def is_lawful(case: Case) -> bool:
    """Say whether the law of a case knows a fee at all."""
    return profiles.get(case.profile).ground(GROUND) is not None


def previews(case: Case, now: datetime) -> list[Preview]:
    """Return what a fee told now would make of each date; nothing where it stops no clock."""
    if not _pauses(db.session, case, None, now):
        return []
    return clock_notices.previews(case, None, _event(now))


def _check(file: CaseFile, command: Announce) -> None:
    if not is_lawful(file.case):
        raise FeeNotInLaw
    if not clock_notices.affected(file.session, command.case_id, command.right):
        raise CaseEnded
    amount_of(command.amount)
    if command.currency not in CURRENCIES:
        raise FeeAmountWrong
    if not command.facts.strip() or not command.costs.strip():
        raise FeeWithoutReasons
    if not command.is_proven:
        raise FeeUnproven
    if open_fee(command.case_id) is not None:
        raise FeeOpen


def _row(file: CaseFile, command: Announce) -> ClockNotice:
    today = profiles.get(file.case.profile).local_date(file.now)
    row = ClockNotice(
        id=command.id,
        case_id=command.case_id,
        kind=str(NoticeKind.FEE),
        right=command.right,
        reason=str(command.ground),
        pauses=_pauses(file.session, file.case, command.right, file.now),
        answer_by=today + timedelta(days=ANSWER_DAYS),
        created_by=file.actor.ref,
        created_at=file.now,
    )
    body = {
        "amount": _sum(file.case, command),
        "facts": command.facts.strip(),
        "costs": command.costs.strip(),
    }
    current_vault().seal(row, "body", json.dumps(body))
    return row


def _sum(case: Case, command: Announce) -> str:
    """Return the amount as the person writes it."""
    return format_money(amount_of(command.amount), command.currency, case.language)


def _event(now: datetime) -> ClockEvent:
    return ClockEvent(ClockEventKind.FEE_ASKED, now, delay_explained=True)


def _pauses(session: Db, case: Case, right: str | None, now: datetime) -> bool:
    """Say whether the law stops the clock for a fee: in the EEA it does not (R30, R31)."""
    try:
        clock_notices.check_all(session, case, right, _event(now))
    except ClockError:
        return False
    return True


def _told(
    session: Db, notice_id: str, by: tuple[Actor, datetime]
) -> tuple[CaseFile, ClockNotice]:
    found = session.get_one(ClockNotice, notice_id)
    file = open_file(session, found.case_id, *by)
    notice = session.get_one(ClockNotice, notice_id, populate_existing=True)
    if notice.notified_at is None:
        raise FeeNotAnnounced
    return file, notice


def _record(file: CaseFile, kind: EventKind, notice: ClockNotice, **facts: object) -> None:
    named = {"right": notice.right} if notice.right else {}
    file.record(kind, notice=notice.id, **facts, **named)


def _end_of(session: Db, row: ClockNotice) -> FeeEnd | None:
    entries = session.scalars(
        select(CaseEvent.facts).where(
            CaseEvent.case_id == row.case_id, CaseEvent.kind == str(EventKind.FEE_SETTLED)
        )
    )
    ends = (FeeEnd(facts["end"]) for facts in entries if facts["notice"] == row.id)
    return next(ends, None)


def _view(row: ClockNotice) -> FeeView:
    try:
        body = json.loads(current_vault().open(row, "body"))
    except KeyDestroyed:
        body = {"amount": "", "facts": "", "costs": ""}
    return FeeView(
        id=row.id,
        right=row.right,
        ground=FeeGround(row.reason or FeeGround.EXCESSIVE),
        **body,
        pauses=row.pauses,
        answer_by=row.answer_by,
        created_at=row.created_at,
        notified_at=row.notified_at,
        accepted_at=row.answered_at,
        ended=_end_of(db.session, row),
    )
