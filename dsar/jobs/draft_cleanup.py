"""Every few minutes: forget drafts, and uploads that nobody saved, whose time is over."""

from datetime import datetime, timedelta
from typing import Final

from dsar.services.intake import drafts
from dsar.services.work import staged

#: As long as a draft of a person is kept (decision 25).
STAGED_LIVES: Final = timedelta(hours=24)


def run(now: datetime) -> int:
    """Purge what has expired, with its keys and files; nothing is left to count as failed."""
    drafts.purge_expired(now)
    staged.sweep_staged(now - STAGED_LIVES, now)
    return 0
