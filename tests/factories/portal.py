"""Makers of what a person holds: a receipt with its access code, and the mails she got."""

import json
from datetime import timedelta
from types import SimpleNamespace

from sqlalchemy import select

from dsar.domain.rights import Right
from dsar.models import Case, OutboxMessage, db
from dsar.services.intake import drafts, submission
from dsar.services.intake.opening import OpenCase, PersonFacts, Wish
from dsar.vault import current_vault
from tests.factories import NOON

HALF_AN_HOUR = timedelta(minutes=30)


def make_request(organisation, now=NOON, email="kari@example.org", **overrides):
    """Return a request as its person holds it: case, number, access code, draft."""
    token = drafts.start_draft(organisation.key, timedelta(hours=24), now)
    fields = {
        "organisation_key": organisation.key,
        "language": "nb",
        "channel": "web",
        "wishes": (Wish(Right.ACCESS, {"scope": "all"}),),
        "requester": PersonFacts("Kari Nordmann", email=email),
        "received_at": now,
        "registered_at": now,
        "submission_key": drafts.read_draft(token, now).id,
    }
    slip = submission.submit(OpenCase(**(fields | overrides)), token, HALF_AN_HOUR)
    return SimpleNamespace(
        case=db.session.get_one(Case, slip.case_id),
        id=slip.case_id,
        number=slip.number,
        access_code=slip.access_code,
        draft=token,
    )


def inside(browser, key, held):
    """Open a case in a browser as its person does, with what she holds; return the browser."""
    browser.get(f"/o/{key}/find?lang=nb")
    browser.submit({"number": held.number, "access": held.access_code})
    return browser


def secrets_of(case_id, template):
    """Return the secrets of the newest mail of a template to the person of a case."""
    letters = mails(case_id, template)
    return json.loads(current_vault().open(letters[-1], "secrets"))


def mails(case_id, template):
    """Return the mails of a template to the person of a case, oldest first."""
    db.session.rollback()
    query = select(OutboxMessage).where(
        OutboxMessage.case_id == case_id,
        OutboxMessage.template == template,
        OutboxMessage.recipient == "person",
    )
    return list(db.session.scalars(query.order_by(OutboxMessage.created_at)))
