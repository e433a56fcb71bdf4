"""The pages that move a date: each shows it first, and explains each refusal."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from dsar.i18n import format_date, translate
from dsar.models import Case, ClockNotice, OutboxMessage, RequestedRight, db
from dsar.services.clock import questions
from dsar.services.contact import portal
from dsar.services.mail import settling
from dsar.services.mail.settling import Claim, Result, Sending
from dsar.services.transaction import transaction
from tests.browser_client import Browser
from tests.factories.accounts import signed_in
from tests.factories.work import actor_of

WORDS = "Vi må gå gjennom mange år med e-post."


@pytest.fixture
def house(make):
    row = make.organisation()
    with transaction() as session:
        row = session.get_one(type(row), row.id)
        row.document = {**row.document, "promise": {"origin": "default", "words": ""}}
    return row


@pytest.fixture
def staff(make, house):
    return make.staff(house, language="en")


@pytest.fixture
def case(make, house, staff, now):
    return make.case(house, now=now)


@pytest.fixture
def desk(app, staff, case, now):
    return signed_in(app, staff, now)


def page(case, name=""):
    number = db.session.get_one(Case, case.id).number
    return f"/staff/meetings/cases/{number}/deadline{name}"


def say(words_id, **facts):
    return translate("en", words_id, **facts)


def long(day):
    return format_date(day, "en")


def leave(template, now):
    with transaction() as session:
        query = select(OutboxMessage).where(OutboxMessage.template == template)
        row = session.scalars(query).one()
        row.claimed_by, letter_id = "me", row.id
    settling.settle(Claim(letter_id, "me", now), Result(Sending.SENT))
    db.session.expire_all()


def first_right():
    db.session.rollback()
    return db.session.scalars(select(RequestedRight)).first()


class TestTheDeadlinePage:
    def test_leads_to_every_way_of_moving_it(self, desk, case):
        shown = desk.get(page(case)).text
        for name in ("/extend", "/question", "/add-right", "/withdraw"):
            assert page(case, name) in shown

    def test_is_linked_from_the_case(self, desk, case):
        assert page(case) in desk.get(page(case).removesuffix("/deadline")).text


class TestExtend:
    def test_shows_the_date_before_and_after_and_sends_nothing_by_itself(self, desk, case):
        shown = desk.get(page(case, "/extend")).text
        assert long(first_right().binding_on) in shown
        assert "22 February 2027" in shown
        desk.submit({"reason": "many", "preview": "1"}, containing="extend")
        assert db.session.scalars(select(ClockNotice)).all() == []

    def test_prepares_the_notice_and_waits_for_it_to_leave(self, desk, case, now):
        desk.get(page(case, "/extend"))
        desk.submit({"reason": "complex", "explanation": WORDS}, containing="extend")
        assert say("deadline.pending") in desk.page.text
        assert first_right().binding_on.month == 12
        leave("m10", now)
        shown = desk.get(page(case)).text
        assert say("deadline.pending") not in shown
        assert "22 February 2027" in shown
        assert say("clock.error.extension_taken") in desk.get(page(case, "/extend")).text

    def test_says_what_is_missing_and_keeps_what_was_typed(self, desk, case):
        desk.get(page(case, "/extend"))
        desk.submit({"explanation": WORDS}, 422, containing="extend")
        assert say("s15.why.err") in desk.page.text
        assert WORDS in desk.page.text
        desk.submit({"reason": "complex", "explanation": ""}, 422, containing="extend")
        assert say("s15.exp.err") in desk.page.text

    def test_explains_that_it_is_too_late(self, desk, case, now):
        with transaction() as session:
            session.get_one(Case, case.id).received_at = now - timedelta(days=60)
        shown = desk.get(page(case, "/extend")).text
        assert say("s15.late", date=db.session.get_one(Case, case.id).statutory_on) in shown
        assert "explanation" not in shown

    def test_asks_for_the_day_where_the_law_wants_it_named(self, desk, case):
        with transaction() as session:
            session.get_one(Case, case.id).profile = "CH"
        desk.get(page(case, "/extend"))
        desk.submit({"reason": "complex", "explanation": WORDS}, 422, containing="extend")
        assert say("clock.error.extension_without_date") in desk.page.text
        until = {"until-day": "1", "until-month": "2", "until-year": "2027"}
        desk.submit(until | {"preview": "1"}, containing="extend")
        assert "1 February 2027" in desk.page.text
        desk.submit(until, containing="extend")
        assert say("deadline.pending") in desk.page.text


class TestQuestion:
    def test_stops_the_clock_when_it_has_left(self, desk, case, now):
        desk.get(page(case, "/question"))
        values = {"kind": "scope", "text": "Hvilke år?", "large": "y"}
        desk.submit(values, containing="question")
        leave("m07.paused", now)
        assert first_right().binding_on is None
        desk.get(page(case))
        desk.submit({"reply": "Fra 2024."}, containing="answered")
        assert first_right().binding_on is not None
        assert "Fra 2024." in desk.page.text

    @pytest.mark.parametrize(
        ("values", "error"),
        [
            ({"kind": "scope"}, "clock.error.clarification_not_large"),
            ({}, "s16.kind.err"),
            ({"kind": "other", "text": ""}, "s16.text.err"),
        ],
    )
    def test_explains_what_is_missing(self, desk, case, values, error):
        desk.get(page(case, "/question"))
        desk.submit({"text": "Hvilke år?"} | values, 422, containing="question")
        assert say(error) in desk.page.text
        assert db.session.scalars(select(ClockNotice)).all() == []

    def test_asks_why_it_comes_so_late(self, desk, case, now):
        with transaction() as session:
            session.get_one(Case, case.id).received_at = now - timedelta(days=9)
        desk.get(page(case, "/question"))
        values = {"kind": "scope", "text": "Hvilke år?", "large": "y"}
        desk.submit(values, 422, containing="question")
        assert say("clock.error.pause_delay_unexplained") in desk.page.text
        desk.submit({"delay": "Vi fant arkivet i går."}, containing="question")

    def test_says_that_the_law_has_no_pause(self, desk, case):
        with transaction() as session:
            session.get_one(Case, case.id).profile = "US-CA"
        desk.get(page(case, "/question"))
        assert say("clock.error.no_pause_in_law") in desk.page.text
        desk.submit({"kind": "other", "text": "Hvilke år?"}, containing="question")
        assert say("deadline.pending") in desk.page.text


class TestRights:
    def test_are_added_with_a_clock_of_their_own(self, desk, case):
        desk.get(page(case, "/add-right"))
        day = {"received-day": "20", "received-month": "11", "received-year": "2026"}
        values = {"right": "erasure", "words": "Slett alt.", **day}
        desk.submit(values | {"preview": "1"}, containing="add-right")
        assert db.session.scalars(select(RequestedRight)).all()[1:] == []
        desk.submit({}, containing="add-right")
        assert len(db.session.scalars(select(RequestedRight)).all()) == 2
        assert 'value="erasure"' not in desk.get(page(case, "/add-right")).text

    def test_cannot_have_come_before_the_case(self, desk, case):
        desk.get(page(case, "/add-right"))
        day = {"received-day": "2", "received-month": "11", "received-year": "2026"}
        values = {"right": "erasure", "words": "Slett alt.", **day}
        desk.submit(values, 422, containing="add-right")
        assert say("clock.error.not_yet_received") in desk.page.text

    def test_are_withdrawn_and_taken_up_again(self, desk, case):
        desk.get(page(case, "/withdraw"))
        desk.submit({"rights": "access", "preview": "1"}, containing="withdraw")
        assert say("deadline.withdraw.all") in desk.page.text
        desk.submit({}, containing="withdraw")
        assert first_right().state == "closed"
        desk.get(page(case))
        desk.submit({}, containing="take-up-again")
        assert first_right().state == "collecting"

    def test_show_when_the_rest_is_due(self, desk, case):
        self.test_are_added_with_a_clock_of_their_own(desk, case)
        desk.get(page(case, "/withdraw"))
        desk.submit({"rights": "access", "preview": "1"}, containing="withdraw")
        rest = db.session.scalars(
            select(RequestedRight).where(RequestedRight.right == "erasure")
        ).one()
        assert say("deadline.withdraw.rest", date=rest.sort_on) in desk.page.text


class TestThePerson:
    @pytest.fixture
    def person(self, app, case, now):
        client = app.test_client()
        with client.session_transaction() as session:
            session["case"] = portal.open_case_of(case.id, now)
            session["language"] = "en"
        return Browser(client)

    def test_answers_the_question_and_the_clock_runs_on(self, person, case, staff, now):
        command = questions.Ask("a" * 32, case.id, "Hvilke år?", pauses=True, is_large=True)
        questions.ask(command, actor_of(staff), now)
        leave("m07.paused", now)
        assert "/o/meetings/case/question" in person.get("/o/meetings/case").text
        shown = person.get("/o/meetings/case/question").text
        assert "Hvilke år?" in shown
        person.submit({"answer": ""}, 422, containing="question")
        assert say("p10.scope.err") in person.page.text
        person.submit({"answer": "Fra 2024."}, containing="question")
        assert say("p10.thanks", date=first_right().binding_on) in person.page.text

    def test_reads_why_it_takes_longer(self, person, desk, case, now):
        desk.get(page(case, "/extend"))
        desk.submit({"reason": "complex", "explanation": WORDS}, containing="extend")
        assert WORDS not in person.get("/o/meetings/case").text
        leave("m10", now)
        shown = person.get("/o/meetings/case").text
        assert WORDS in shown
        assert "22 February 2027" in shown

    def test_withdraws_and_changes_her_mind(self, person, case):
        person.get("/o/meetings/case/withdraw")
        person.submit({}, containing="withdraw")
        assert first_right().state == "closed"
        person.submit({}, containing="take-up-again")
        assert first_right().state == "collecting"


class TestASiteWithALawOfItsOwn:
    @pytest.mark.parametrize("name", ["extend", "question"])
    def test_is_named_where_it_refuses(self, desk, case, name):
        with transaction() as session:
            row = session.get_one(Case, case.id)
            row.site_clock = {"profile": "BR", "options": {}}
        error = {"extend": "no_extension_in_law", "question": "no_pause_in_law"}[name]
        why = say(f"clock.error.{error}")
        shown = desk.get(page(case, f"/{name}")).text
        assert say("clock.site_law", law="Brasil", why=why) in unescape(shown)
