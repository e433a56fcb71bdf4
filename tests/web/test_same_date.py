"""One date: on the screens, in the mail, on the command line, in a file, in the calculator."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from dsar.cli import main
from dsar.domain.clock_notices import ExtensionReason
from dsar.i18n import format_date, translate
from dsar.models import Case, OutboxMessage, RequestedRight, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.clock import deadlines, extension, questions
from dsar.services.clock.clock_log import clock_events
from dsar.services.contact import portal
from dsar.services.mail import letters, settling
from dsar.services.mail.settling import Claim, Result, Sending
from dsar.services.staff.api_keys import NewKey, make_key
from dsar.services.transaction import transaction
from tests.browser_client import Browser
from tests.factories.accounts import code_at, give_credentials, signed_in
from tests.factories.work import actor_of

DAY = timedelta(days=1)
#: The day of receipt, the law, and what happens on which day after it.
CASES = {
    "a month": ("2026-11-18", "NO", {}),
    "a short month that ends on a holiday": ("2026-10-31", "DE", {}),
    "eves": ("2026-11-24", "SE", {}),
    "business days": ("2026-11-19", "CA-QC", {}),
    "days that move": ("2026-10-20", "CH", {}),
    "a question": ("2026-10-30", "NO", {"ask": 2, "answer": 9}),
    "more time": ("2026-10-30", "NO", {"extend": 5}),
    "a question and more time": ("2026-10-30", "UK", {"ask": 2, "answer": 9, "extend": 12}),
}


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def staff(make, house):
    return make.staff(house, language="en")


def leave(template, at):
    """Let the newest letter of a template leave the house."""
    with transaction() as session:
        query = select(OutboxMessage).where(OutboxMessage.template == template)
        row = session.scalars(query).one()
        row.claimed_by, letter_id = "me", row.id
    settling.settle(Claim(letter_id, "me", at), Result(Sending.SENT))
    db.session.expire_all()


def happen(case, staff, days):
    """Do to a case what its days say, as the pages do."""
    actor, number = actor_of(staff), "a" * 32
    start = db.session.get_one(Case, case.id).received_at
    if "ask" in days:
        at = start + days["ask"] * DAY
        asked = questions.Ask(number, case.id, "Hvilke?", pauses=True, is_large=True)
        questions.ask(asked, actor, at)
        leave("m07.paused", at)
        questions.answer(number, "Disse.", actor, start + days["answer"] * DAY)
    if "extend" in days:
        at = start + days["extend"] * DAY
        more = extension.Extend("b" * 32, case.id, ExtensionReason.COMPLEX, "Mye.")
        extension.extend(more, actor, at)
        leave("m10", at)


def on_the_command_line(case):
    """What the command line says of the same request, as JSON and as a row of a file."""
    start = deadlines.start_of(case)
    events = [
        {"type": str(e.kind), "at": e.at.isoformat(), "reason": e.reason}
        | {"reasons": list(e.reasons), "large_quantity": e.large_quantity}
        for e in clock_events(db.session, case.id)
    ]
    given = [start.profile, start.received_at.isoformat()]
    flags = [flag for event in events for flag in ("--event", json.dumps(event))]
    flags += [f for k, v in start.options.items() for f in ("--option", f"{k}={v}")]
    told = CliRunner().invoke(main, ["deadline", *given, *flags, "--json"]).stdout
    row = ["1", *given, json.dumps(events), json.dumps(start.options)]
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(["id", "profile", "received_at", "events", "options"])
    lines.writerow(row)
    written = CliRunner().invoke(main, ["deadline", "--vectors", "-"], input=text.getvalue())
    return json.loads(told)["binding_on"], next(csv.DictReader(io.StringIO(written.stdout)))


def in_the_mail(case, actor, now):
    """What a letter to the person says, in English."""
    with transaction() as session:
        file = CaseFile(session, session.get_one(Case, case.id), actor, now)
        file.tell(Notice("m09"))
        row = session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "m09")
        ).one()
        row.language = "en"
    row = db.session.scalars(select(OutboxMessage).where(OutboxMessage.template == "m09")).one()
    return letters.compose(db.session, row, "kari@example.org").body


def calculated(case, received, days):
    """The address at which the calculator is asked the same."""
    options = deadlines.start_of(case).options
    asked = {"lang": "en", "profile": case.profile} | parts("received", received)
    asked |= {"promise": options.get("promise_days", ""), "promise_unit": "days"}
    if "ask" in days:
        asked |= {"pause-1-reason": "clarification", "pause-1-large": "y"}
        asked |= parts("pause-1-asked", received + days["ask"] * DAY)
        asked |= parts("pause-1-answered", received + days["answer"] * DAY)
    if "extend" in days:
        asked |= parts("told", received + days["extend"] * DAY) | {"reasons": "complexity"}
    return f"/calculator?{urlencode(asked)}"


def by_program(app, staff, case, address, now):
    """What the API says: of the list, of the case, of its right, and as the calculator."""
    client, given = app.test_client(), give_credentials(staff)
    key = make_key(given.id, NewKey("test", 1, code_at(now)), now)
    headers = {"Authorization": f"Bearer {key}"}
    listed = client.get("/api/v1/meetings/cases?state=all", headers=headers).json["cases"]
    one = client.get(f"/api/v1/meetings/cases/{case.number}", headers=headers).json
    counted = client.get(f"/api/v1/deadline?{address.partition('?')[2]}").json
    dates = (listed[0], one, one["rights"][0], counted)
    return tuple(found["binding_on"] for found in dates)


def parts(name, day):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


@pytest.mark.parametrize("name", CASES)
def test_is_the_same_wherever_it_stands(app, make, house, staff, now, name):
    received_on, law, days = CASES[name]
    received = datetime.fromisoformat(f"{received_on}T09:00").replace(tzinfo=UTC)
    with transaction() as session:
        row = session.get_one(type(house), house.id)
        row.document = {**row.document, "profile": law}
    case = make.case(house, now=received)
    happen(case, staff, days)
    db.session.expire_all()
    due = case.binding_on
    words = format_date(due, "en")

    told, row = on_the_command_line(case)
    assert told == row["due_date"] == due.isoformat()
    assert words in in_the_mail(case, actor_of(staff), now)
    assert {right.binding_on for right in db.session.scalars(select(RequestedRight))} == {due}

    desk = signed_in(app, staff, now)
    assert words in desk.get(f"/staff/meetings/cases/{case.number}").text
    assert words in desk.get(f"/staff/meetings/cases/{case.number}/deadline").text

    person = Browser(app.test_client())
    with person.client.session_transaction() as session:
        session["case"] = portal.open_case_of(case.id, now)
    assert words in person.get("/o/meetings/case?lang=en").text
    address = calculated(case, received.date(), days)
    page = person.get(address).text
    assert translate("en", "calc.due", date=due) in page

    told = by_program(app, staff, case, address, now)
    assert told == (due.isoformat(),) * 4
