"""Every few minutes: remind owners of late tasks, and of sources about to vanish."""

from datetime import datetime

from dsar.domain.events import Actor
from dsar.jobs import each
from dsar.services.mail import task_reminders

JOB = "task_reminders"
ACTOR = Actor("job", JOB)


def run(now: datetime) -> int:
    """Leave every task reminder that is missing; return how many cases failed."""
    ids = task_reminders.cases_to_remind(now)
    return each(JOB, ids, lambda case_id: task_reminders.remind(case_id, ACTOR, now))
