"""Handing over: sent once, opened with two secrets, for a while, so many times, on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import current_app
from sqlalchemy import select, update

from dsar.domain.cases import Action, State
from dsar.domain.deliveries import How, What
from dsar.domain.errors import DomainError
from dsar.domain.events import PERSON, Actor, EventKind
from dsar.models import (
    Case,
    Delivery,
    OutboxMessage,
    Package,
    PortalSession,
    RequestedRight,
    StoredFile,
    new_id,
)
from dsar.services.answer.announcing import announcement
from dsar.services.answer.packaging import LETTER, PAGE, ZIP, read_part
from dsar.services.answer.release import SendAnswer, check_release
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock import deadlines
from dsar.services.progress import advance, open_file
from dsar.services.rows import changed
from dsar.services.transaction import Db, transaction

#: So long after a mailed code a browser may open the answer; then it asks for a new one.
CODE_HOLDS: Final = timedelta(minutes=30)
_PARTS: Final = {What.PAGE: PAGE, What.LETTER: LETTER, What.ZIP: ZIP}

__all__ = [
    "Opened",
    "SendAnswer",
    "deliveries_of",
    "download",
    "expire",
    "may_open",
    "notice_left",
    "open_answer",
    "renew",
    "send",
]


class WindowClosed(DomainError):
    """The answer is no longer available; it can be made so again."""

    message_id = "error.window_closed"


class DownloadsUsed(DomainError):
    """The answer was downloaded as many times as is allowed."""

    message_id = "error.downloads_used"


@dataclass(frozen=True, slots=True)
class Opened:
    """What the person gets: a stream, with its size, kind and name."""

    chunks: Iterator[bytes]
    size: int
    media_type: str
    name: str


def send(command: SendAnswer, actor: Actor, now: datetime) -> str:
    """Hand an approved answer over, and return the delivery; the same way twice is once.

    Online it counts as delivered when the notice has left the house (decision 5).
    Raises NotApproved, PackageOutdated, IdentityMissing, CoolingOff, NoAddress,
    DayNotSinceApproval.
    """
    with transaction() as session:
        found = session.get_one(Package, command.package_id)
        file = open_file(session, found.case_id, actor, now)
        package = session.get_one(Package, command.package_id, populate_existing=True)
        right = session.get_one(RequestedRight, package.right_id)
        if sent := _sent(session, package.id, command.how):
            return sent
        check_release(file, package, right, command)
        row = _delivery(file, package, command.how)
        session.add(row)
        file.record(
            EventKind.ANSWER_SENT,
            package=package.id,
            delivery=row.id,
            right=right.right,
            until=row.until,
            how=str(command.how),
        )
        if command.how is How.PORTAL:
            template = announcement(session, package, right)
            facts = {"until": row.until, "delivery": row.id}
            file.tell(Notice(template, facts, once=row.id))
        else:
            _delivered(file, row, command.given_on)
        return row.id


def notice_left(file: CaseFile, letter: OutboxMessage) -> None:
    """Count the answer as delivered: word of it has left the house (GDPR art. 12(3))."""
    _delivered(file, file.session.get_one(Delivery, letter.facts["delivery"]), None)


def may_open(session_row: PortalSession, now: datetime) -> bool:
    """Say whether a browser gave both secrets: a mailed code lately, and the access code."""
    given, code_at = session_row.access_code_at, session_row.code_at
    if session_row.ended_at is not None or given is None or code_at is None:
        return False
    return now - CODE_HOLDS <= code_at <= now


def open_answer(delivery_id: str, now: datetime) -> Opened:
    """Return the answer to read online, on record. Raises WindowClosed.

    Whoever opens it has been informed, even where no mail server sends our notices.
    """
    with transaction() as session:
        row, file = _window(session, delivery_id, now)
        row.first_opened_at = row.first_opened_at or now
        file.record(EventKind.ANSWER_OPENED, delivery=row.id)
        _delivered(file, row, None)
        return _opened(session, row, What.PAGE)


def download(delivery_id: str, what: What, now: datetime) -> Opened:
    """Return the letter or the whole package, counting one download before a byte leaves.

    Raises WindowClosed and DownloadsUsed.
    """
    with transaction() as session:
        row, file = _window(session, delivery_id, now)
        counted = session.execute(
            update(Delivery)
            .where(Delivery.id == delivery_id, Delivery.downloads_left > 0)
            .values(downloads_left=Delivery.downloads_left - 1)
        )
        if not changed(counted):
            raise DownloadsUsed
        session.refresh(row)
        row.first_opened_at = row.first_opened_at or now
        left = row.downloads_left
        file.record(EventKind.ANSWER_DOWNLOADED, delivery=row.id, what=str(what), left=left)
        _delivered(file, row, None)
        return _opened(session, row, what)


def renew(delivery_id: str, actor: Actor, now: datetime) -> None:
    """Open the window anew, with all its downloads; today's window again is no error."""
    with transaction() as session:
        row = session.get_one(Delivery, delivery_id)
        file = open_file(session, row.case_id, actor, now)
        until = now + _window_length()
        if row.how != How.PORTAL or (row.until == until and row.expired_at is None):
            return
        row.until, row.downloads_left = until, _portal().downloads
        row.warned_at = row.expired_at = None
        file.record(EventKind.DELIVERY_RENEWED, delivery=row.id, until=until)


