"""What has expired and is of no use to anybody: removed in small pieces, again is no error."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, inspect, select

from dsar.models import (
    Budget,
    ErasureMark,
    MailedCode,
    OneTimeLink,
    PortalSession,
    StaffSession,
)
from dsar.models.base import Base
from dsar.services.rows import changed
from dsar.services.transaction import transaction
from dsar.vault import current_vault

#: So many rows of a table in one transaction, and in one run.
BATCH: Final = 500
#: Longer than any session lives: what was typed in it is still known as hers.
SESSIONS_STAY: Final = timedelta(days=30)
#: Codes and allowances live minutes to a day.
CODES_STAY: Final = timedelta(days=1)
#: A link of staff says for so long that it was used. Links of a case stay with the case: a
#: person who presses an old one gets a new one.
LINKS_STAY: Final = timedelta(days=30)
#: A file that is still being written is younger than this.
PARTIAL_FILES_STAY: Final = timedelta(days=1)


def purge(now: datetime) -> int:
    """Remove up to a batch of each kind; return how many rows went."""
    return sum(_purge(table, is_expired) for table, is_expired in _expired(now).items())


def sweep_files(now: datetime) -> int:
    """Remove what broken-off writes left in the store of sealed files; return how many."""
    return current_vault().files.sweep(now - PARTIAL_FILES_STAY)


def _expired(now: datetime) -> dict[type[Base], ColumnElement[bool]]:
    sessions, codes = now - SESSIONS_STAY, now - CODES_STAY
    return {
        StaffSession: StaffSession.created_at <= sessions,
        PortalSession: PortalSession.created_at <= sessions,
        MailedCode: MailedCode.expires_at <= codes,
        Budget: Budget.window_ends_at <= codes,
        ErasureMark: ErasureMark.until_on <= now.date(),
        OneTimeLink: OneTimeLink.case_id.is_(None)
        & (OneTimeLink.expires_at <= now - LINKS_STAY),
    }


def _purge(table: type[Base], is_expired: ColumnElement[bool]) -> int:
    key = inspect(table).primary_key[0]
    with transaction() as session:
        some = select(key).where(is_expired).limit(BATCH).scalar_subquery()
        gone = session.execute(delete(table).where(key.in_(some), is_expired))
        return changed(gone)
