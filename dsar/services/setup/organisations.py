"""Organisations: read from a file, changed fact by fact, opened to the public, written back."""

import logging
import tomllib
from collections.abc import Callable, Collection
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import tomli_w
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from dsar import profiles
from dsar.domain.errors import DomainError
from dsar.domain.events import Actor
from dsar.domain.organisation_file import (
    SCHEMA,
    Document,
    OrganisationFileError,
    problems_of,
    read_file,
)
from dsar.domain.organisation_keys import Known, controller_schema, system_schema
from dsar.domain.organisation_paths import set_at
from dsar.domain.organisation_schema import Problem
from dsar.domain.organisations import facts_of, missing_for_publication
from dsar.i18n import LANGUAGES
from dsar.models import Organisation, db, new_id
from dsar.resources import res
from dsar.services.setup.organisation_rows import sync_sites, sync_systems, systems_of, welcome
from dsar.services.transaction import Db, transaction

log = logging.getLogger(__name__)


class OrganisationIncomplete(DomainError):
    """The form cannot open to the public: something that the law asks for is missing."""

    message_id = "error.organisation_incomplete"

    def __init__(self, missing: Collection[str]) -> None:
        super().__init__(n=len(missing))
        self.missing = tuple(missing)


class OrganisationUnknown(DomainError):
    """No organisation has this key."""

    message_id = "error.organisation_unknown"


class OrganisationChanged(DomainError):
    """Somebody else has changed the organisation since it was read."""

    message_id = "error.stale"


@dataclass(frozen=True, slots=True)
class Imported:
    """One organisation of a file, and whether it is new here."""

    key: str
    is_new: bool


def known() -> Known:
    """Return what a file may refer to: the profiles and languages of this program."""
    return Known(frozenset(profiles.ids()), LANGUAGES)


def read_organisations(text: str) -> tuple[Document, ...]:
    """Return the controllers of a text. Raises OrganisationFileError with every fault."""
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise OrganisationFileError([Problem(str(error), "not_toml")]) from None
    except (ValueError, RecursionError):  # a number without end, brackets without end
        raise OrganisationFileError([Problem("", "not_toml")]) from None
    return read_file(data, known())


def import_organisation(
    text: str, actor: Actor, now: datetime, only: str = ""
) -> tuple[Imported, ...]:
    """Create or update every organisation of a file, or none: a fault leaves all as it was.

    With `only`, the file may hold no other organisation than the one with this key.
    """
    documents = read_organisations(text)
    if only and [document["key"] for document in documents] != [only]:
        raise OrganisationFileError(
            [Problem("controller", "other_organisation", {"key": only})]
        )
    with transaction() as session:
        return tuple(_save(session, document, actor, now) for document in documents)


def import_examples(actor: Actor, now: datetime) -> tuple[str, ...]:
    """Create the example organisations that are not here yet; return their keys."""
    documents = [
        document
        for path in sorted(res("examples/organisations").glob("*.toml"))
        for document in read_organisations(path.read_text("utf-8"))
    ]
    with transaction() as session:
        there = set(session.scalars(select(Organisation.key)))
        new = [document for document in documents if document["key"] not in there]
        return tuple(_save(session, document, actor, now).key for document in new)


def create_organisation(document: Document, actor: Actor, now: datetime) -> None:
    """Create an organisation; the same once more changes nothing.

    Raises OrganisationFileError, also where the key belongs to another one.
    """
    if problems := tuple(problems_of(document, known())):
        raise OrganisationFileError(problems)
    with transaction() as session:
        row = session.scalar(select(Organisation).where(Organisation.key == document["key"]))
        if row is None:
            _save(session, document, actor, now)
        elif row.document != document:
            raise OrganisationFileError([Problem("key", "key_taken", {"key": row.key})])


def law_names() -> dict[str, str]:
    """Return the laws that an organisation may be under: profile id to name, by name."""
    names = {key: profile.name for key, profile in profiles.load_all().items()}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def authority_name(key: str, language: str) -> str:
    """Return what an authority is called in a language; its key where no law here names it."""
    found = profiles.authority(key)
    return found.name_in(language) if found else key


