"""A person's browser that has opened her case: the ways in, kept alive, ended."""

import hmac
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from dsar.domain.access_codes import code_hash, token_hash
from dsar.domain.cases import State
from dsar.domain.errors import DomainError
from dsar.domain.events import PERSON
from dsar.models import Case, OneTimeLink, Organisation, PortalSession, db, new_id
from dsar.services.budgets import spend
from dsar.services.casefile import CaseFile
from dsar.services.contact.tokens import (
    CodeExpired,
    CodePurpose,
    CodeTooMany,
    CodeWrong,
    LinkPurpose,
    LinkUsed,
    try_code,
    use_link,
)
from dsar.services.identity.confirmation import confirm
from dsar.services.transaction import Db, transaction
from dsar.vault import current_vault

log = logging.getLogger(__name__)

QUARTER: Final = timedelta(minutes=15)
#: However often it is used.
WHOLE: Final = timedelta(hours=12)
#: A session is written to at most once in this time, so that reading a page rarely writes.
TOUCH: Final = timedelta(minutes=1)
#: A second press of a link's button by the same browser shows the first result.
SECOND_PRESS: Final = timedelta(minutes=10)
#: Links that a person gets; the other purposes belong to staff.
OURS: Final = (LinkPurpose.CONFIRM, LinkPurpose.OPEN)
#: Others behind the same network address have room too.
_CLIENT_FACTOR: Final = 5
_NO_MISSES: Final = 1_000_000_000


class NoSuchCase(DomainError):
    """Number and secret do not belong together: one answer for every cause."""

    message_id = "p8.secret.err"


class CodeRefused(DomainError):
    """The mailed code opens nothing: unknown case, wrong, old or used, all alike."""

    message_id = "p8.code.err"


@dataclass(frozen=True, slots=True)
class Knock:
    """Which case somebody at a network address says is hers, and how often she may."""

    organisation_key: str
    number: str
    client: str
    tries: int


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """The one case that a browser has opened."""

    session_id: str
    case_id: str
    number: str


@dataclass(frozen=True, slots=True)
class WaitingLink:
    """A link whose button has not been pressed."""

    purpose: LinkPurpose
    number: str


def find_opened(
    token: str, organisation_key: str, idle: timedelta, now: datetime
) -> OpenedCase | None:
    """Return the case that a browser has opened here, and keep its session alive."""
    row = db.session.execute(
        select(PortalSession.id, PortalSession.seen_at, Case.id, Case.number)
        .join(Case, Case.id == PortalSession.case_id)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(
            PortalSession.token_hash == token_hash(token),
            PortalSession.ended_at.is_(None),
            PortalSession.seen_at > now - idle,
            PortalSession.created_at > now - WHOLE,
            Organisation.key == organisation_key,
            Case.state != State.DISPOSED,
        )
    ).one_or_none()
    if row is None:
        return None
    session_id, seen_at, case_id, number = row
    if seen_at <= now - TOUCH:
        _touch(session_id, now)
    return OpenedCase(session_id, case_id, number)


def open_case_of(case_id: str, now: datetime) -> str:
    """Open a case for a browser that holds its receipt; return the token of the session."""
    with transaction() as session:
        return begin(session, case_id, now)


def open_by_access_code(knock: Knock, access_code: str, now: datetime) -> str:
    """Open a case by number and access code. Raises NoSuchCase or RateLimited."""
    _spend(knock, now)
    case_id, kept = _case_of(knock)
    if not hmac.compare_digest(code_hash(access_code), kept) or not case_id:
        log.warning("case not opened", extra={"way": "access_code"})
        raise NoSuchCase
    with transaction() as session:
        return begin(session, case_id, now)


def open_by_code(knock: Knock, code: str, now: datetime) -> str:
    """Open a case by number and mailed code. Raises CodeRefused or RateLimited.

    The code came by mail, so the address is confirmed with it.
    """
    _spend(knock, now)
    case_id, _ = _case_of(knock)
    try:
        try_code(case_id, CodePurpose.OPEN, code, now)
    except CodeExpired:
        # A live code costs one write more; so does none.
        spend(f"no-code:{_client(knock)}", _NO_MISSES, QUARTER, now)
        raise CodeRefused from None
    except (CodeWrong, CodeTooMany):
        raise CodeRefused from None
    with transaction() as session:
        confirm(_file(session, case_id, now), "code")
        return begin(session, case_id, now)


