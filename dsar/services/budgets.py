"""Allowances in the shared store: so many tries a window, whichever process counts."""

from datetime import datetime, timedelta

from sqlalchemy import select

from dsar.domain.errors import DomainError
from dsar.models import Budget
from dsar.services.rows import ensure
from dsar.services.transaction import transaction


class RateLimited(DomainError):
    """The allowance is spent. `minutes` says when there is a new one."""

    message_id = "error.rate_limited"


def spend(key: str, limit: int, window: timedelta, now: datetime) -> None:
    """Spend one of `limit` in the window. Raises RateLimited; the refused try is not counted.

    The key holds no person: callers pass a keyed digest of an address.
    """
    with transaction() as session:
        ensure(session, Budget, key=key, window_ends_at=now + window, spent=0)
        row = session.scalars(select(Budget).where(Budget.key == key).with_for_update()).one()
        if row.window_ends_at <= now:
            row.window_ends_at, row.spent = now + window, 0
        if row.spent >= limit:
            left = (row.window_ends_at - now).total_seconds()
            raise RateLimited(n=max(1, -int(-left // 60)))
        row.spent += 1
