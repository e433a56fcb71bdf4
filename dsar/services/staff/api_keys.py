"""Keys with which a member of staff lets a program read: shown once, kept as hashes."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select, update

from dsar.domain.access_codes import token_hash
from dsar.domain.errors import DomainError
from dsar.models import ApiKey, Staff, db, new_id
from dsar.services.budgets import spend
from dsar.services.staff import sessions
from dsar.services.transaction import Db, transaction

log = logging.getLogger(__name__)

#: A word in front, so that whoever searches files for secrets finds it.
PREFIX: Final = "dsar_"
#: Of one member of staff at a time.
MOST: Final = 10
#: How often a key may call in a quarter of an hour.
CALLS: Final = 1000
_TRIES: Final = 10
_TOUCH: Final = timedelta(hours=1)


class TooManyKeys(DomainError):
    """So many keys are alive that one must be ended first."""

    message_id = "account.keys.many"


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is for, how many days it lives, and a code of the authenticator."""

    label: str
    days: int
    code: str


@dataclass(frozen=True, slots=True)
class KeyView:
    """A living key as its owner sees it."""

    id: str
    label: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose key it is, and which one."""

    staff: Staff
    key_id: str


def make_key(staff_id: str, new: NewKey, now: datetime) -> str:
    """Return a new key (256 bits) after asking for a code; only its hash is kept.

    It may do what its owner may, and only read. Raises FactorRefused, RateLimited, TooManyKeys.
    """
    spend(f"factor:{staff_id}", _TRIES, sessions.QUARTER, now)
    with transaction() as session:
        staff = session.get_one(Staff, staff_id, with_for_update=True)
        sessions.use_factor(session, staff, new.code, now)
        if _count(session, staff_id, now) >= MOST:
            raise TooManyKeys(max=MOST)
        token = PREFIX + secrets.token_urlsafe(32)
        session.add(
            ApiKey(
                id=new_id(),
                staff_id=staff_id,
                label=new.label,
                token_hash=token_hash(token),
                created_at=now,
                expires_at=now + timedelta(days=new.days),
            )
        )
        log.info("api key made", extra={"staff": staff_id})
        return token


def end_key(staff_id: str, key_id: str, now: datetime) -> None:
    """End one of one's own keys; again, or another's, is no error and does nothing."""
    with transaction() as session:
        session.execute(
            update(ApiKey)
            .where(
                ApiKey.id == key_id,
                ApiKey.staff_id == staff_id,
                ApiKey.ended_at.is_(None),
            )
            .values(ended_at=now)
        )


def keys_of(staff_id: str, now: datetime) -> list[KeyView]:
    """Return the living keys of somebody, newest first."""
    rows = db.session.scalars(
        select(ApiKey)
        .where(ApiKey.staff_id == staff_id, *_living(now))
        .order_by(ApiKey.created_at.desc(), ApiKey.id)
    )
    return [
        KeyView(row.id, row.label, row.created_at, row.expires_at, row.used_at) for row in rows
    ]


def whose_key(token: str, now: datetime) -> Caller | None:
    """Return whose living key this is, or None; notes, roughly, that it is in use."""
    row = db.session.scalar(
        select(ApiKey).where(ApiKey.token_hash == token_hash(token), *_living(now))
    )
    if row is None:
        return None
    key_id, staff_id = row.id, row.staff_id
    if row.used_at is None or now - row.used_at > _TOUCH:
        with transaction() as session:
            session.execute(update(ApiKey).where(ApiKey.id == key_id).values(used_at=now))
    staff = db.session.get(Staff, staff_id)
    return Caller(staff, key_id) if staff is not None and staff.disabled_at is None else None


def spend_call(key_id: str, now: datetime) -> None:
    """Count one call of a key. Raises RateLimited."""
    spend(f"api:{key_id}", CALLS, sessions.QUARTER, now)


def _count(session: Db, staff_id: str, now: datetime) -> int:
    query = select(func.count(ApiKey.id)).where(ApiKey.staff_id == staff_id, *_living(now))
    return session.scalar(query) or 0


def _living(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of a key that still opens something."""
    return ApiKey.ended_at.is_(None), ApiKey.expires_at > now
