"""Every few seconds: answer those who asked for the way back into their case."""

import logging
from datetime import datetime

from dsar.services.contact import look_ups

log = logging.getLogger(__name__)


def run(now: datetime) -> int:
    """Answer until nobody is waiting; return whether it broke (1) or not (0)."""
    try:
        while look_ups.answer_next(now):
            pass
    except Exception:
        log.exception("a look-up broke")
        return 1
    return 0
