"""The only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from dsar.models import db
from dsar.models.engine import WRITES

#: The session of the running use case. Steps take it as an argument and never commit.
Db = scoped_session[Session]

_open: ContextVar[bool] = ContextVar("transaction_open", default=False)


@contextmanager
def transaction() -> Iterator[Db]:
    """Commit on success, roll back on any error, refuse to nest.

    Nesting is refused because an inner commit would publish half of the outer
    use case. A step that several services share takes the session as an argument.
    What was read before is read anew inside: the write lock comes first.
    """
    if _open.get():
        raise RuntimeError("a use case may not call another use case")
    token = _open.set(True)
    try:
        db.session.rollback()
        db.session.connection(execution_options={WRITES: True})
        yield db.session
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _open.reset(token)
