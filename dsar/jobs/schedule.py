"""Every job and its rhythm, in one table; and the process that beats it."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask

from dsar.jobs import (
    address_reminders,
    backup_purges,
    deadline_reminders,
    draft_cleanup,
    expired_rows,
    follow_ups,
    late_notices,
    look_ups,
    outbox_delivery,
    package_expiry,
    task_reminders,
)
from dsar.jobs.lease import Leadership
from dsar.services import leases
from dsar.services.database_clock import current_moment
from dsar.timesource import utcnow

log = logging.getLogger(__name__)

Run = Callable[[datetime], int]

#: Job, and when: second and minute of each hour, in UTC, where no hour comes twice. All run
#: more often than the alarm for silence, so that each is a sign of life.
JOBS: Final[dict[str, tuple[Run, str, str]]] = {
    "look_ups": (look_ups.run, "3-58/5", "*"),
    "outbox_delivery": (outbox_delivery.run, "*/5", "*"),
    "deadline_reminders": (deadline_reminders.run, "7", "*/5"),
    "late_notices": (late_notices.run, "17", "1-59/5"),
    "follow_ups": (follow_ups.run, "22", "1-59/5"),
    "task_reminders": (task_reminders.run, "27", "2-59/5"),
    "address_reminders": (address_reminders.run, "37", "3-59/5"),
    "package_expiry": (package_expiry.run, "47", "4-59/5"),
    "backup_purges": (backup_purges.run, "42", "3-59/5"),
    "draft_cleanup": (draft_cleanup.run, "57", "4-59/5"),
    "expired_rows": (expired_rows.run, "52", "4-59/5"),
}
MISFIRE_GRACE_SECONDS: Final = 3600
#: The wall clock may run ahead of or behind the steady one by so much before it has jumped.
JUMP_SECONDS: Final = 30
POLL_SECONDS: Final = 1.0


def run_job(name: str, now: datetime | None = None) -> int:
    """Run one job, by the database's clock unless told otherwise. Returns its failures."""
    return JOBS[name][0](now or current_moment())


@dataclass(frozen=True)
class Beat:
    """A scheduler of one process: it works while it leads, and waits while another does."""

    app: Flask
    leadership: Leadership

    def build(self) -> BackgroundScheduler:
        """Return a scheduler that holds every job in memory: it is only the clock."""
        scheduler = BackgroundScheduler(timezone=UTC)
        for name in JOBS:
            scheduler.add_job(
                self.run,
                self.rhythm(name),
                args=[name],
                id=name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=MISFIRE_GRACE_SECONDS,
                next_run_time=utcnow(),
            )
        return scheduler

    @staticmethod
    def rhythm(name: str) -> CronTrigger:
        """Return when a job runs, in UTC."""
        _, second, minute = JOBS[name]
        return CronTrigger(second=second, minute=minute, timezone=UTC)

    def run(self, name: str) -> None:
        """Run a job if this process leads, and leave a sign of life. Never raises."""
        with self.app.app_context():
            if not self.leadership.leads():
                return
            try:
                now = current_moment()
                leases.begin_run(name, now)
                failures = run_job(name, now)
                leases.end_run(name, current_moment(), failures)
            except Exception:
                log.exception("job failed", extra={"job": name})

    def renew(self) -> None:
        """Renew the lease while long work is done."""
        with self.app.app_context():
            self.leadership.leads()


def beat(app: Flask, leadership: Leadership, stop: Event) -> None:
    """Run the schedule until told to stop; then give the lease back."""
    rhythm = Beat(app, leadership)
    _forget_old_jobs(app)
    scheduler = rhythm.build()
    scheduler.start()
    renewed, watch = 0.0, Watch()
    while not stop.wait(POLL_SECONDS):
        if time.monotonic() - renewed > leadership.renew_seconds:
            rhythm.renew()
            renewed = time.monotonic()
        if watch.has_jumped():
            log.warning("the clock has jumped: every job is scheduled anew")
            _schedule_anew(scheduler, rhythm)
    scheduler.shutdown(wait=True)
    with app.app_context():
        leadership.give_back()


class Watch:
    """Notices that somebody set the clock: a memory store would sleep until the old time."""

    def __init__(self) -> None:
        """Note both clocks as they are now."""
        self._wall, self._steady = utcnow(), time.monotonic()

    def has_jumped(self) -> bool:
        """Say whether the wall clock left the steady one since it was last asked."""
        wall, steady = utcnow(), time.monotonic()
        passed = (wall - self._wall).total_seconds()
        jumped = abs(passed - (steady - self._steady)) > JUMP_SECONDS
        self._wall, self._steady = wall, steady
        return jumped


def _forget_old_jobs(app: Flask) -> None:
    with app.app_context():
        try:
            leases.keep_only(JOBS)
        except Exception:
            log.exception("the database does not answer")


def _schedule_anew(scheduler: BackgroundScheduler, rhythm: Beat) -> None:
    for name in JOBS:
        scheduler.reschedule_job(name, trigger=rhythm.rhythm(name))
        scheduler.modify_job(name, next_run_time=utcnow())
