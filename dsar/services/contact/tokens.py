"""Mailed codes and one-time links: random, stored as hashes, counted and used atomically."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update

from dsar.domain.access_codes import token_hash
from dsar.domain.errors import DomainError
from dsar.models import MailedCode, OneTimeLink, new_id
from dsar.services.rows import changed
from dsar.services.transaction import Db, transaction

#: Tries that a mailed code allows (decision 21).
TRIES = 5


class CodeWrong(DomainError):
    """The code is not the one in the newest mail."""

    message_id = "error.code_wrong"


class CodeExpired(DomainError):
    """The code was never asked for, is used, replaced or too old."""

    message_id = "error.code_expired"


class CodeTooMany(DomainError):
    """The tries of this code are used up."""

    message_id = "error.code_too_many"


class LinkUsed(DomainError):
    """The link is unknown, used, replaced or too old: the answer is the same."""

    message_id = "error.link_used"


class CodePurpose(StrEnum):
    """What a mailed code opens."""

    CONFIRM = "confirm"
    OPEN = "open"
    PACKAGE = "package"


class LinkPurpose(StrEnum):
    """What a one-time link opens."""

    SETUP = "setup"
    INVITE = "invite"
    CONFIRM = "confirm"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """What a link was made for."""

    purpose: LinkPurpose
    case_id: str | None = None
    staff_id: str | None = None


@dataclass(frozen=True, slots=True)
class CodeTarget:
    """What a mailed code is made for."""

    purpose: CodePurpose
    case_id: str


def make_code(session: Db, target: CodeTarget, lives: timedelta, now: datetime) -> str:
    """Return a new six-digit code for a case; earlier ones of the purpose stop working."""
    code = f"{secrets.randbelow(1_000_000):06}"
    session.execute(
        update(MailedCode)
        .where(
            MailedCode.case_id == target.case_id,
            MailedCode.purpose == target.purpose,
            MailedCode.superseded_at.is_(None),
        )
        .values(superseded_at=now)
    )
    row_id = new_id()
    session.add(
        MailedCode(
            id=row_id,
            case_id=target.case_id,
            purpose=str(target.purpose),
            code_hash=_digits_hash(row_id, code),
            created_at=now,
            expires_at=now + lives,
            tries=0,
        )
    )
    return code


def try_code(case_id: str, purpose: CodePurpose, typed: str, now: datetime) -> None:
    """Use up the newest code of a case. Raises CodeWrong, CodeExpired or CodeTooMany.

    The try is counted in a transaction of its own before the code is compared, so
    that guesses made at the same time cannot share a count.
    """
    row_id, expected = _count_try(case_id, purpose, now)
    digits = "".join(filter(str.isdigit, typed))
    if not hmac.compare_digest(_digits_hash(row_id, digits), expected):
        raise CodeWrong
    with transaction() as session:
        used = session.execute(
            update(MailedCode)
            .where(MailedCode.id == row_id, MailedCode.used_at.is_(None))
            .values(used_at=now)
        )
        if not changed(used):
            raise CodeExpired


def make_link(session: Db, target: LinkTarget, lives: timedelta, now: datetime) -> str:
    """Return the token (256 bits) of a new one-time link; earlier ones stay valid."""
    token = secrets.token_urlsafe(32)
    session.add(
        OneTimeLink(
            id=new_id(),
            token_hash=token_hash(token),
            purpose=str(target.purpose),
            case_id=target.case_id,
            staff_id=target.staff_id,
            created_at=now,
            expires_at=now + lives,
        )
    )
    return token


def find_link(session: Db, token: str, purpose: LinkPurpose, now: datetime) -> OneTimeLink:
    """Return an unused link, changing nothing. Raises LinkUsed."""
    row = session.scalar(
        select(OneTimeLink).where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
        )
    )
    if row is None:
        raise LinkUsed
    return row


def use_link(session: Db, token: str, purpose: LinkPurpose, now: datetime) -> OneTimeLink:
    """Use up a link in the caller's transaction and return it. Raises LinkUsed."""
    row = find_link(session, token, purpose, now)
    used = session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.id == row.id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    if not changed(used):
        raise LinkUsed
    return row


def revoke(session: Db, case_id: str, now: datetime) -> None:
    """Let every code and link of a case die: its address is another from now on."""
    session.execute(
        update(MailedCode)
        .where(MailedCode.case_id == case_id, MailedCode.superseded_at.is_(None))
        .values(superseded_at=now)
    )
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.case_id == case_id, OneTimeLink.expires_at > now)
        .values(expires_at=now)
    )


def _count_try(case_id: str, purpose: CodePurpose, now: datetime) -> tuple[str, str]:
    with transaction() as session:
        row = session.scalar(
            select(MailedCode)
            .where(
                MailedCode.case_id == case_id,
                MailedCode.purpose == purpose,
                MailedCode.superseded_at.is_(None),
                MailedCode.used_at.is_(None),
                MailedCode.expires_at > now,
            )
            .with_for_update()
        )
        if row is None:
            raise CodeExpired
        if row.tries >= TRIES:
            raise CodeTooMany
        row.tries += 1
        return row.id, row.code_hash


def _digits_hash(row_id: str, code: str) -> str:
    return hashlib.sha256(f"{row_id}:{code}".encode()).hexdigest()
