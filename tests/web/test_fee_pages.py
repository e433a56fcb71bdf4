"""The pages of a fee: staff ask with all its reasons, the person takes it or withdraws."""

import pytest
from sqlalchemy import select

from dsar.i18n import LANGUAGES
from dsar.models import Case, ClockNotice, Organisation, db
from dsar.services.transaction import transaction
from tests.browser_client import Browser
from tests.factories.accounts import signed_in
from tests.factories.mail import let_leave
from tests.factories.portal import inside, make_request
from tests.services.log import kinds
from tests.words import say

FACTS = "Samme kopi ble gitt <i>to ganger</i> i høst."
FILLED = {
    "ground": "repetition",
    "amount": "250",
    "currency": "NOK",
    "facts": FACTS,
    "costs": "To timer à 125 kroner.",
    "proven": "y",
}
OWN = "/o/meetings/case"


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def held(house, now):
    return make_request(house, now=now)


@pytest.fixture
def page(held):
    return f"/staff/meetings/cases/{held.number}/deadline/fee"


@pytest.fixture
def desk(app, make, house, now):
    return signed_in(app, make.staff(house), now)


@pytest.fixture
def own(app, held):
    return inside(Browser(app.test_client()), "meetings", held)


@pytest.fixture
def told(desk, page, now):
    """The person has been told of a fee."""
    desk.get(page)
    desk.submit(FILLED, containing="/fee'")
    let_leave("m26", now)


class TestAskingForAFee:
    def test_stands_beside_the_other_ways_of_the_deadline(self, desk, page):
        assert page in desk.get(page.removesuffix("/fee")).text

    def test_says_what_the_clock_does_and_waits_for_the_notice(self, desk, page, now):
        assert say("fee.runs") in desk.get(page).text
        shown = desk.submit(FILLED, containing="/fee'")
        assert say("fee.state.pending") in shown.text
        assert "&lt;i&gt;to ganger" in shown.text
        let_leave("m26", now)
        assert say("fee.state.told", date=now) in desk.get(page).text

    def test_names_everything_that_is_missing_and_keeps_the_rest(self, desk, page):
        desk.get(page)
        shown = desk.submit({"facts": FACTS}, 422, containing="/fee'")
        for words_id in ("fee.ground.err", "fee.amount.err", "fee.costs.err"):
            assert say(words_id) in shown.text
        assert say("error.fee_unproven") in shown.text
        assert "&lt;i&gt;to ganger" in shown.text

    @pytest.mark.parametrize(
        "wrong",
        [
            {"amount": "0"},
            {"amount": "en million"},
            {"amount": "9" * 300},
            {"currency": "BTC"},
            {"ground": "rudeness"},
            {"right": "erasure"},
            {"facts": "x" * 5001},
            {"costs": " \u200b"},
        ],
    )
    def test_refuses_what_is_no_lawful_fee(self, desk, page, wrong):
        desk.get(page)
        desk.submit(FILLED | wrong, 422, containing="/fee'")
        assert db.session.scalars(select(ClockNotice)).all() == []

    def test_sent_twice_is_once(self, desk, page):
        desk.get(page)
        sent = desk.form("/fee'") | {name: [text] for name, text in FILLED.items()}
        for _ in range(2):
            desk.post(page, sent)
        assert len(db.session.scalars(select(ClockNotice)).all()) == 1

    def test_explains_that_a_law_knows_none(self, app, make, desk, house, now):
        with transaction() as session:
            row = session.get_one(Organisation, house.id)
            row.profile, row.document = "US-CA", row.document | {"profile": "US-CA"}
        case = make.case(house, now=now)
        shown = desk.get(f"/staff/meetings/cases/{case.number}/deadline/fee").text
        assert say("error.fee_not_in_law") in shown

    @pytest.mark.usefixtures("told")
    @pytest.mark.parametrize(("name", "end"), [("paid", "paid"), ("waived", "waived")])
    def test_is_ended_by_payment_or_given_up(self, desk, page, name, end):
        desk.get(page)
        shown = desk.submit({}, containing=name)
        assert say("event.fee_settled", end=say(f"fee.end.{end}")) in shown.text
        desk.client.post(f"{page}/{name}", data=desk.form())
        case = db.session.scalars(select(Case)).one()
        assert kinds(case).count("fee_settled") == 1


class TestThePersonsPage:
    def test_is_not_there_before_she_has_been_told(self, desk, page, own):
        desk.get(page)
        desk.submit(FILLED, containing="/fee'")
        assert say("p9.fee") not in own.get(OWN).text
        assert own.get(f"{OWN}/fee").request.path == OWN

    @pytest.mark.usefixtures("told")
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_says_how_much_why_and_how_to_complain(self, own, language):
        with transaction() as session:
            row = session.scalars(select(Organisation)).one()
            row.document = row.document | {"ui_languages": list(LANGUAGES)}
        assert f"{OWN}/fee" in own.get(OWN).text
        shown = own.get(f"{OWN}/fee?lang={language}").text
        assert say("p19.lead", language, amount="250,00\xa0NOK") in shown
        assert "&lt;i&gt;to ganger" in shown
        assert "To timer" in shown
        assert "Datatilsynet" in shown

    @pytest.mark.usefixtures("told")
    def test_takes_the_fee_once(self, own):
        own.get(f"{OWN}/fee")
        sent = own.form("accept")
        for _ in range(2):
            page = own.post(f"{OWN}/fee/accept", sent)
        assert say("p9.fee") not in page.text
        case = db.session.scalars(select(Case)).one()
        assert kinds(case).count("fee_accepted") == 1

    @pytest.mark.usefixtures("told")
    def test_takes_the_request_back_free_of_charge(self, own):
        own.get(f"{OWN}/fee")
        page = own.submit({}, containing="withdraw")
        assert say("p15.done") in page.text
        assert db.session.scalars(select(Case)).one().outcome == "withdrawn"

    def test_of_a_stranger_leads_to_the_way_in(self, app, held):
        stranger = Browser(app.test_client())
        assert stranger.get(f"{OWN}/fee").request.path == "/o/meetings/find"
