"""The pages of what stops, is restricted, corrected and told to recipients."""

import re

import pytest
from sqlalchemy import select

from dsar.domain.measures import Act
from dsar.domain.rights import Right
from dsar.models import Case, DataSystem, Measure, RequestedRight, db
from dsar.services.intake.opening import Wish
from dsar.services.rights import suppressing
from dsar.services.transaction import transaction
from tests.browser_client import Browser
from tests.factories.accounts import sign_in, signed_in
from tests.factories.mail import let_leave, letters_of
from tests.factories.portal import inside, make_request
from tests.factories.rights import make_carried_out, make_measured
from tests.factories.work import right_of
from tests.words import say

CASE = "/staff/inmeta/cases/2026-0001"


def token(browser):
    """The token of the page that the browser has open."""
    return browser.form()["csrf_token"]


@pytest.fixture
def house(make):
    return make.organisation("inmeta")


@pytest.fixture
def ida(make, house):
    return make.staff(house)


@pytest.fixture
def desk(app, ida, now):
    return signed_in(app, ida, now)


@pytest.fixture
def street(app):
    app.config["FORM_MIN_SECONDS"] = 0
    return Browser(app.test_client())


@pytest.fixture
def restricted(make, house, ida, now):
    wish = Wish(Right.RESTRICTION, {"reason": "c", "text": ""})
    case = make.case(house, wishes=(wish,))
    make_measured(case, ida, now, "restriction", Act.RESTRICT)
    make_carried_out(case, ida, now, "restriction")
    return db.session.scalar(select(Measure))


class TestStopMarketing:
    @pytest.mark.parametrize("typed", ["kari@example.org", "+47 412 34 567"])
    def test_is_one_page_and_done(self, street, house, typed):
        street.get("/o/inmeta/stop-marketing?lang=nb")
        page = street.submit({"address": typed})
        assert page.request.path == "/o/inmeta/receipt"
        assert say("p16.done.h") in page.text
        assert "tirsdag 24. november 2026" in page.text
        assert suppressing.counted("inmeta") == {"marketing": 1}

    def test_pressed_twice_is_one_request(self, street, house):
        page = street.get("/o/inmeta/stop-marketing?lang=nb")
        form = {"address": "kari@example.org"}
        street.submit(form)
        street.page = page
        assert street.submit(form).request.path == "/o/inmeta/receipt"
        assert len(db.session.scalars(select(Case)).all()) == 1

    def test_pressed_twice_at_once_is_one_request_with_one_receipt(self, app, street, house):
        page = street.get("/o/inmeta/stop-marketing?lang=nb")
        again = Browser(app.test_client())
        for cookie in list(street.client._cookies.values()):  # the same browser
            again.client.set_cookie(cookie.key, cookie.value)
        receipts = []
        for browser in (street, again):  # the second knows nothing of the first's answer
            browser.page = page
            sent = browser.submit({"address": "kari@example.org"})
            assert sent.request.path == "/o/inmeta/receipt"
            receipts.append(re.search(r"2026-\d{4}", sent.text)[0])
        assert len(db.session.scalars(select(Case)).all()) == 1
        assert receipts[0] == receipts[1]

    def test_of_one_browser_says_nothing_to_another(self, app, street, house):
        street.get("/o/inmeta/stop-marketing?lang=nb")
        once = street.form()["once"]
        street.submit({"address": "kari@example.org"})
        other = Browser(app.test_client())
        other.get("/o/inmeta/stop-marketing?lang=nb")
        page = other.submit({"address": "per@example.org", "once": once})
        assert "2026-0002" in page.text
        assert len(db.session.scalars(select(Case)).all()) == 2

    def test_after_another_request_is_a_request_of_its_own(self, street, house):
        for _ in range(2):
            street.get("/o/inmeta/stop-marketing?lang=nb")
            street.submit({"address": "kari@example.org"})
        assert len(db.session.scalars(select(Case)).all()) == 2

    def test_in_a_closed_house_stops_nothing(self, street, house, make):
        make.organisation("memini", published=False)
        page = street.get("/o/memini/stop-marketing")
        assert say("p16.do.btn") not in page.text
        street.get("/o/inmeta/stop-marketing")
        sent = street.form() | {"address": ["kari@example.org"]}
        street.post("/o/memini/stop-marketing", sent, 409)
        assert db.session.scalars(select(Case)).all() == []


