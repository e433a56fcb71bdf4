"""Every few seconds: hand over the letters that wait."""

import logging
from datetime import datetime

from dsar.services.mail import outbox

log = logging.getLogger(__name__)
#: After so many in a row the channel is down: the next run tries again.
MOST_IN_A_ROW = 3


def run(now: datetime) -> int:
    """Deliver until nothing is waiting, and return how many letters broke on the way."""
    failures = in_a_row = 0
    while in_a_row < MOST_IN_A_ROW:
        try:
            result = outbox.deliver_next(now)
        except Exception:
            failures, in_a_row = failures + 1, in_a_row + 1
            log.exception("a letter broke on its way")
            continue
        if result is None:
            break
        in_a_row = in_a_row + 1 if result.is_everyones else 0
    return failures
