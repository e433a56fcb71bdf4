"""How a connection behaves: durable and strict on SQLite, bounded on PostgreSQL."""

from typing import Any

from sqlalchemy import Connection, Engine, event

#: Execution option that asks SQLite for the write lock at once (BEGIN IMMEDIATE).
WRITES = "dsar_writes"

#: FULL, because NORMAL loses acknowledged requests at power loss.
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # else INSERT OR REPLACE slips past the append-only triggers
    "secure_delete=ON",
    "trusted_schema=OFF",
    "busy_timeout=10000",
)


def prepare(engine: Engine) -> None:
    """Attach what every connection of this engine needs. SQLite only; harmless elsewhere."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _connect)
    event.listen(engine, "begin", _begin)


def options(url: str) -> dict[str, Any]:
    """Return the engine options for a database address."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 10}}
    return {
        "pool_pre_ping": True,
        "connect_args": {"options": "-c statement_timeout=15000", "connect_timeout": 5},
    }


def _connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
