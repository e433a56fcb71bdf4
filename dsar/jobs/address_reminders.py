"""Every few minutes: remind people, after one and three days, to confirm their address."""

from datetime import datetime

from dsar.domain.events import Actor
from dsar.jobs import each
from dsar.services.mail import address_reminders

JOB = "address_reminders"
ACTOR = Actor("job", JOB)


def run(now: datetime) -> int:
    """Leave every reminder that is missing; return how many cases failed."""
    ids = address_reminders.cases_to_remind(now)
    return each(JOB, ids, lambda case_id: address_reminders.remind(case_id, ACTOR, now))
