"""What somebody with the database's own tools could do to a log."""

from contextlib import contextmanager

from sqlalchemy import text

from dsar.models import db


@contextmanager
def past_the_triggers():
    """A connection that the append-only triggers do not stop."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for act in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS case_events_no_{act}"))
        yield connection


def tamper(statement, **facts):
    """Run one statement behind the program's back."""
    with past_the_triggers() as connection:
        assert connection.execute(text(statement), facts).rowcount >= 1
    db.session.rollback()
    db.session.expire_all()
