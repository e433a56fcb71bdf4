"""Notices that move a clock: prepared, pending until they have left, then on record."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select

from dsar.domain.clock import VOID_NOTICE, ClockEvent
from dsar.domain.clock_notices import ExtensionReason, NoticeKind, NoticePending
from dsar.models import Case, ClockNotice, RequestedRight, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock import deadlines
from dsar.services.clock.deadlines import Preview
from dsar.services.staff.staffing import responsible_for
from dsar.services.transaction import Db
from dsar.vault import KeyDestroyed, current_vault


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice as a page shows it. Until it has left (notified_at) it moves nothing."""

    id: str
    kind: NoticeKind
    right: str | None
    reason: ExtensionReason | None
    text: str
    reply: str
    pauses: bool
    until: date | None
    answer_by: date | None
    created_at: datetime
    notified_at: datetime | None
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Return whether it is a question that waits for its answer."""
        return self.kind is NoticeKind.QUESTION and self.answered_at is None


def notices_of(case_id: str) -> list[NoticeView]:
    """Return the notices of a case but its fees, oldest first; textless once disposed."""
    return [_view(row) for row in db.session.scalars(_rows(case_id))]


def affected(session: Db, case_id: str, right: str | None) -> list[RequestedRight]:
    """Return the rights whose clocks run, and that a notice about this right concerns."""
    running = deadlines.running_rights(session, case_id)
    return [row for row in running if right in (None, row.right)]


def previews(case: Case, right: str | None, event: ClockEvent) -> list[Preview]:
    """Return what an event would make of each clock that it concerns. Writes nothing."""
    rows = affected(db.session, case.id, right)
    return [deadlines.preview(db.session, case, row.right, event) for row in rows]


def check_all(session: Db, case: Case, right: str | None, event: ClockEvent) -> None:
    """Raise the rule that an event breaks on any clock that it concerns."""
    for row in affected(session, case.id, right):
        deadlines.check_event(session, case, row.right, event)


def refuse_second(file: CaseFile, kind: NoticeKind) -> None:
    """Raise NoticePending while a notice of the kind is on its way."""
    query = _rows(file.case.id).where(
        ClockNotice.kind == str(kind), ClockNotice.notified_at.is_(None)
    )
    if file.session.scalar(query.limit(1)) is not None:
        raise NoticePending


@contextmanager
def watched(file: CaseFile, notice: ClockNotice) -> Iterator[None]:
    """Tell staff, once, when a notice that has left turns out to move nothing.

    The person was promised more time that the law does not give: somebody must act.
    """
    before = _void_flags(file, notice)
    yield
    if _void_flags(file, notice) <= before:
        return
    facts = {"due": file.case.sort_on}
    for staff_id in responsible_for(file.session, file.case):
        file.tell_staff(Notice("t30", facts, once=notice.id), staff_id)


def _void_flags(file: CaseFile, notice: ClockNotice) -> set[tuple[str, str]]:
    rows = affected(file.session, file.case.id, notice.right)
    return {(row.right, flag) for row in rows for flag in VOID_NOTICE & set(row.clock_flags)}


def _rows(case_id: str) -> Select[ClockNotice]:
    query = select(ClockNotice).where(
        ClockNotice.case_id == case_id, ClockNotice.kind != str(NoticeKind.FEE)
    )
    return query.order_by(ClockNotice.created_at, ClockNotice.id)


def _view(row: ClockNotice) -> NoticeView:
    vault = current_vault()
    try:
        text, reply = vault.open(row, "body"), vault.open_optional(row, "reply") or ""
    except KeyDestroyed:
        text = reply = ""
    return NoticeView(
        id=row.id,
        kind=NoticeKind(row.kind),
        right=row.right,
        reason=ExtensionReason(row.reason) if row.reason else None,
        text=text,
        reply=reply,
        pauses=row.pauses,
        until=row.until,
        answer_by=row.answer_by,
        created_at=row.created_at,
        notified_at=row.notified_at,
        answered_at=row.answered_at,
    )
