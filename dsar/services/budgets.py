"""Allowances in the shared store: so many tries a window, whichever process counts."""

from datetime import datetime, timedelta

from sqlalchemy import select

from dsar.domain.errors import DomainError
from dsar.models import Budget
from dsar.services.rows import ensure
from dsar.services.transaction import Db, transaction


class RateLimited(DomainError):
    """The allowance is spent. `minutes` says when there is a new one."""

    message_id = "error.rate_limited"


def _claim(session: Db, key: str, until: datetime) -> Budget | None:
    """Return the locked row of a key; None where it was purged between the two statements."""
    ensure(session, Budget, key=key, window_ends_at=until, spent=0)
    return session.scalar(select(Budget).where(Budget.key == key).with_for_update())


def spend(key: str, limit: int, window: timedelta, now: datetime) -> None:
    """Spend one of `limit` in the window. Raises RateLimited; the refused try is not counted.

    The key holds no person: callers pass a keyed digest of an address.
    """
    with transaction() as session:
        row = _claim(session, key, now + window) or _claim(session, key, now + window)
        if row is None:
            raise RateLimited(n=1)
        if row.window_ends_at <= now:
            row.window_ends_at, row.spent = now + window, 0
        if row.spent >= limit:
            left = (row.window_ends_at - now).total_seconds()
            raise RateLimited(n=max(1, -int(-left // 60)))
        row.spent += 1