def peek_link(organisation_key: str, token: str, now: datetime) -> WaitingLink | None:
    """Return what a link will do when its button is pressed; changes nothing."""
    link = _link(organisation_key, token)
    if link is None or link.used_at is not None or link.expires_at <= now:
        return None
    number = db.session.scalars(select(Case.number).where(Case.id == link.case_id)).one()
    return WaitingLink(LinkPurpose(link.purpose), number)


def open_by_link(organisation_key: str, token: str, now: datetime) -> str:
    """Use up a link: confirm the address it came to, and open the case. Raises LinkUsed."""
    link = _link(organisation_key, token)
    purpose = LinkPurpose(link.purpose) if link is not None else LinkPurpose.OPEN
    with transaction() as session:
        used = use_link(session, token, purpose, now)
        if link is None or used.case_id is None:
            raise LinkUsed
        confirm(_file(session, used.case_id, now), "link")
        return begin(session, used.case_id, now)


def has_just_opened(
    organisation_key: str, token: str, opened: OpenedCase | None, now: datetime
) -> bool:
    """Say whether this browser has pressed this link's button minutes ago."""
    link = _link(organisation_key, token)
    if opened is None or link is None or link.used_at is None:
        return False
    return link.case_id == opened.case_id and link.used_at > now - SECOND_PRESS


def end(token: str, now: datetime) -> None:
    """End a browser's session; again is no error."""
    with transaction() as session:
        session.execute(
            update(PortalSession)
            .where(PortalSession.token_hash == token_hash(token))
            .where(PortalSession.ended_at.is_(None))
            .values(ended_at=now)
        )


def begin(session: Db, case_id: str, now: datetime) -> str:
    """Add a session for one case in the caller's transaction; return its token (256 bits)."""
    token = secrets.token_urlsafe(32)
    session.add(
        PortalSession(
            id=new_id(),
            token_hash=token_hash(token),
            case_id=case_id,
            created_at=now,
            seen_at=now,
        )
    )
    return token


def _touch(session_id: str, now: datetime) -> None:
    with transaction() as session:
        session.execute(
            update(PortalSession).where(PortalSession.id == session_id).values(seen_at=now)
        )


def _spend(knock: Knock, now: datetime) -> None:
    """Count the try before anything is looked up: for this number, and for this client."""
    number = current_vault().blind("knock", f"{knock.organisation_key}:{knock.number}")
    spend(f"knock-at:{_client(knock)}", knock.tries * _CLIENT_FACTOR, QUARTER, now)
    spend(f"knock:{number}:{_client(knock)}", knock.tries, QUARTER, now)
    spend(f"knock-all:{number}", knock.tries * _CLIENT_FACTOR, QUARTER, now)


def _client(knock: Knock) -> str:
    return current_vault().blind("client", knock.client)


def _case_of(knock: Knock) -> tuple[str, str]:
    """Return id and access code hash of the case; for no case an id and a hash of none."""
    row = db.session.execute(
        select(Case.id, Case.access_code_hash)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(Organisation.key == knock.organisation_key, Case.number == knock.number)
        .where(Case.state != State.DISPOSED)
    ).one_or_none()
    return (row[0], row[1]) if row is not None else ("", token_hash(""))


def _link(organisation_key: str, token: str) -> OneTimeLink | None:
    return db.session.scalar(
        select(OneTimeLink)
        .join(Case, Case.id == OneTimeLink.case_id)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.purpose.in_(map(str, OURS)),
            Organisation.key == organisation_key,
            Case.state != State.DISPOSED,
        )
    )


def _file(session: Db, case_id: str, now: datetime) -> CaseFile:
    case = session.get_one(Case, case_id, with_for_update=True)
    return CaseFile(session, case, PERSON, now)
