"""Every few minutes: confirm that the last backup copies of what was erased are gone."""

from datetime import datetime

from dsar.domain.events import Actor
from dsar.jobs import each
from dsar.services.rights import backups

JOB = "backup_purges"
ACTOR = Actor("job", JOB)


def run(now: datetime) -> int:
    """Confirm where the day has come; return how many cases failed."""
    ids = backups.cases_to_confirm(now)
    return each(JOB, ids, lambda case_id: backups.confirm(case_id, ACTOR, now))
