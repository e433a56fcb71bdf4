"""The schema's version: bring a database up to date, or say how far it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from dsar.models.engine import WRITES
from dsar.resources import res

#: An arbitrary number that all processes share: only one migrates at a time.
LOCK = 6_201_679


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the missing migrations, one process at a time; all of them or none."""
    with _alone(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to an earlier revision; rows of dropped tables are lost."""
    with _alone(engine) as connection:
        command.downgrade(_config(connection), revision)


def revisions(engine: Engine) -> tuple[str | None, tuple[str, ...]]:
    """Return the database's revision, and those that this program knows, the newest first."""
    with engine.connect() as connection:
        have = MigrationContext.configure(connection).get_current_revision()
    scripts = (res("migrations") / "versions").glob("[0-9]*.py")
    return have, tuple(
        sorted((script.name.partition("_")[0] for script in scripts), reverse=True)
    )


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Open one transaction beside which nobody migrates: the next one finds it done."""
    with (
        engine.connect().execution_options(**{WRITES: True}) as connection,
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))  # steps may be long
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
        yield connection


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(res("migrations")))
    config.attributes["connection"] = connection
    return config