def id_of(key: str) -> str:
    """Return the id of an organisation. Raises OrganisationUnknown."""
    return _find(db.session, key).id


def export_organisation(key: str) -> str:
    """Return the organisation's file. Importing it again changes nothing."""
    document = document_of(db.session, _find(db.session, key))
    return tomli_w.dumps({"schema": SCHEMA, "controller": [document]})


def document_of(session: Db, row: Organisation) -> Document:
    """Return the organisation's entry with its systems, in the order of the schema."""
    document = controller_schema(known()).ordered(row.document)
    order = system_schema(known()).ordered
    if systems := [order(system.document) for system in systems_of(session, row.id)]:
        document["system"] = systems
    return document


def change_organisation(
    key: str, edit: Callable[[Document], None], actor: Actor, now: datetime
) -> None:
    """Change an organisation's entry by a function. Raises OrganisationFileError when wrong."""
    with transaction() as session:
        _change(session, _find(session, key), edit, (actor, now))


def change_read_organisation(
    key: str, edit: Callable[[Document], None], version: int, by: tuple[Actor, datetime]
) -> None:
    """Change what somebody read at a version. Raises OrganisationChanged when it is newer."""
    with transaction() as session:
        row = _find(session, key)
        if row.version != version:
            raise OrganisationChanged
        _change(session, row, edit, by)


def set_fact(key: str, path: str, value: str, by: tuple[Actor, datetime]) -> None:
    """Set one fact by its path. Raises OrganisationFileError for a wrong path or value."""
    change_organisation(key, lambda document: set_at(document, path, value, known()), *by)


def publish(key: str, actor: Actor, now: datetime) -> None:
    """Open the form to the public; again is no error. Raises OrganisationIncomplete."""
    with transaction() as session:
        row = _find(session, key)
        if missing := missing_for_publication(facts_of(row)):
            raise OrganisationIncomplete(missing)
        row.published_at = row.published_at or now
        _log("published", row.key, actor)


def unpublish(key: str, actor: Actor) -> None:
    """Close the form to the public; open cases go on, and again is no error."""
    with transaction() as session:
        _find(session, key).published_at = None
        _log("unpublished", key, actor)


def _change(
    session: Db,
    row: Organisation,
    edit: Callable[[Document], None],
    by: tuple[Actor, datetime],
) -> None:
    document = deepcopy(document_of(session, row))
    edit(document)
    if problems := tuple(problems_of(document, known())):
        raise OrganisationFileError(problems)
    _save(session, document, *by)


def _find(session: Db, key: str) -> Organisation:
    row = session.scalar(select(Organisation).where(Organisation.key == key))
    if row is None:
        raise OrganisationUnknown
    return row


def _save(session: Db, document: Document, actor: Actor, now: datetime) -> Imported:
    row = session.scalar(select(Organisation).where(Organisation.key == document["key"]))
    is_new = row is None
    if row is None:
        row = Organisation(id=new_id(), key=document["key"], created_at=now)
        session.add(row)
    entry: dict[str, Any] = {k: v for k, v in document.items() if k != "system"}
    before = row.document or {}
    row.document, row.profile = entry, entry["profile"]
    row.display_name, row.default_language = entry["display_name"], entry["default_language"]
    flag_modified(row, "document")  # the version grows also when only a system has changed
    if row.published_at:
        _keep_complete(row)
    session.flush()
    sync_systems(session, row.id, document.get("system", []), now)
    sync_sites(session, row)
    if is_new:
        welcome(session, row.id, actor)
    _log("imported" if is_new else "changed", row.key, actor, _different(before, entry))
    return Imported(row.key, is_new)


def _keep_complete(row: Organisation) -> None:
    missing = missing_for_publication(facts_of(row))
    if missing:
        raise OrganisationFileError([Problem(code, "needed_while_open") for code in missing])


def _different(before: Document, after: Document) -> list[str]:
    return sorted(k for k in before.keys() | after.keys() if before.get(k) != after.get(k))


def _log(what: str, key: str, actor: Actor, keys: Collection[str] = ()) -> None:
    facts = {"organisation": key, "actor": f"{actor.kind}:{actor.ref}", "keys": list(keys)}
    log.info("organisation %s", what, extra=facts)
