"""The pages of a suspected breach: on the street, and for the few who read it."""

import pytest
from sqlalchemy import select

from dsar.i18n import LANGUAGES
from dsar.models import BreachReport, Organisation, db
from dsar.services.transaction import transaction
from tests.browser_client import Browser
from tests.factories.accounts import signed_in
from tests.words import say

HAPPENED = "En minnepinne med kundelister er borte."
PAGE = "/o/memini/report-breach"
LIST = "/staff/memini/breach-reports"


@pytest.fixture
def house(make):
    return make.organisation("memini")


@pytest.fixture
def street(app, house):
    app.config["FORM_MIN_SECONDS"] = 0
    return Browser(app.test_client())


@pytest.fixture
def reported(street):
    street.get(PAGE)
    street.submit({"happened": HAPPENED, "contact": "Ola"})
    return db.session.scalars(select(BreachReport)).one()


def desk(app, make, house, now, roles):
    return signed_in(app, make.staff(house, roles=roles), now)


class TestOnTheStreet:
    def test_the_start_page_leads_to_it(self, street):
        assert PAGE in street.get("/o/memini/").text

    def test_a_number_is_given_and_stands_in_no_address(self, street):
        street.get(PAGE)
        page = street.submit({"happened": HAPPENED, "when": "i går"})
        assert "B2026-0001" in page.text
        assert page.request.path == f"{PAGE}/received"
        assert not page.request.query_string

    def test_what_was_typed_survives_what_is_missing(self, street):
        street.get(PAGE)
        typed = {"when": "i går <b>", "which": "Kundelister", "contact": "Ola"}
        page = street.submit(typed, 422)
        assert say("breach.happened.err") in page.text
        for words in ("i går &lt;b&gt;", "Kundelister", "Ola"):
            assert words in page.text

    def test_sent_twice_is_one_report(self, street):
        street.get(PAGE)
        sent = street.form() | {"happened": [HAPPENED]}
        for _ in range(2):
            assert "B2026-0001" in street.post(PAGE, sent).text
        assert len(db.session.scalars(select(BreachReport)).all()) == 1

    @pytest.mark.parametrize(
        "values",
        [
            {"happened": "x" * 5001},
            {"happened": "01010750160 er lekket"},
            {"happened": HAPPENED, "website": "http://spam.example"},
            {"happened": HAPPENED, "opened": "forged"},
            {"happened": " \u200b "},
            {"happened": HAPPENED, "contact": "x" * 201},
        ],
    )
    def test_what_no_report_should_hold_is_refused(self, street, values):
        street.get(PAGE)
        street.submit(values, 422)
        assert db.session.scalars(select(BreachReport)).all() == []

    def test_who_sends_too_many_is_told_to_wait_and_keeps_the_words(self, app, street):
        limit = app.extensions["dsar.config"].limits.submissions_per_hour
        for _ in range(limit):
            street.get(PAGE)
            street.submit({"happened": HAPPENED})
        street.get(PAGE)
        assert HAPPENED in street.submit({"happened": HAPPENED}, 429).text

    def test_without_a_report_the_receipt_leads_to_the_form(self, street):
        assert street.get(f"{PAGE}/received").request.path == PAGE

    def test_elsewhere_there_is_no_such_page(self, app, make, street):
        make.organisation("expectit")
        for name in ("", "/received"):
            assert street.get(f"/o/expectit/report-breach{name}", 404)
        assert "report-breach" not in street.get("/o/expectit/").text

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_speaks_every_language_of_the_house(self, street, language):
        with transaction() as session:
            row = session.scalars(select(Organisation)).one()
            row.document = row.document | {"ui_languages": list(LANGUAGES)}
        page = street.get(f"{PAGE}?lang={language}")
        assert say("breach.h1", language) in page.text


class TestForStaff:
    @pytest.mark.parametrize("role", ["admin", "data_protection_officer"])
    def test_those_who_look_after_it_read_and_settle_it(
        self, app, make, house, reported, now, role
    ):
        seen = desk(app, make, house, now, (role,))
        assert say("breach.unread", n=1) in seen.get("/staff/today").text
        assert say("breach.state.new") in seen.get(LIST).text
        page = seen.get(f"{LIST}/{reported.number}")
        assert HAPPENED in page.text
        assert say("breach.unread", n=1) not in seen.get("/staff/today").text
        seen.get(f"{LIST}/{reported.number}")
        assert say("breach.state.settled") in seen.submit({}, containing="settle").text

    @pytest.mark.parametrize("role", ["handler", "approver", "auditor", "system_owner"])
    def test_nobody_else_does(self, app, make, house, reported, now, role):
        seen = desk(app, make, house, now, (role,))
        assert say("breach.unread", n=1) not in seen.get("/staff/today").text
        for page in (LIST, f"{LIST}/{reported.number}"):
            assert seen.client.get(page).status_code == 404
        assert HAPPENED not in seen.get("/staff/today").text

    def test_another_house_does_not_either(self, app, make, reported, now):
        other = make.organisation("inmeta")
        seen = desk(app, make, other, now, ("admin", "data_protection_officer"))
        assert seen.client.get(f"{LIST}/{reported.number}").status_code == 404
        here = f"/staff/inmeta/breach-reports/{reported.number}"
        assert seen.client.get(here).status_code == 404

    def test_a_handler_writes_down_what_she_was_told(self, app, make, house, now):
        seen = desk(app, make, house, now, ("handler",))
        register = seen.get("/staff/memini/register").text
        assert "/staff/memini/register-breach" in register
        seen.get("/staff/memini/register-breach")
        seen.submit({"which": "Kundelister"}, 422, containing="register-breach")
        assert "Kundelister" in seen.page.text
        page = seen.submit({"happened": HAPPENED}, containing="register-breach")
        assert say("breach.registered", number="B2026-0001") in page.text

    def test_elsewhere_nothing_is_written_down(self, app, make, now):
        other = make.organisation("expectit")
        seen = desk(app, make, other, now, ("handler",))
        assert "register-breach" not in seen.get("/staff/expectit/register").text
        assert seen.client.get("/staff/expectit/register-breach").status_code == 404
