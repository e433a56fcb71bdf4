"""Every few minutes: ask each person once, a week after, whether the answer was enough."""

from datetime import datetime

from dsar.domain.events import Actor
from dsar.jobs import each
from dsar.services.answer import asking_after

JOB = "follow_ups"
ACTOR = Actor("job", JOB)


def run(now: datetime) -> int:
    """Leave every question that is due; return how many cases failed."""
    ids = asking_after.cases_to_ask(now)
    return each(JOB, ids, lambda case_id: asking_after.ask(case_id, ACTOR, now))
