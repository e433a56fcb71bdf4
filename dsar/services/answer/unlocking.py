"""The way to an answer: a code by mail and the access code of the receipt, both at once."""

import base64
import hashlib
import hmac
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from sqlalchemy import select, update

from dsar.domain.access_codes import code_hash
from dsar.domain.deliveries import How
from dsar.domain.errors import DomainError
from dsar.domain.events import PERSON
from dsar.models import (
    Case,
    Delivery,
    MailedCode,
    Package,
    PortalSession,
    RequestedRight,
    StoredFile,
    db,
)
from dsar.models import OutboxMessage as Letter
from dsar.services.answer.delivery import WindowClosed, may_open
from dsar.services.answer.packaging import PAGE, read_part
from dsar.services.budgets import spend
from dsar.services.casefile import CaseFile, Notice
from dsar.services.contact.tokens import (
    CodeExpired,
    CodePurpose,
    CodeTarget,
    make_code,
    try_code,
)
from dsar.services.identity.confirmation import NewCode, NoAddress, requester_of
from dsar.services.transaction import transaction

log = logging.getLogger(__name__)

HOUR: Final = timedelta(hours=1)
#: Codes mailed for one case in an hour, and pairs of secrets tried.
CODES_AN_HOUR: Final = 5
TRIES_AN_HOUR: Final = 15
_STYLE, _STYLE_END = b"<style>", b"</style>"


class AccessCodeWrong(DomainError):
    """The access code is not the one of the receipt."""

    message_id = "error.access_code_wrong"


class NoAnswer(DomainError):
    """Nothing has been handed over in this case by this way."""

    message_id = "error.no_answer"


@dataclass(frozen=True, slots=True)
class Unlock:
    """Both secrets, as a browser that has the case open gives them."""

    session_id: str
    case_id: str
    code: str
    access_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """One answer as its page shows it: which right, how long, how often, how large.

    is_last: the right has not been opened again since.
    """

    delivery_id: str
    right: str
    sent_at: datetime
    until: datetime
    is_open: bool
    is_last: bool
    downloads_left: int
    letter_bytes: int
    package_bytes: int


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """The page of an answer as a stream, and the one stylesheet that it may use."""

    chunks: Iterator[bytes]
    style_hash: str


def answers_of(case_id: str, now: datetime) -> list[AnswerView]:
    """Return the newest answer to each right that was handed over online, oldest first."""
    rows = db.session.execute(
        select(Delivery, Package, RequestedRight.right, StoredFile.size)
        .join(Package, Package.id == Delivery.package_id)
        .join(RequestedRight, RequestedRight.id == Package.right_id)
        .outerjoin(StoredFile, StoredFile.id == Package.letter_file_id)
        .where(Delivery.case_id == case_id, Delivery.how == str(How.PORTAL))
        .order_by(Delivery.sent_at, Delivery.id)
    )
    newest = {
        right: AnswerView(
            delivery_id=delivery.id,
            right=right,
            sent_at=delivery.sent_at,
            until=delivery.until,
            is_open=delivery.expired_at is None and delivery.until > now,
            is_last=package.replaced_at is None,
            downloads_left=delivery.downloads_left,
            letter_bytes=letter_bytes or 0,
            package_bytes=package.size,
        )
        for delivery, package, right, letter_bytes in rows
    }
    return list(newest.values())


def is_unlocked(session_id: str, now: datetime) -> bool:
    """Say whether this browser has given both secrets lately."""
    row = db.session.get(PortalSession, session_id)
    return row is not None and may_open(row, now)


def has_code(case_id: str, now: datetime) -> bool:
    """Say whether a code for the answer is in the person's mailbox, not yet used or too old."""
    query = select(MailedCode.id).where(
        MailedCode.case_id == case_id,
        MailedCode.purpose == CodePurpose.PACKAGE,
        MailedCode.superseded_at.is_(None),
        MailedCode.used_at.is_(None),
        MailedCode.expires_at > now,
    )
    return db.session.scalar(query.limit(1)) is not None


def ask_code(new: NewCode, now: datetime) -> None:
    """Mail a code for the answer; pressed twice, it is sent once.

    Raises NoAnswer, NoAddress or RateLimited.
    """
    key = f"{new.case_id}:m13:person:{new.once}"
    if db.session.scalar(select(Letter.id).where(Letter.key == key)) is not None:
        return
    if not answers_of(new.case_id, now):
        raise NoAnswer
    if requester_of(db.session, new.case_id).email is None:
        raise NoAddress
    spend(f"answer-code:{new.case_id}", CODES_AN_HOUR, HOUR, now)
    with transaction() as session:
        case = session.get_one(Case, new.case_id, with_for_update=True)
        file = CaseFile(session, case, PERSON, now)
        code = make_code(session, CodeTarget(CodePurpose.PACKAGE, case.id), new.lives, now)
        file.tell(Notice("m13", {"time": now}, {"code": code}, once=new.once))


def unlock(attempt: Unlock, now: datetime) -> None:
    """Let a browser open the answers of its case; the same press again is no error.

    A wrong access code leaves the mailed one unused. Raises AccessCodeWrong, CodeWrong,
    CodeExpired, CodeTooMany or RateLimited.
    """
    spend(f"unlock:{attempt.case_id}", TRIES_AN_HOUR, HOUR, now)
    kept = select(Case.access_code_hash).where(Case.id == attempt.case_id)
    if not hmac.compare_digest(code_hash(attempt.access_code), db.session.scalars(kept).one()):
        log.warning("answer not unlocked", extra={"case": attempt.case_id})
        raise AccessCodeWrong
    try:
        try_code(attempt.case_id, CodePurpose.PACKAGE, attempt.code, now)
    except CodeExpired:
        if is_unlocked(attempt.session_id, now):  # the same press, a moment earlier
            return
        raise
    with transaction() as session:
        session.execute(
            update(PortalSession)
            .where(PortalSession.id == attempt.session_id)
            .where(PortalSession.case_id == attempt.case_id)
            .values(code_at=now, access_code_at=now)
        )


def read_page(delivery_id: str, now: datetime) -> AnswerPage:
    """Return the page of an answer that has been opened. Raises WindowClosed."""
    delivery = db.session.get_one(Delivery, delivery_id)
    if delivery.expired_at is not None or delivery.until <= now:
        raise WindowClosed
    chunks = read_part(db.session.get_one(Package, delivery.package_id), PAGE)
    head = b""
    while _STYLE_END not in head and (chunk := next(chunks, b"")):
        head += chunk
    return AnswerPage(chain([head], chunks), _style_hash(head))


def _style_hash(head: bytes) -> str:
    """Return the page's own stylesheet as a CSP source: of the page as it was built."""
    style = head.partition(_STYLE)[2].partition(_STYLE_END)[0]
    return "sha256-" + base64.b64encode(hashlib.sha256(style).digest()).decode()
