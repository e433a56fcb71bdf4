"""The installation itself: its master key, its schema, and whether its parts answer."""

from enum import StrEnum
from pathlib import Path

from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from dsar.channels import EXTENSION, ChannelFailed
from dsar.channels.email import Email
from dsar.domain.cases import State
from dsar.domain.errors import DomainError
from dsar.domain.organisations import facts_of, missing_for_publication
from dsar.models import Case, Organisation, db, schema
from dsar.vault import create_master_key, current_vault

#: So many keys are asked for in one query.
KEYS_AT_ONCE = 500


class Schema(StrEnum):
    """How far the database is, compared with this program."""

    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    NEWER = "newer"


def make_master_key(path: Path, key_store: Path | None) -> bool:
    """Make the master key of a new installation. Returns False where nothing was made.

    Never where a key store exists: what it holds was wrapped by a key that must come back.
    An empty file is what a start leaves that was broken off at this very place.
    """
    if key_store is not None and key_store.exists():
        return False
    if path.exists() and path.stat().st_size > 0:
        return False
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    create_master_key(path)
    return True


def schema_state() -> Schema:
    """Return how far the database is. Raises SQLAlchemyError when it does not answer."""
    have, known = schema.revisions(db.engine)
    if have is None:
        return Schema.EMPTY
    if have not in known:
        return Schema.NEWER
    return Schema.CURRENT if have == known[0] else Schema.BEHIND


def migrate() -> None:
    """Bring the database up to date; a second process waits and finds it done."""
    schema.upgrade(db.engine)


def open_key_store() -> None:
    """Open the key store. Raises MasterKeyMismatch, KeyStoreVersionUnknown, SQLAlchemyError."""
    current_vault().missing_keys(["none"])


def cases_without_key() -> int:
    """Return of how many cases nobody can read anything any more: their key is not here."""
    wanted = select(Case.id).where(Case.state != str(State.DISPOSED)).order_by(Case.id)
    some = db.session.scalars(wanted.execution_options(yield_per=KEYS_AT_ONCE)).partitions()
    return sum(len(current_vault().missing_keys(ids)) for ids in some)


def answers() -> str | None:
    """Return why the database cannot be used, as a code, or None when it can."""
    try:
        state = schema_state()
        open_key_store()
    except SQLAlchemyError:
        return "no_database"
    except DomainError as error:
        return error.message_id
    return None if state is Schema.CURRENT else f"schema_{state}"


def weak_settings() -> list[str]:
    """Return the settings of the database under which acknowledged work could be lost."""
    wanted = {
        "sqlite": {"journal_mode": ("wal",), "synchronous": ("2", "3"), "foreign_keys": ("1",)},
        "postgresql": {
            "fsync": ("on",),
            "full_page_writes": ("on",),
            "synchronous_commit": ("on", "remote_write", "remote_apply"),
        },
    }
    name = db.engine.dialect.name
    ask = "PRAGMA {}" if name == "sqlite" else "SHOW {}"
    with db.engine.connect() as connection:
        found = {
            each: str(connection.execute(text(ask.format(each))).scalar())
            for each in wanted[name]
        }
    good = wanted[name]
    return [f"{each}={value}" for each, value in found.items() if value not in good[each]]


def mail_trouble() -> str | None:
    """Return why the mail server cannot be reached, as a code; None when it can, or is none."""
    channel = current_app.extensions[EXTENSION].get("email")
    if not isinstance(channel, Email):
        return None
    try:
        channel.reach()
    except ChannelFailed as failure:
        return failure.code
    return None


def is_mail_kept() -> bool:
    """Return whether nothing leaves the house, because no mail server is set."""
    return not isinstance(current_app.extensions[EXTENSION].get("email"), Email)


def incomplete_organisations() -> dict[str, tuple[str, ...]]:
    """Return the organisations that cannot be published, with what each of them lacks."""
    rows = db.session.scalars(select(Organisation).order_by(Organisation.key))
    lacking = {row.key: missing_for_publication(facts_of(row)) for row in rows}
    return {key: codes for key, codes in lacking.items() if codes}


def close_key_store() -> None:
    """Let go of this process's connections to the key store; the next use opens them again."""
    current_vault().ring.store.dispose()
