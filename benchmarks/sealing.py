"""What does sealing cost? Writes and reads 1000 columns sealed, and the same columns bare.

Both sides write the same rows with the same durability (WAL, synchronous=FULL, one commit).
Run: python -m benchmarks.sealing
"""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from dsar.vault import Vault, open_vault

ROWS = 200
FIELDS = ("name", "mail", "phone", "body", "note")
TEXT = "Jeg ønsker innsyn i alle opplysninger dere har om meg. " * 4
ROUNDS = 15
FILE_BYTES = 64 * 1024 * 1024


class Row:
    """A row with five sealed columns."""

    __tablename__ = "rows"

    def __init__(self, number: int) -> None:
        self.id = f"row-{number}"
        self.key_owner = f"case-{number % 20}"
        for field in FIELDS:
            setattr(self, field, TEXT.encode())

    def values(self) -> tuple[object, ...]:
        """Return the row as it is inserted."""
        return (self.id, self.key_owner, *(getattr(self, field) for field in FIELDS))


def write(database: sqlite3.Connection, vault: Vault | None) -> None:
    """Insert all rows in one transaction, sealed when there is a vault."""
    rows = [Row(number) for number in range(ROWS)]
    if vault:
        vault.prefetch(row.key_owner for row in rows)
        for row in rows:
            for field in FIELDS:
                vault.seal(row, field, TEXT)
    marks = ", ".join("?" * (len(FIELDS) + 2))
    with database:
        database.execute("DELETE FROM rows")
        database.executemany(
            f"INSERT INTO rows VALUES ({marks})", [row.values() for row in rows]
        )


def read(database: sqlite3.Connection, vault: Vault | None) -> None:
    """Load all rows and have every text, opened when there is a vault."""
    rows = []
    for number, values in enumerate(database.execute("SELECT * FROM rows ORDER BY rowid")):
        row = Row(number)
        for field, value in zip(FIELDS, values[2:], strict=True):
            setattr(row, field, value)
        rows.append(row)
    if vault:
        vault.prefetch(row.key_owner for row in rows)
    for row in rows:
        for field in FIELDS:
            text = vault.open(row, field) if vault else getattr(row, field).decode()
            assert text == TEXT


def median(app: Flask, action: Callable[[], None]) -> float:
    """Return the median seconds of one run, each in a context of its own."""
    taken = []
    for _ in range(ROUNDS):
        with app.app_context():
            start = time.perf_counter()
            action()
            taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def compare(app: Flask, vault: Vault, folder: Path) -> None:
    """Print both sides of writing and reading, and their ratio."""
    database = sqlite3.connect(folder / "rows.sqlite3")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    columns = ", ".join(f"{field} BLOB NOT NULL" for field in FIELDS)
    database.execute(f"CREATE TABLE rows (id TEXT, key_owner TEXT, {columns}) STRICT")
    for name, action in (("write", write), ("read", read)):
        bare = median(app, lambda run=action: run(database, None))
        with app.app_context():
            write(database, vault)
        sealed = median(app, lambda run=action: run(database, vault))
        count = ROWS * len(FIELDS)
        print(
            f"{name} {count} columns: bare {bare * 1000:.1f} ms, sealed {sealed * 1000:.1f} ms,"
            f" ratio {sealed / bare:.1f}, {(sealed - bare) / count * 1e6:.0f} µs a column"
        )
        write(database, None)
    database.close()


def stream(vault: Vault) -> None:
    """Print the speed of sealing and opening one large file."""
    chunk = bytes(1024 * 1024)
    start = time.perf_counter()
    vault.write_file("case-0", "large", (chunk for _ in range(FILE_BYTES // len(chunk))))
    written = time.perf_counter()
    size = sum(len(piece) for piece in vault.read_file("case-0", "large"))
    done = time.perf_counter()
    megabytes = size / 1e6
    print(f"file write {megabytes / (written - start):.0f} MB/s (with SHA-256 and fsync)")
    print(f"file read {megabytes / (done - written):.0f} MB/s")


def keys(vault: Vault) -> None:
    """Print the cost of making and of destroying a key durably."""
    start = time.perf_counter()
    for number in range(200):
        vault.make_key(f"other-{number}")
    made = time.perf_counter()
    for number in range(200):
        vault.destroy_key(f"other-{number}")
    done = time.perf_counter()
    print(f"make a key {(made - start) * 5:.2f} ms, destroy a key {(done - made) * 5:.2f} ms")


def main() -> None:
    """Run every comparison in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        vault = open_vault(bytes(32), f"sqlite:///{folder}/keys.sqlite3", folder / "files")
        for number in range(20):
            vault.make_key(f"case-{number}")
        compare(Flask("benchmark"), vault, folder)
        stream(vault)
        keys(vault)
        vault.ring.store.dispose()


if __name__ == "__main__":
    main()
