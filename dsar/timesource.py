"""The clock on the wall: read at the edges only (web, jobs, cli)."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)
