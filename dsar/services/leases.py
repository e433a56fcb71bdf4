"""Who leads the periodic work, and when each piece of it last ran: by the database's clock."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from dsar.models import Heartbeat, Lease, db
from dsar.services.database_clock import database_now
from dsar.services.rows import ensure
from dsar.services.transaction import transaction

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def hold(name: str, holder: str, seconds: int) -> int | None:
    """Take or renew a lease. Returns its fence, which grows with each new holder, or None."""
    with transaction() as session:
        ensure(session, Lease, name=name, holder="", fence=0, expires_at=_NEVER)
        now = database_now(session)
        lease = session.scalars(select(Lease).where(Lease.name == name).with_for_update()).one()
        if lease.holder != holder:
            if lease.expires_at > now:
                return None
            lease.holder, lease.fence = holder, lease.fence + 1
        lease.expires_at = now + timedelta(seconds=seconds)
        return lease.fence


def give_back(name: str, holder: str) -> None:
    """End one's own lease, so that the next one need not wait for its end."""
    with transaction() as session:
        session.execute(
            update(Lease)
            .where(Lease.name == name, Lease.holder == holder)
            .values(expires_at=_NEVER)
        )


def begin_run(job: str, now: datetime) -> None:
    """Note that a job starts."""
    with transaction() as session:
        ensure(session, Heartbeat, job=job, started_at=now, finished_at=None, failures=0)
        session.get_one(Heartbeat, job, with_for_update=True).started_at = now


def end_run(job: str, now: datetime, failures: int) -> None:
    """Note that a job has run to its end: this is the sign of life that staff pages watch."""
    with transaction() as session:
        row = session.get_one(Heartbeat, job, with_for_update=True)
        row.finished_at, row.failures = now, failures


def last_run(job: str) -> datetime | None:
    """Return when a job last ran to its end, or None."""
    try:
        return db.session.scalar(select(Heartbeat.finished_at).where(Heartbeat.job == job))
    finally:
        db.session.rollback()


def keep_only(jobs: Iterable[str]) -> None:
    """Forget the signs of life of jobs that no longer exist: they would alarm for ever."""
    with transaction() as session:
        session.execute(delete(Heartbeat).where(Heartbeat.job.not_in(list(jobs))))