class TestTheRegister:
    def test_leads_to_the_notice_then_to_the_end(self, desk, restricted, now):
        page = desk.get("/staff/inmeta/restrictions")
        assert "2026-0001" in page.text
        lifting = f"{CASE}/measures/{restricted.id}/lifting"
        assert lifting in page.text
        page = desk.get(lifting)
        assert say("restriction.lift.btn") not in page.text
        assert desk.submit({"reason": " "}, 422, containing="/lifting").status_code == 422
        page = desk.submit({"reason": "Vi har rettet tallene."}, containing="/lifting")
        assert say("restriction.waits") in page.text
        let_leave("m25", now)
        page = desk.get(lifting)
        assert say("restriction.lift.btn") in page.text
        desk.submit({}, containing="/lift'")
        assert say("restriction.none") in desk.get("/staff/inmeta/restrictions").text

    def test_is_found_from_the_list_of_cases_by_whoever_may_read_it(
        self, app, make, house, now
    ):
        link, other = "/staff/{}/restrictions", make.organisation("memini")
        for staff, is_there in ((make.staff(other), False), (make.staff(house), True)):
            browser = Browser(app.test_client())
            sign_in(browser.client, staff, now)
            page = browser.get("/staff/cases").text
            assert (link.format("inmeta") in page) is is_there
            assert (link.format("memini") in page) is not is_there

    def test_is_found_from_the_register_of_systems_by_whoever_may_read_it(
        self, app, make, house, now
    ):
        for role, is_there in (("data_protection_officer", True), ("admin", False)):
            browser = Browser(app.test_client())
            sign_in(browser.client, make.staff(house, roles=(role,)), now)
            page = browser.get("/staff/inmeta/settings/").text
            assert ("/staff/inmeta/restrictions" in page) is is_there

    def test_cannot_be_hurried(self, desk, restricted):
        desk.get(f"{CASE}/measures/{restricted.id}/lifting")
        path = f"{CASE}/measures/{restricted.id}/lift"
        answer = desk.client.post(path, data={"csrf_token": token(desk)})
        assert answer.status_code == 409 or say("error.lift_not_announced") in answer.text
        db.session.expire_all()
        assert db.session.get_one(Measure, restricted.id).lifted_at is None

    def test_shows_nothing_of_another_house(self, app, make, restricted, now):
        other = make.organisation("memini")
        client = app.test_client()
        sign_in(client, make.staff(other), now)
        assert client.get("/staff/inmeta/restrictions").status_code == 404
        lifting = f"{CASE}/measures/{restricted.id}/lifting"
        assert client.get(lifting).status_code == 404

    def test_has_no_page_for_what_is_not_restricted(self, desk, make, house, ida, now):
        case = make.case(house, wishes=(Wish(Right.RESTRICTION, {"reason": "a"}),))
        make_measured(case, ida, now, "restriction", Act.RESTRICT)
        row = db.session.scalar(select(Measure))
        path = f"/staff/inmeta/cases/{case.number}/measures/{row.id}/lifting"
        assert desk.client.get(path).status_code == 404
        make_carried_out(case, ida, now, "restriction")
        assert desk.client.get(path).status_code == 200


class TestTheWeighing:
    @pytest.mark.parametrize(
        ("right", "answers", "ground"),
        [
            (Right.RESTRICTION, {"reason": "b"}, "18_1_b"),
            (Right.OBJECTION, {"kind": "marketing"}, "21_2"),
        ],
    )
    def test_begins_with_what_the_person_said(self, desk, make, house, right, answers, ground):
        make.case(house, wishes=(Wish(right, answers),))
        page = desk.get(f"{CASE}/weighing").text
        before = page.index(f'value="{ground}"')
        assert "checked" in page[before : page.index(">", before)]


class TestADisputedCorrection:
    def test_offers_restriction_until_it_is_there(self, desk, make, house):
        wish = Wish(Right.RECTIFICATION, {"wrong": "a", "right": "b"})
        make.case(house, wishes=(wish,))
        page = desk.get(f"{CASE}/measures").text
        assert say("rect.restrict.btn") in page
        page = desk.get(f"{CASE}/deadline/add-right?right=restriction").text
        before = page.index('value="restriction"')
        assert {"checked", "selected"} & set(page[before : page.index(">", before)].split())


class TestRecipients:
    def test_of_the_register_are_noted_with_one_press(self, desk, make, house, ida, now):
        with transaction() as session:
            for system in session.scalars(select(DataSystem)):
                texts = {"nb": {"recipients": "Regnskap AS; <b>Trykk</b> & Co"}}
                system.document = system.document | {"texts": texts}
        wish = Wish(Right.RECTIFICATION, {"wrong": "a", "right": "b"})
        case = make.case(house, wishes=(wish,))
        make_measured(case, ida, now, "rectification", Act.CORRECT)
        page = desk.get(f"{CASE}/recipients")
        assert "&lt;b&gt;Trykk&lt;/b&gt;" in page.text
        right = right_of(case, "rectification").id
        data = {"csrf_token": token(desk)}
        noted = desk.client.post(f"{CASE}/rights/{right}/recipients/suggested", data=data)
        assert noted.status_code == 303
        page = desk.get(f"{CASE}/recipients").text
        assert say("recipient.suggested.h") not in page
        assert "Regnskap AS" in page
        assert page.count(say("recipient.state.open")) == 2


CONSENT = (Wish(Right.CONSENT_WITHDRAWAL, {"scope": "all"}),)


class TestAWithdrawnConsent:
    @pytest.fixture
    def person(self, street, house, now):
        return inside(street, "inmeta", make_request(house, now=now, wishes=CONSENT))

    def test_may_be_followed_by_erasure_with_one_press(self, person):
        page = person.get("/o/inmeta/case")
        assert say("p9.erase.btn") in page.text
        page = person.submit({}, containing="/also-erase")
        assert say("p9.erase.done") in page.text
        assert say("p9.erase.btn") not in page.text
        db.session.expire_all()
        rights = set(db.session.scalars(select(RequestedRight.right)))
        assert rights == {"consent_withdrawal", "erasure"}

    def test_tells_staff_of_it(self, person, make, house):
        make.staff(house)
        person.get("/o/inmeta/case")
        person.submit({}, containing="/also-erase")
        assert len(letters_of("t12")) == 1

    def test_of_another_kind_is_not_offered(self, street, house):
        inside(
            street,
            "inmeta",
            make_request(house, wishes=(Wish(Right.ACCESS, {"scope": "all"}),)),
        )
        assert say("p9.erase.btn") not in street.get("/o/inmeta/case").text
        answer = street.client.post(
            "/o/inmeta/case/also-erase", data={"csrf_token": token(street)}
        )
        assert answer.status_code == 303
        assert "erasure" not in set(db.session.scalars(select(RequestedRight.right)))
