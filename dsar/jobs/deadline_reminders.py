"""Every few minutes: remind staff of dates that come near or have passed."""

from datetime import datetime

from dsar.domain.events import Actor
from dsar.jobs import each
from dsar.services import leases
from dsar.services.mail import reminders

JOB = "deadline_reminders"
ACTOR = Actor("job", JOB)


def run(now: datetime) -> int:
    """Leave every reminder that is missing; return how many cases failed."""
    last_run = leases.last_run(JOB)
    return each(
        JOB,
        reminders.cases_to_remind(now),
        lambda case_id: reminders.remind(case_id, last_run, ACTOR, now),
    )
