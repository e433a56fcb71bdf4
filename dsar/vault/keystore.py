"""The key store: wrapped keys by owner, in a database that is not the main one (ADR 0002).

The schema is one table and never joins another, so it is made here on first use instead of
by Alembic, whose history belongs to the main database.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    delete,
    event,
    insert,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError

from dsar.vault.errors import KeyExists, KeyStoreVersionUnknown, MasterKeyMismatch

VERSION = "1"
_BATCH = 500
_CREATION_LOCK = 7203114951
_PATIENCE = {"connect_timeout": 5}

_tables = MetaData()
_keys = Table(
    "case_keys",
    _tables,
    Column("owner", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
_facts = Table(
    "key_store",
    _tables,
    Column("fact", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# made_at is the database's clock: nothing in the program reads it, an operator may.
_SCHEMA = {
    "sqlite": (
        "BEGIN IMMEDIATE",
        "CREATE TABLE IF NOT EXISTS case_keys (owner TEXT PRIMARY KEY NOT NULL,"
        " wrapped BLOB NOT NULL,"
        " made_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))) STRICT",
        "CREATE TABLE IF NOT EXISTS key_store"
        " (fact TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT",
    ),
    "postgresql": (
        f"SELECT pg_advisory_xact_lock({_CREATION_LOCK})",
        "CREATE TABLE IF NOT EXISTS case_keys (owner TEXT PRIMARY KEY,"
        " wrapped BYTEA NOT NULL, made_at TIMESTAMPTZ NOT NULL DEFAULT now())",
        "CREATE TABLE IF NOT EXISTS key_store (fact TEXT PRIMARY KEY, value TEXT NOT NULL)",
    ),
}
_DURABLE = text(
    "SELECT set_config('synchronous_commit', 'on', true)"
    " WHERE current_setting('synchronous_commit') IN ('off', 'local')"
)


class KeyStore:
    """Wrapped keys by owner; opened on first use, once in each process."""

    def __init__(self, url: str, check: str) -> None:
        """Keep the address and the mark of the master key; touches nothing."""
        self._url = make_url(url)
        self._check = check
        self._opened: dict[int, Engine] = {}

    def add(self, owner: str, wrapped: bytes) -> None:
        """Keep a key durably before returning; raises KeyExists."""
        engine = self._engine()
        try:
            with engine.begin() as connection:
                _be_durable(connection)
                connection.execute(insert(_keys).values(owner=owner, wrapped=wrapped))
        except IntegrityError:
            raise KeyExists(owner=owner) from None

    def remove(self, owner: str) -> None:
        """Forget a key durably, also in SQLite's free pages and log; twice is no error."""
        engine = self._engine()
        with engine.begin() as connection:
            _be_durable(connection)
            connection.execute(delete(_keys).where(_keys.c.owner == owner))
        if engine.dialect.name == "sqlite":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
                plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def fetch(self, owners: Iterable[str]) -> Mapping[str, bytes]:
        """Return the wrapped keys of those owners that have one."""
        wanted = sorted(set(owners))
        found: dict[str, bytes] = {}
        with self._engine().connect() as connection:
            for start in range(0, len(wanted), _BATCH):
                batch = _keys.c.owner.in_(wanted[start : start + _BATCH])
                rows = connection.execute(select(_keys.c.owner, _keys.c.wrapped).where(batch))
                found |= {owner: bytes(wrapped) for owner, wrapped in rows}
        return found

    def dispose(self) -> None:
        """Close this process's connections; the next use opens them again."""
        engine = self._opened.pop(os.getpid(), None)
        if engine is not None:
            engine.dispose()

    def _engine(self) -> Engine:
        # By process: connections inherited through a fork stay the parent's, neither used
        # nor closed here. Of two threads that meet on first use, the later one gives way.
        known = self._opened.get(os.getpid())
        if known is not None:
            return known
        made = _open(self._url, self._check)
        kept = self._opened.setdefault(os.getpid(), made)
        if kept is not made:
            made.dispose()
        return kept


def _open(url: URL, check: str) -> Engine:
    engine = _connectable(url)
    try:
        _prepare(engine, check)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _connectable(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=2, connect_args=_PATIENCE)
    engine = create_engine(url)
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("busy_timeout=10000", "synchronous=FULL", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute("PRAGMA trusted_schema=OFF")
    cursor.close()


def _prepare(engine: Engine, check: str) -> None:
    """Make the schema where it is missing and refuse a store of another master key."""
    if engine.dialect.name == "sqlite":
        _make_private(engine.url.database)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
            plain.exec_driver_sql("PRAGMA journal_mode=WAL")
    with engine.begin() as connection:
        if not inspect(connection).has_table("key_store"):
            _make_schema(connection, check)
        rows = connection.execute(select(_facts.c.fact, _facts.c.value))
        facts = {fact: value for fact, value in rows}
    if facts["version"] != VERSION:
        raise KeyStoreVersionUnknown(version=facts["version"])
    if facts["master_key"] != check:
        raise MasterKeyMismatch


def _make_schema(connection: Connection, check: str) -> None:
    for statement in _SCHEMA[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    for fact, value in (("version", VERSION), ("master_key", check)):
        connection.execute(
            text("INSERT INTO key_store VALUES (:fact, :value) ON CONFLICT (fact) DO NOTHING"),
            {"fact": fact, "value": value},
        )


def _make_private(path: str | None) -> None:
    """Create the file for its owner's eyes only; SQLite gives its log the same mode."""
    if path:
        os.close(os.open(Path(path), os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, 0o600))


def _be_durable(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_DURABLE)
