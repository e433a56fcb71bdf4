"""Real databases for tests: SQLite files, and one PostgreSQL server for the whole run.

Every test that asks for `database_urls` gets databases of its own, already migrated and without
a row: a copied file, or the worker's own database wiped, so that it costs milliseconds.
`empty_urls` gives databases without a table.
"""

import fcntl
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine

#: `make check` asks for SQLite alone, to be quick; everything else runs on both.
KINDS = tuple(os.environ.get("TEST_DATABASES", "sqlite,postgresql").split(","))
#: Ends what an earlier test left open, so that nothing waits for its locks.
ALONE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()"""
TABLES = """SELECT tablename FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"""
#: address -> the tables that it has when it is migrated
MIGRATED: dict[str, list[str]] = {}
#: Nothing here outlives the run, so nothing needs to reach the disk.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "log_min_messages": "error",
}
#: Stops the server and removes its folder when the test run is gone, however it ended.
WATCH = """
alive() { [ -d /proc/$1 ] && ! grep -q '^State:.Z' /proc/$1/status; }
while alive {run} && alive {server}; do sleep 1; done
kill -QUIT {server} 2>/dev/null
for _ in 1 2 3 4 5; do ! alive {server} || sleep 1; done
rm -rf {folder}
"""


class Urls(NamedTuple):
    """The addresses of one installation's two databases."""

    main: str
    keys: str


class Server(NamedTuple):
    """A running PostgreSQL that listens on a socket in *folder* only."""

    folder: str

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://dsar@/{name}?host={self.folder}"

    def run(self, statement: str, *names: str) -> None:
        """Runs one statement, with {} for each name, on the maintenance database."""
        parts = sql.SQL(statement).format(*map(sql.Identifier, names))
        where = f"host={self.folder} user=dsar dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(parts)


