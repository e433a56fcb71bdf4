"""Password, authenticator and recovery codes: chosen once, changed only by who holds them."""

import logging
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp
from sqlalchemy import delete, select

from dsar.domain.access_codes import code_hash, new_recovery_code
from dsar.domain.errors import DomainError
from dsar.domain.passwords import check_password
from dsar.models import Organisation, RecoveryCode, Staff, new_id
from dsar.services.budgets import spend
from dsar.services.staff import sessions
from dsar.services.staff.sessions import FactorRefused
from dsar.services.transaction import Db, transaction
from dsar.vault import SealBroken, current_vault

log = logging.getLogger(__name__)

RECOVERY_CODES: Final = 10
#: How often a signed-in person may try a code in a quarter of an hour.
TRIES: Final = 10
#: Words that everybody would try at a tracker of privacy requests.
CONTEXT: Final = ("dsar", "personvern", "innsyn", "privacy", "dataskydd", "gdpr")


class PasswordWrong(DomainError):
    """The present password, asked for again, is not correct."""

    message_id = "error.password.wrong"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody chose: a password, an authenticator's secret and a code it showed."""

    password: str
    totp_secret: str
    code: str


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """The present password, the new one, and a code of the authenticator."""

    old: str
    new: str
    code: str


def new_totp_secret() -> str:
    """Return a secret for an authenticator: 160 bits, base 32."""
    return pyotp.random_base32()


def totp_uri(secret: str, email: str, issuer: str) -> str:
    """Return the address that an authenticator reads from the square code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def set_credentials(
    session: Db, staff: Staff, credentials: Credentials, now: datetime
) -> tuple[str, ...]:
    """Give an account its password and authenticator; return new recovery codes.

    Every session of the account ends. Raises PasswordRefused or FactorRefused.
    """
    check_password(credentials.password, _context(session, staff))
    step = sessions.totp_step(credentials.totp_secret, credentials.code, now)
    if step is None:
        raise FactorRefused
    place = sessions.totp_place(staff.id)
    staff.totp_secret = current_vault().seal_installation(place, credentials.totp_secret)
    staff.totp_step = step
    staff.password_hash = sessions.password_hash(credentials.password)
    sessions.end_all(session, staff.id, now)
    return _recovery_codes(session, staff.id)


def change_password(staff_id: str, change: PasswordChange, now: datetime) -> str:
    """Change the password after asking for the old one and a code; other sessions end.

    Returns the token of a new session. Raises PasswordWrong, PasswordRefused, FactorRefused
    or RateLimited.
    """
    spend(f"factor:{staff_id}", TRIES, sessions.QUARTER, now)
    with transaction() as session:
        staff = session.get_one(Staff, staff_id)
        if not sessions.is_password(staff.password_hash, change.old):
            raise PasswordWrong
        check_password(change.new, _context(session, staff))
        sessions.use_factor(session, staff, change.code, now)
        staff.password_hash = sessions.password_hash(change.new)
        sessions.end_all(session, staff.id, now)
        log.info("password changed", extra={"staff": staff.id})
        return sessions.begin(session, staff.id, now, now)


def new_recovery_codes(staff_id: str, code: str, now: datetime) -> tuple[str, ...]:
    """Return new recovery codes after asking for a code; the old ones stop working.

    Raises FactorRefused or RateLimited.
    """
    spend(f"factor:{staff_id}", TRIES, sessions.QUARTER, now)
    with transaction() as session:
        sessions.use_factor(session, session.get_one(Staff, staff_id), code, now)
        return _recovery_codes(session, staff_id)


def _recovery_codes(session: Db, staff_id: str) -> tuple[str, ...]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    codes = tuple(new_recovery_code() for _ in range(RECOVERY_CODES))
    for code in codes:
        session.add(RecoveryCode(id=new_id(), staff_id=staff_id, code_hash=code_hash(code)))
    return codes


def _context(session: Db, staff: Staff) -> tuple[str, ...]:
    keys = session.scalars(select(Organisation.key))
    names = session.scalars(select(Organisation.display_name))
    return (*CONTEXT, staff.name, staff.email.partition("@")[0], *keys, *names)


def seal_slip(place: str, text: str) -> str:
    """Return a secret sealed for a form or a cookie of this installation, bound to a place."""
    return urlsafe_b64encode(current_vault().seal_installation(place, text)).decode()


def open_slip(place: str, sealed: str) -> str | None:
    """Return the secret, or None for what this installation did not seal for this place."""
    try:
        return current_vault().open_installation(place, urlsafe_b64decode(sealed))
    except (SealBroken, ValueError):
        return None
