"""Every few minutes: tell people whose date has passed that their answer is late."""

from datetime import datetime

from dsar.domain.events import Actor
from dsar.jobs import each
from dsar.services.clock import late_notices

JOB = "late_notices"
ACTOR = Actor("job", JOB)


def run(now: datetime) -> int:
    """Apologise where a date has passed; return how many cases failed."""
    ids = late_notices.cases_to_apologise_in(now)
    return each(JOB, ids, lambda case_id: late_notices.apologise(case_id, ACTOR, now))
