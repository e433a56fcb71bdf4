"""Two small questions that SQL answers the same way on SQLite and on PostgreSQL."""

from typing import Any

from sqlalchemy import CursorResult
from sqlalchemy.dialects import postgresql, sqlite

from dsar.models.base import Base
from dsar.services.transaction import Db


def ensure(session: Db, table: type[Base], **values: object) -> None:
    """Insert a row unless its key is taken, also when another process does the same."""
    name = session.get_bind().dialect.name
    insert = (postgresql if name == "postgresql" else sqlite).insert
    session.execute(insert(table.__table__).values(**values).on_conflict_do_nothing())


def changed(result: Any) -> int:
    """Return how many rows a statement changed."""
    return result.rowcount if isinstance(result, CursorResult) else 0
