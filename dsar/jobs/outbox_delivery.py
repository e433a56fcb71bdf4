"""Every few seconds: hand over the letters that wait."""

import logging
from datetime import datetime

from dsar.services import outbox

log = logging.getLogger(__name__)
#: After so many failures in one run the next run goes on: something is badly wrong.
MOST_FAILURES = 20


def run(now: datetime) -> int:
    """Deliver until nothing is waiting, and return how many letters broke on the way."""
    failures = 0
    while failures < MOST_FAILURES:
        try:
            if outbox.deliver_next(now) is None:
                break
        except Exception:
            failures += 1
            log.exception("a letter broke on its way")
    return failures
