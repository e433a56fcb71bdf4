"""Every few minutes: warn of answers that soon close, and close those whose time is over."""

from datetime import datetime

from dsar.domain.events import Actor
from dsar.jobs import each
from dsar.services.answer import delivery, window_warnings

JOB = "package_expiry"
ACTOR = Actor("job", JOB)


def run(now: datetime) -> int:
    """Warn and close; return how many deliveries failed."""
    warned = each(
        JOB,
        window_warnings.deliveries_to_warn_of(now),
        lambda delivery_id: window_warnings.warn(delivery_id, ACTOR, now),
    )
    ended = each(
        JOB,
        window_warnings.deliveries_to_end(now),
        lambda delivery_id: delivery.expire(delivery_id, ACTOR, now),
    )
    return warned + ended
