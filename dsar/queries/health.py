"""Is anything standing still? Signs of life of the periodic work, and the age of the queue."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from dsar.models import Heartbeat, OutboxMessage, db

#: A letter that has waited so long is shown to staff.
QUEUE_ALARM = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Health:
    """What staff must know about the machinery.

    silent_since: when reminders last ran, if that is too long ago; never_ran: not once yet.
    queue_since: since when the oldest letter waits, if that is too long; waiting: how many.
    """

    silent_since: datetime | None = None
    never_ran: bool = False
    queue_since: datetime | None = None
    waiting: int = 0
    failing: tuple[str, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Return whether the periodic work stands still."""
        return self.never_ran or self.silent_since is not None


def health(now: datetime, stale_minutes: int) -> Health:
    """Return the state of the periodic work and of the letters that wait to leave."""
    beats = db.session.scalars(select(Heartbeat)).all()
    oldest = min((beat.finished_at or beat.started_at for beat in beats), default=None)
    is_stale = oldest is not None and oldest < now - timedelta(minutes=stale_minutes)
    waiting, since = db.session.execute(
        select(func.count(OutboxMessage.id), func.min(OutboxMessage.created_at)).where(
            OutboxMessage.state == "waiting",
            or_(OutboxMessage.attempts > 0, OutboxMessage.not_before <= now),
        )
    ).one()
    is_old = since is not None and since < now - QUEUE_ALARM
    return Health(
        silent_since=oldest if is_stale else None,
        never_ran=not beats,
        queue_since=since if is_old else None,
        waiting=waiting,
        failing=tuple(sorted(beat.job for beat in beats if beat.failures)),
    )
