"""Signing in: password, then second factor; and the signed-in browsers, as rows."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from unicodedata import normalize

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update

from dsar.domain.access_codes import code_hash, token_hash
from dsar.domain.errors import DomainError
from dsar.models import ApiKey, RecoveryCode, Staff, StaffSession, db, new_id
from dsar.services.budgets import spend
from dsar.services.rows import changed
from dsar.services.transaction import Db, transaction
from dsar.vault import current_vault, normalise_address

log = logging.getLogger(__name__)

QUARTER: Final = timedelta(minutes=15)
#: The way from the password to the second factor.
HALF_WAY: Final = timedelta(minutes=10)
#: A session is written to at most once in this time, so that reading a page rarely writes.
TOUCH: Final = timedelta(minutes=1)
TOTP_SECONDS: Final = 30
#: Others at the same address, and other addresses for the same account, have room too.
_ADDRESS_FACTOR, _ACCOUNT_FACTOR = 5, 10


class SignInRefused(DomainError):
    """The address or the password is wrong, or the account is closed: one answer for all."""

    message_id = "s1.err"


class FactorRefused(DomainError):
    """The code is wrong, used, or the way from the password took too long."""

    message_id = "s1.otp.err"


class NotHalfWay(DomainError):
    """No password was given in this browser, or too long ago."""

    message_id = "s1.again"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lives: without use, and in all."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who says to be whom, from which network address, with how many tries a quarter hour."""

    email: str
    password: str
    address: str
    tries: int


def hasher() -> PasswordHasher:
    """Return Argon2id with its current parameters."""
    return PasswordHasher()


def password_hash(password: str) -> str:
    """Return the hash under which a password is kept."""
    return hasher().hash(normalize("NFKC", password))


@cache
def _nobodys_hash() -> str:
    return password_hash(secrets.token_urlsafe(16))


def sign_in(attempt: SignIn, now: datetime) -> str:
    """Check the password; return the token of a session that waits for the second factor.

    Raises SignInRefused (the same for every cause) or RateLimited.
    """
    email = normalise_address(attempt.email)
    who, where = (current_vault().blind("sign_in", v) for v in (email, attempt.address))
    spend(f"sign-in:{who}:{where}", attempt.tries, QUARTER, now)
    spend(f"sign-in-at:{where}", attempt.tries * _ADDRESS_FACTOR, QUARTER, now)
    spend(f"sign-in-as:{who}", attempt.tries * _ACCOUNT_FACTOR, QUARTER, now)
    found = db.session.scalar(select(Staff).where(Staff.email_key == email))
    is_open = found is not None and found.disabled_at is None and bool(found.password_hash)
    kept = found.password_hash if found is not None and is_open else _nobodys_hash()
    staff_id = found.id if found is not None else ""
    if not is_password(kept, attempt.password) or not is_open:
        log.warning("sign-in refused", extra={"staff": staff_id or "unknown"})
        raise SignInRefused
    with transaction() as session:
        staff = session.get_one(Staff, staff_id)
        if hasher().check_needs_rehash(staff.password_hash):
            staff.password_hash = password_hash(attempt.password)
        return begin(session, staff_id, None, now)


def is_password(kept: str, typed: str) -> bool:
    """Return whether the password is the one whose hash is kept."""
    try:
        return hasher().verify(kept, normalize("NFKC", typed))
    except (VerificationError, InvalidHashError):
        return False


def show_factor(token: str, code: str, tries: int, now: datetime) -> str:
    """Check the second factor; return the token of a new session, signed in.

    A code of the authenticator and a recovery code each work once. Raises NotHalfWay,
    FactorRefused or RateLimited.
    """
    half = half_way(token, now)
    if half is None:
        raise NotHalfWay
    staff_id, row_id = half.id, token_hash(token)
    spend(f"factor:{staff_id}", tries, QUARTER, now)
    with transaction() as session:
        use_factor(session, session.get_one(Staff, staff_id), code, now)
        session.execute(
            update(StaffSession).where(StaffSession.token_hash == row_id).values(ended_at=now)
        )
        log.info("signed in", extra={"staff": staff_id})
        return begin(session, staff_id, now, now)


