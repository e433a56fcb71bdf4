"""The database's own clock: processes on other machines may disagree, this one they share."""

from datetime import UTC, datetime

from sqlalchemy import text

from dsar.models import db
from dsar.services.transaction import Db


def database_now(session: Db) -> datetime:
    """Return this moment by the database's clock, also late in a long transaction."""
    if session.get_bind().dialect.name == "postgresql":
        moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)
    stamp = session.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
    return datetime.fromisoformat(f"{stamp}+00:00")


def current_moment() -> datetime:
    """Return this moment by the database's clock, outside a use case: for jobs."""
    try:
        return database_now(db.session)
    finally:
        db.session.rollback()
