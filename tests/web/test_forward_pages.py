"""A request through another company: the question on the street, the page of staff."""

import pytest
from sqlalchemy import select

from dsar.models import Case, Forwarding, db
from tests.browser_client import Browser
from tests.factories.accounts import sign_in, signed_in
from tests.factories.mail import let_leave
from tests.factories.portal import inside, make_request
from tests.words import say

CUSTOMER, CONTACT = "Kundefirma AS", "personvern@kunde.example"
FILLED = {"controller": CUSTOMER, "contact": CONTACT, "how": "Kryptert e-post"}


@pytest.fixture
def house(make):
    return make.organisation("expectit")


@pytest.fixture
def request_(house, now):
    return make_request(house, now=now)


@pytest.fixture
def page(request_):
    return f"/staff/expectit/cases/{request_.number}/forward"


@pytest.fixture
def desk(app, make, house, now):
    return signed_in(app, make.staff(house), now)


@pytest.fixture
def street(app):
    app.config["FORM_MIN_SECONDS"] = 0
    return Browser(app.test_client())


def ask_for_access(street, key):
    street.get(f"/o/{key}/ask")
    street.submit({"rights": ["access"]})
    return street.submit({})


class TestTheQuestion:
    def test_is_asked_where_the_house_works_for_others(self, street, house, make):
        assert say("p4.through.h") in ask_for_access(street, "expectit").text
        assert "p4.rel.via" not in street.page.text
        assert say("p4.rel.via.label") not in street.page.text
        make.organisation("meetings")
        assert say("p4.through.h") not in ask_for_access(street, "meetings").text

    def test_takes_the_answer_to_staff(self, street, house, desk):
        ask_for_access(street, "expectit")
        who = {"name": "Kari Nordmann", "email": "kari@example.org"}
        shown = street.submit(who | {"through": "yes", "company": CUSTOMER})
        assert CUSTOMER in shown.text
        assert say("p4.rel.via.label") in shown.text
        street.submit({})
        case = db.session.scalars(select(Case)).one()
        assert case.relation == "via"
        seen = desk.get(f"/staff/expectit/cases/{case.number}")
        assert say("s23.via") in seen.text
        assert CUSTOMER in seen.text

    def test_answered_with_no_still_asks_how_we_are_known(self, street, house):
        ask_for_access(street, "expectit")
        who = {"name": "Kari Nordmann", "email": "kari@example.org"}
        page = street.submit(who | {"through": "no", "company": CUSTOMER}, 422)
        assert say("p4.rel.err") in page.text
        assert CUSTOMER in page.text

    def test_keeps_its_answer_when_something_else_is_wrong(self, street, house):
        ask_for_access(street, "expectit")
        street.submit({"name": "Kari", "email": "no address", "through": "yes"}, 422)
        assert street.form()["through"] == ["yes"]
        assert say("p4.rel.err") not in street.page.text

    @pytest.mark.parametrize("through", ["maybe", "yes\u0000", "x" * 500])
    def test_refuses_an_answer_that_was_not_offered(self, street, house, through):
        ask_for_access(street, "expectit")
        who = {"name": "Kari", "email": "kari@example.org", "relation": "customer"}
        page = street.submit(who | {"through": through}, 422)
        assert say("g.err.choice") in page.text


class TestTheForwardPage:
    def test_is_reached_from_the_case(self, desk, page):
        assert page in desk.get(page.removesuffix("/forward")).text

    def test_writes_it_down_and_waits_for_the_notice(self, desk, page, now):
        desk.get(page)
        shown = desk.submit(FILLED, containing="/forward")
        assert say("s23.pending") in shown.text
        assert CONTACT in shown.text
        let_leave("m20", now)
        assert say("s23.pending") not in desk.get(page).text

    def test_names_all_that_is_missing_and_keeps_the_rest(self, desk, page):
        desk.get(page)
        day = {f"sent_on-{part}": "" for part in ("day", "month", "year")}
        shown = desk.submit({"how": "<i>brev</i>"} | day, 422, containing="/forward")
        for words_id in ("s23.who.err", "s23.contact.err", "s23.sent.err"):
            assert say(words_id) in shown.text
        assert "&lt;i&gt;brev&lt;/i&gt;" in shown.text

    @pytest.mark.parametrize(
        "wrong",
        [
            {"sent_on-day": "21"},
            {"sent_on-day": "19"},
            {"sent_on-month": "13"},
            {"sent_on-year": "26"},
            {"sent_on-day": "x" * 300},
            {"controller": "x" * 201},
            {"controller": " \u200b "},
            {"contact": "01010750160"},
        ],
    )
    def test_refuses_what_cannot_be(self, desk, page, wrong):
        desk.get(page)
        desk.submit(FILLED | wrong, 422, containing="/forward")
        assert db.session.scalars(select(Forwarding)).all() == []

    def test_sent_twice_is_once(self, desk, page):
        desk.get(page)
        sent = desk.form("/forward") | {name: [text] for name, text in FILLED.items()}
        for _ in range(2):
            desk.post(page, sent)
        assert len(db.session.scalars(select(Forwarding)).all()) == 1

    def test_is_absent_where_the_house_answers_for_itself(self, app, make, now):
        memini = make.organisation("memini")
        case = make.case(memini, now=now)
        client = app.test_client()
        sign_in(client, make.staff(memini), now)
        path = f"/staff/memini/cases/{case.number}"
        assert client.get(f"{path}/forward").status_code == 404
        assert "/forward" not in client.get(path).text


class TestThePersonsPage:
    def test_says_who_decides_once_she_has_been_told(
        self, app, desk, request_, page, house, now
    ):
        desk.get(page)
        desk.submit(FILLED, containing="/forward")
        own = inside(Browser(app.test_client()), "expectit", request_)
        assert CUSTOMER not in own.page.text
        let_leave("m20", now)
        shown = own.get("/o/expectit/case").text
        assert say("p9.forwarded.h") in shown
        assert CUSTOMER in shown
        assert CONTACT in shown
        assert say("p9.event.forwarding_notified") in shown
