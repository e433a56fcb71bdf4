"""Column types, tables and triggers that mean the same on SQLite and on PostgreSQL."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB


def moment() -> sa.types.TypeEngine[Any]:
    """An aware moment: timestamptz, or sortable ISO text."""
    return sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def day() -> sa.types.TypeEngine[Any]:
    """A calendar date: date, or ISO text."""
    return sa.Text().with_variant(sa.Date(), "postgresql")


def flag() -> sa.types.TypeEngine[Any]:
    """A truth value: boolean, or 0 and 1."""
    return sa.Integer().with_variant(sa.Boolean(), "postgresql")


def number() -> sa.types.TypeEngine[Any]:
    """A whole number of up to 63 bits."""
    return sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def document() -> sa.types.TypeEngine[Any]:
    """A JSON value: jsonb, or text."""
    return sa.Text().with_variant(JSONB(), "postgresql")


def reference(column: str, target: str) -> sa.ForeignKeyConstraint:
    """A foreign key that is checked at commit."""
    return sa.ForeignKeyConstraint([column], [target], deferrable=True, initially="DEFERRED")


def table(name: str, *parts: Any) -> None:
    """Create a table, STRICT on SQLite."""
    op.create_table(name, *parts, sqlite_strict=True)


def index(name: str, *columns: str) -> None:
    """Create an index named by convention."""
    op.create_index(f"ix_{name}_{'_'.join(columns)}", name, list(columns))


def append_only(name: str) -> None:
    """Make the database itself refuse to change or delete rows of a table."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {name}_no_{act.lower()} BEFORE {act} ON {name} "
            "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        )
