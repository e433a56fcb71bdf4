"""The schema's version: bring a database up to date, or say how far it is."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from dsar.resources import res

#: An arbitrary number that all processes share: only one migrates at a time.
LOCK = 6_201_679


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the missing migrations, one process at a time (advisory lock, or SQLite's own)."""
    with engine.connect() as guard, engine.connect() as connection:
        if guard.dialect.name == "postgresql":  # held until the guard's transaction ends
            guard.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to an earlier revision; rows of dropped tables are lost."""
    with engine.connect() as connection:
        command.downgrade(_config(connection), revision)


def is_current(engine: Engine) -> bool:
    """Say whether the database has every migration that this program knows."""
    have, known = revisions(engine)
    return have == known[0]


def revisions(engine: Engine) -> tuple[str | None, tuple[str, ...]]:
    """Return the database's revision, and those that this program knows, the newest first."""
    with engine.connect() as connection:
        have = MigrationContext.configure(connection).get_current_revision()
    scripts = (res("migrations") / "versions").glob("[0-9]*.py")
    return have, tuple(
        sorted((script.name.partition("_")[0] for script in scripts), reverse=True)
    )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(res("migrations")))
    config.attributes["connection"] = connection
    return config
