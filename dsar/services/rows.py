"""Small questions to the database that several services ask in the same way."""

from typing import Any

from sqlalchemy import CursorResult, Select
from sqlalchemy.dialects import postgresql, sqlite

from dsar.models import db
from dsar.models.base import Base
from dsar.services.transaction import Db


def ids_to_work_on(query: Select[str]) -> list[str]:
    """Return the ids that a job takes one by one; the reading ends here, and holds nothing."""
    try:
        return list(db.session.scalars(query))
    finally:
        db.session.rollback()


def ensure(session: Db, table: type[Base], **values: object) -> None:
    """Insert a row unless its key is taken, also when another process does the same."""
    name = session.get_bind().dialect.name
    insert = (postgresql if name == "postgresql" else sqlite).insert
    session.execute(insert(table.__table__).values(**values).on_conflict_do_nothing())


def changed(result: Any) -> int:
    """Return how many rows a statement changed."""
    return result.rowcount if isinstance(result, CursorResult) else 0