def expire(delivery_id: str, actor: Actor, now: datetime) -> None:
    """Close a window whose time is over; again, or too early, is no error."""
    with transaction() as session:
        row = session.get_one(Delivery, delivery_id)
        file = open_file(session, row.case_id, actor, now)
        if row.expired_at is not None or row.until > now:
            return
        row.expired_at = now
        file.record(EventKind.DELIVERY_EXPIRED, delivery=row.id)


def deliveries_of(session: Db, case_id: str) -> list[tuple[Delivery, Package]]:
    """Return what was handed over in a case, the newest first."""
    query = (
        select(Delivery, Package)
        .join(Package, Package.id == Delivery.package_id)
        .where(Delivery.case_id == case_id)
        .order_by(Delivery.sent_at.desc(), Delivery.id)
    )
    return [(delivery, package) for delivery, package in session.execute(query)]


def _delivery(file: CaseFile, package: Package, how: How) -> Delivery:
    now = file.now
    row = Delivery(id=new_id(), case_id=package.case_id, package_id=package.id, how=str(how))
    row.sent_at = now
    if how is How.PORTAL:
        row.until, row.downloads_left = now + _window_length(), _portal().downloads
    else:
        row.until, row.downloads_left, row.warned_at, row.expired_at = now, 0, now, now
    return row


def _delivered(file: CaseFile, row: Delivery, given_on: date | None) -> None:
    """Count a delivery as made, once, and the right as answered."""
    if row.delivered_at is not None:
        return
    session = file.session
    package = session.get_one(Package, row.package_id)
    right = session.get_one(RequestedRight, package.right_id)
    row.delivered_at = file.now
    file.record(
        EventKind.DELIVERED, delivery=row.id, right=right.right, how=row.how, given_on=given_on
    )
    if State(right.state) is State.READY:
        advance(file, right, Action.DELIVER)
        deadlines.take_earliest(file)


def _window(session: Db, delivery_id: str, now: datetime) -> tuple[Delivery, CaseFile]:
    found = session.get_one(Delivery, delivery_id)
    file = open_file(session, found.case_id, PERSON, now)
    row = session.get_one(Delivery, delivery_id, populate_existing=True)
    if row.expired_at is not None or row.until <= now:
        raise WindowClosed
    return row, file


def _opened(session: Db, row: Delivery, what: What) -> Opened:
    package = session.get_one(Package, row.package_id)
    case = session.get_one(Case, row.case_id)
    ids = {
        What.PAGE: package.page_file_id,
        What.LETTER: package.letter_file_id,
        What.ZIP: package.file_id,
    }
    stored = session.get_one(StoredFile, str(ids[what]))
    chunks = read_part(package, _PARTS[what])
    return Opened(chunks, stored.size, stored.media_type, f"{case.number}.{what.extension}")


def _sent(session: Db, package_id: str, how: How) -> str | None:
    query = select(Delivery.id).where(Delivery.package_id == package_id)
    return session.scalar(query.where(Delivery.how == str(how)))


def _window_length() -> timedelta:
    return timedelta(days=_portal().window_days)


def _portal() -> Any:
    return current_app.extensions["dsar.config"].portal