def half_way(token: str, now: datetime) -> Staff | None:
    """Return whose password was given in this browser, not yet with the second factor."""
    return db.session.scalar(
        select(Staff)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(
            StaffSession.token_hash == token_hash(token),
            StaffSession.factor_at.is_(None),
            StaffSession.ended_at.is_(None),
            StaffSession.created_at > now - HALF_WAY,
            Staff.disabled_at.is_(None),
        )
    )


def use_factor(session: Db, staff: Staff, code: str, now: datetime) -> None:
    """Use up a code of the authenticator or a recovery code. Raises FactorRefused."""
    plain = "".join(filter(str.isalnum, code))
    used = _use_step(session, staff, plain, now) or _use_recovery_code(
        session, staff, code, now
    )
    if not used:
        log.warning("second factor refused", extra={"staff": staff.id})
        raise FactorRefused


def totp_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step whose code this is (this one, the last or the next), or None."""
    totp, step = pyotp.TOTP(secret), int(now.timestamp()) // TOTP_SECONDS
    near = (step, step - 1, step + 1)
    fits = (n for n in near if secrets.compare_digest(totp.generate_otp(n), code))
    return next(fits, None) if code.isascii() else None


def _use_step(session: Db, staff: Staff, code: str, now: datetime) -> bool:
    if staff.totp_secret is None:
        return False
    secret = current_vault().open_installation(totp_place(staff.id), bytes(staff.totp_secret))
    step = totp_step(secret, code, now)
    if step is None:
        return False
    newer = (Staff.totp_step.is_(None)) | (Staff.totp_step < step)
    result = session.execute(
        update(Staff).where(Staff.id == staff.id, newer).values(totp_step=step)
    )
    return bool(changed(result))


def _use_recovery_code(session: Db, staff: Staff, code: str, now: datetime) -> bool:
    result = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.staff_id == staff.id,
            RecoveryCode.code_hash == code_hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return bool(changed(result))


def totp_place(staff_id: str) -> str:
    """Return the place that the seal of an authenticator's secret is bound to."""
    return f"staff/{staff_id}/totp"


def begin(session: Db, staff_id: str, factor_at: datetime | None, now: datetime) -> str:
    """Return the token (256 bits) of a new session; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            id=new_id(),
            token_hash=token_hash(token),
            staff_id=staff_id,
            created_at=now,
            seen_at=now,
            factor_at=factor_at,
        )
    )
    return token


def resume(token: str, lifetime: Lifetime, now: datetime) -> Staff | None:
    """Return who is signed in with this token, or None; notes that the session is in use."""
    row = db.session.scalar(
        select(StaffSession).where(
            StaffSession.token_hash == token_hash(token),
            StaffSession.factor_at.is_not(None),
            StaffSession.ended_at.is_(None),
            StaffSession.seen_at > now - lifetime.idle,
            StaffSession.created_at > now - lifetime.whole,
        )
    )
    if row is None:
        return None
    row_id, staff_id, seen_at = row.id, row.staff_id, row.seen_at
    if now - seen_at > TOUCH:
        with transaction() as session:
            session.execute(
                update(StaffSession).where(StaffSession.id == row_id).values(seen_at=now)
            )
    staff = db.session.get(Staff, staff_id)
    return staff if staff is not None and staff.disabled_at is None else None


def whose(token: str) -> str | None:
    """Return whose session this was or is, also when it has ended; None for an unknown one."""
    return db.session.scalar(
        select(StaffSession.staff_id).where(StaffSession.token_hash == token_hash(token))
    )


def sign_out(token: str, now: datetime) -> None:
    """End the session on every node; again is no error."""
    with transaction() as session:
        session.execute(
            update(StaffSession)
            .where(
                StaffSession.token_hash == token_hash(token), StaffSession.ended_at.is_(None)
            )
            .values(ended_at=now)
        )


def end_all(session: Db, staff_id: str, now: datetime) -> None:
    """End every session and every API key of somebody, in the caller's transaction."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    session.execute(
        update(ApiKey)
        .where(ApiKey.staff_id == staff_id, ApiKey.ended_at.is_(None))
        .values(ended_at=now)
    )
