"""Makers of rows for tests: every field has a boring default; a test names what matters.

They go through the services, so that what they make is what the program makes.
"""

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import select

from dsar.domain.events import PERSON, Actor, EventKind
from dsar.domain.rights import Right
from dsar.models import Case, Membership, Organisation, Staff, db, new_id
from dsar.services.intake.opening import (
    OpenCase,
    PersonFacts,
    Wish,
    fresh_case,
    open_case,
    opening_facts,
)
from dsar.services.setup.organisations import import_organisation
from dsar.services.transaction import transaction

EXAMPLES = Path(__file__).parents[2] / "examples" / "organisations"
NOON = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SETUP = Actor("cli", "test")

#: What the example notices do not state, marked as made up.
SAMPLES = {"legal_name": "Eksempel AS", "privacy_email": "personvern@example.org"}

_numbers = count(1)


def make_organisation(key="meetings", published=True, now=NOON):
    """Return an example organisation; an open form has its gaps filled with samples."""
    query = select(Organisation).where(Organisation.key == key)
    if row := db.session.scalar(query):
        return row
    import_organisation((EXAMPLES / f"{key}.toml").read_text("utf-8"), SETUP, now)
    row = db.session.scalars(query).one()
    if published:
        with transaction() as session:
            row = session.get_one(Organisation, row.id)
            filled = {name: row.document.get(name) or SAMPLES[name] for name in SAMPLES}
            row.document = row.document | filled
            row.published_at = now
    return row


def make_staff(organisation=None, roles=("handler", "approver"), now=NOON, **overrides):
    """Return a member of staff with roles in an organisation (any, if none is named)."""
    number = next(_numbers)
    fields = {
        "id": new_id(),
        "name": f"Ida Ruud {number}",
        "email": f"ida{number}@example.org",
        "email_key": f"ida{number}@example.org",
        "password_hash": "unusable",
        "language": "nb",
        "is_admin": False,
        "created_at": now,
    }
    row = Staff(**(fields | overrides))
    with transaction() as session:
        session.add(row)
        for role in roles if organisation is not None else ():
            session.add(
                Membership(
                    id=new_id(), staff_id=row.id, organisation_id=organisation.id, role=role
                )
            )
    return row


def make_case(organisation, rights=(Right.ACCESS,), now=NOON, person=None, **overrides):
    """Return a case that a person opened on the web, with its tasks and its dates."""
    fields = {
        "organisation_key": organisation.key,
        "language": "nb",
        "channel": "web",
        "wishes": tuple(Wish(right, {"scope": "all"}) for right in rights),
        "requester": person or PersonFacts("Kari Nordmann", email="kari@example.org"),
        "received_at": now,
        "registered_at": now,
    }
    command = OpenCase(**(fields | overrides))
    with fresh_case() as fresh, transaction() as session:
        file = open_case(session, command, fresh, PERSON)
        file.record(EventKind.CASE_OPENED, **opening_facts(file, command))
    return db.session.get_one(Case, fresh.case_id)