def prepare(url: str) -> None:
    """Brings an empty database to the newest schema, as the program itself does."""
    from dsar.models import engine as connections
    from dsar.models import schema

    engine = create_engine(url, **connections.options(url))
    connections.prepare(engine)
    schema.upgrade(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def postgresql_server(shared_folder: Path) -> Server:
    """The run's PostgreSQL: the first worker that asks starts it."""
    with locked(shared_folder / "postgresql.lock"):
        note = shared_folder / "postgresql.json"
        if not note.exists():
            note.write_text(json.dumps(start_server(run_id())))
        return Server(json.loads(note.read_text()))


@pytest.fixture(scope="session")
def postgresql_worker(postgresql_server: Server) -> Iterator[Urls]:
    """The two databases that this worker's tests use in turn; the main one is migrated."""
    with postgresql_pair(postgresql_server) as urls:
        prepare(urls.main)
        yield urls


@pytest.fixture(scope="session")
def sqlite_template(shared_folder: Path) -> Path:
    """A migrated SQLite file to copy, made once a run."""
    with locked(shared_folder / "sqlite-template.lock"):
        ready = shared_folder / "template.sqlite3"
        if not ready.exists():
            draft = shared_folder / f"draft-{secrets.token_hex(4)}.sqlite3"
            prepare(f"sqlite:///{draft}")
            draft.rename(ready)
    return ready


@pytest.fixture
def sqlite_urls(sqlite_template: Path, tmp_path: Path) -> Urls:
    """A migrated SQLite database and a place for its keys."""
    shutil.copyfile(sqlite_template, tmp_path / "dsar.sqlite3")
    return sqlite_at(tmp_path)


@pytest.fixture
def postgresql_urls(postgresql_worker: Urls) -> Urls:
    """A migrated PostgreSQL database without a row, and an empty one for its keys."""
    wipe(postgresql_worker.main)
    rebuild(postgresql_worker.keys)
    return postgresql_worker


@pytest.fixture(params=KINDS)
def database_urls(request: pytest.FixtureRequest) -> Urls:
    """Migrated databases of this test's own: the test runs on SQLite and on PostgreSQL."""
    return request.getfixturevalue(f"{request.param}_urls")


@pytest.fixture(params=KINDS)
def empty_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Urls]:
    """Databases without a single table, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield sqlite_at(tmp_path)
        return
    server = request.getfixturevalue("postgresql_server")
    with postgresql_pair(server) as urls:
        yield urls


def sqlite_at(folder: Path) -> Urls:
    """The addresses of an installation that keeps its files in *folder*."""
    return Urls(f"sqlite:///{folder}/dsar.sqlite3", f"sqlite:///{folder}/keys.sqlite3")


@contextmanager
def postgresql_pair(server: Server) -> Iterator[Urls]:
    """Two databases without a table; dropped afterwards, in use or not."""
    main = f"t_{secrets.token_hex(8)}"
    keys = f"{main}_keys"
    for name in (main, keys):
        server.run("CREATE DATABASE {} TEMPLATE template0 STRATEGY FILE_COPY", name)
    yield Urls(server.url(main), server.url(keys))
    for name in (main, keys):
        server.run("DROP DATABASE {} WITH (FORCE)", name)


def wipe(url: str) -> None:
    """Removes every row, append-only tables too; migrates anew if a test changed the schema."""
    with plain(url) as connection:
        connection.execute(ALONE)
        names = [row[0] for row in connection.execute(TABLES).fetchall()]
        known = MIGRATED.setdefault(url, names)
        if names == known:
            connection.execute("SET session_replication_role = replica")  # no triggers
            parts = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in names]
            connection.execute(sql.SQL(";").join(parts))
            return
    rebuild(url)
    prepare(url)


def rebuild(url: str) -> None:
    """Removes every table."""
    with plain(url) as connection:
        connection.execute(ALONE)
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


@contextmanager
def plain(url: str) -> "Iterator[psycopg.Connection]":
    """A connection outside SQLAlchemy, each statement its own transaction."""
    address = url.replace("postgresql+psycopg:", "postgresql:")
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lets one worker at a time through."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run_id() -> int:
    """Process of the whole run: the workers' parent, or this process itself."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def binary(name: str) -> str:
    """Path of a PostgreSQL program; the newest version that Debian installed."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[4])
    )
    path = str(found[-1]) if found else shutil.which(name)
    assert path, "PostgreSQL is missing: `make test` installs it, or names the package"
    return path


def start_server(run: int) -> str:
    """Starts PostgreSQL, not as root, and a watcher that ends it with the run; its folder."""
    owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    folder = tempfile.mkdtemp(prefix="dsar-pg-", dir="/tmp")  # a socket's path must be short
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    launch = launcher(folder, f"{folder}/log", owner)
    initdb = [binary("initdb"), "-D", f"{folder}/data", "-U", "dsar", "-A", "trust", "-N"]
    launch([*initdb, "-E", "UTF8", "--locale=C.UTF-8"]).wait()
    options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
    server = launch([binary("postgres"), "-D", f"{folder}/data", "-k", folder, *options])
    watch = WATCH
    for word, fact in {"run": run, "server": server.pid, "folder": folder}.items():
        watch = watch.replace(f"{{{word}}}", str(fact))
    watcher = launcher("/", os.devnull, None)(["sh", "-c", watch])
    wait_for(server, folder)
    for process in (server, watcher):
        process.returncode = 0  # they outlive this process on purpose: no warning
    return folder


def launcher(
    folder: str, log: str, owner: pwd.struct_passwd | None
) -> Callable[[list[str]], "subprocess.Popen[bytes]"]:
    """A way to start programs in *folder* as its owner."""
    who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}

    def launch(command: list[str]) -> "subprocess.Popen[bytes]":
        with Path(log).open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **who,
            )

    return launch


def wait_for(server: "subprocess.Popen[bytes]", folder: str, seconds: int = 30) -> None:
    """Returns when the server answers; fails with its own words when it does not."""
    for _ in range(seconds * 20):
        try:
            psycopg.connect(f"host={folder} user=dsar dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(Path(folder, "log").read_text())
