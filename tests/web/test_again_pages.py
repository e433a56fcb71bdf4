"""After the answer: was it enough, complain, ask for more; and staff open and link cases."""

import pytest
from sqlalchemy import select

from dsar.domain.deliveries import What
from dsar.domain.rights import Right
from dsar.i18n import LANGUAGES
from dsar.models import Case, CaseLink, Message, Organisation, RequestedRight, db
from dsar.services.answer import delivery
from dsar.services.clock import withdrawal
from dsar.services.transaction import transaction
from tests.browser_client import Browser
from tests.factories import work
from tests.factories.accounts import signed_in
from tests.factories.portal import inside, make_request
from tests.factories.work import actor_of
from tests.services.log import events, kinds
from tests.words import say

MISSING = "Fakturaene fra 2024 <b>mangler</b>."
OWN = "/o/meetings/case"


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def people(make, house):
    return make.staff(house), make.staff(house)


@pytest.fixture
def held(house, people, now):
    """What a person holds: a receipt, in a case that is not answered."""
    return make_request(house, now=now)


@pytest.fixture
def answered(held, people, now):
    delivery_id = work.make_delivery(held.case, *people, now)
    delivery.download(delivery_id, What.ZIP, now)
    return held


@pytest.fixture
def own(app, held):
    """The browser of the person, with the case open."""
    app.config["FORM_MIN_SECONDS"] = 0
    return inside(Browser(app.test_client()), "meetings", held)


@pytest.fixture
def desk(app, people, now):
    return signed_in(app, people[0], now)


def state():
    db.session.rollback()
    return db.session.scalars(select(RequestedRight.state)).first()


class TestWasThisRight:
    @pytest.mark.usefixtures("answered")
    def test_is_asked_beside_the_answer_and_on_the_page_of_the_case(self, own):
        assert f"{OWN}/was-this-right" in own.get(OWN).text
        assert f"{OWN}/was-this-right" in own.get(f"{OWN}/answer").text

    @pytest.mark.usefixtures("answered")
    @pytest.mark.parametrize("judgement", ["part", "no"])
    def test_opens_the_case_again_and_says_until_when(self, own, judgement):
        own.get(f"{OWN}/was-this-right")
        page = own.submit({"judgement": judgement, "text": MISSING}, containing="was-this")
        due = db.session.scalars(select(Case)).one().binding_on
        assert say("p13.thanks", date=due) in page.text
        assert say("p9.due", date=due, n=30) in page.text
        assert say("public.state.collecting") in page.text
        assert state() == "collecting"
        assert "&lt;b&gt;" in own.get(f"{OWN}/messages").text

    @pytest.mark.usefixtures("answered")
    def test_leaves_the_old_answer_to_be_read(self, own):
        own.get(f"{OWN}/was-this-right")
        own.submit({"judgement": "part", "text": MISSING}, containing="was-this")
        assert say("p9.answer.btn") in own.get(OWN).text
        assert say("p12.h1") in own.get(f"{OWN}/answer").text

    @pytest.mark.usefixtures("answered")
    def test_thanks_where_all_is_well(self, own):
        own.get(f"{OWN}/was-this-right")
        page = own.submit({"judgement": "yes"}, containing="was-this")
        assert say("p13.thanks.yes") in page.text
        assert state() == "delivered"

    @pytest.mark.usefixtures("answered")
    @pytest.mark.parametrize(
        ("values", "words_id"),
        [
            ({"text": MISSING}, "p13.err"),
            ({"judgement": "part"}, "p13.text.err"),
            ({"judgement": "maybe", "text": MISSING}, "g.err.choice"),
            ({"judgement": "no", "text": " \u200b"}, "p13.text.err"),
        ],
    )
    def test_names_what_is_wrong_and_keeps_the_words(self, own, values, words_id):
        own.get(f"{OWN}/was-this-right")
        page = own.submit(values, 422, containing="was-this")
        assert say(words_id) in page.text
        if "text" in values and values["text"].strip(" \u200b"):
            assert "&lt;b&gt;mangler" in page.text
        assert state() == "delivered"

    @pytest.mark.usefixtures("answered")
    def test_sent_twice_is_kept_once(self, own):
        own.get(f"{OWN}/was-this-right")
        sent = own.form("was-this") | {"judgement": ["part"], "text": [MISSING]}
        for _ in range(2):
            own.post(f"{OWN}/was-this-right", sent)
        assert len(db.session.scalars(select(Message)).all()) == 1
        assert kinds(db.session.scalars(select(Case)).one()).count("right_reopened") == 1

    def test_is_not_asked_before_there_is_an_answer(self, own):
        assert f"{OWN}/was-this-right" not in own.get(OWN).text
        assert own.get(f"{OWN}/was-this-right").request.path == OWN

    def test_keeps_what_a_lost_session_was_sending(self, app, held):
        stranger = Browser(app.test_client())
        stranger.get("/o/meetings/find")
        token = stranger.form()["csrf_token"]
        values = {"csrf_token": token, "judgement": "part", "text": MISSING}
        page = stranger.post(f"{OWN}/was-this-right", values, 401)
        assert "&lt;b&gt;mangler" in page.text


class TestComplaining:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_names_the_authority_and_the_court(self, own, language):
        with transaction() as session:
            row = session.scalars(select(Organisation)).one()
            row.document = row.document | {"ui_languages": list(LANGUAGES), "dpo": "Per Ås"}
        page = own.get(f"{OWN}/complain?lang={language}").text
        assert "Datatilsynet" in page
        assert say("p14.court", language) in page
        assert say("p14.dpo", language) in page

    def test_to_us_is_a_case_of_its_own_that_follows_this_one(self, own, held):
        own.get(f"{OWN}/complain")
        own.submit({}, containing="look-again")
        own.submit({"text": "Dere svarte ikke på det jeg spurte om."})
        own.submit(
            {"name": "Kari Nordmann", "email": "kari@example.org", "relation": "customer"}
        )
        assert "2026-0002" in own.submit({}).text
        row = db.session.scalars(select(CaseLink)).one()
        assert (row.other_id, row.kind) == (held.id, "follow_up")
        new = db.session.get_one(Case, row.case_id)
        rights = select(RequestedRight.right).where(RequestedRight.case_id == new.id)
        assert list(db.session.scalars(rights)) == ["complaint"]
        assert held.case.state == "received"

    def test_asking_for_something_new_asks_what(self, own, held):
        own.get(OWN)
        page = own.submit({}, containing="new-wish")
        assert page.request.path == "/o/meetings/ask"
        own.submit({"rights": ["portability"]})
        own.submit({})
        own.submit(
            {"name": "Kari Nordmann", "email": "kari@example.org", "relation": "customer"}
        )
        own.submit({})
        assert db.session.scalars(select(CaseLink)).one().other_id == held.id

    def test_of_a_stranger_follows_nothing(self, app, house):
        app.config["FORM_MIN_SECONDS"] = 0
        stranger = Browser(app.test_client())
        stranger.get("/o/meetings/find")
        token = stranger.form()["csrf_token"]
        for name in ("look-again", "new-wish"):
            page = stranger.post(f"{OWN}/{name}", {"csrf_token": token})
            assert page.request.path == "/o/meetings/find"


class TestStaffOpenACaseAgain:
    def path(self, held):
        return f"/staff/meetings/cases/{held.number}"

    def test_from_the_case_with_a_reason(self, desk, answered):
        path = self.path(answered)
        assert f"{path}/reopen" in desk.get(path).text
        desk.get(f"{path}/reopen")
        desk.submit({}, 422, containing="/reopen")
        assert say("reopen.reason.err") in desk.page.text
        page = desk.submit({"reason": "found_more"}, containing="/reopen")
        assert say("reopen.done") in page.text
        assert state() == "collecting"
        assert say("reopen.reason.found_more") in desk.get(f"{path}/log").text

    @pytest.mark.parametrize("reason", ["person_says", "nonsense", "x" * 999])
    def test_for_no_other_reason_than_those_offered(self, desk, answered, reason):
        desk.get(f"{self.path(answered)}/reopen")
        desk.submit({"reason": reason}, 422, containing="/reopen")
        assert state() == "delivered"

    def test_twice_by_the_same_form_once(self, desk, answered):
        path = f"{self.path(answered)}/reopen"
        desk.get(path)
        sent = desk.form("/reopen") | {"reason": ["mistake"]}
        for _ in range(2):
            desk.post(path, sent)
        assert kinds(answered.case).count("right_reopened") == 1

    def test_not_before_there_is_an_answer(self, desk, held):
        path = self.path(held)
        assert f"{path}/reopen" not in desk.get(path).text
        assert say("error.nothing_to_reopen") in desk.get(f"{path}/reopen").text

    def test_right_by_right(self, desk, make, house, people, now):
        case = make.case(house, (Right.ACCESS, Right.ERASURE), now=now)
        with transaction() as session:
            for row in session.scalars(select(RequestedRight)):
                row.state = "delivered"
        path = f"/staff/meetings/cases/{case.number}/reopen"
        desk.get(path)
        desk.submit({"reason": "mistake"}, 422, containing="/reopen")
        assert say("reopen.rights.err") in desk.page.text
        desk.submit({"reason": "mistake", "rights": ["erasure"]}, containing="/reopen")
        assert [e.facts["right"] for e in events(case, "right_reopened")] == ["erasure"]


class TestSimilarCasesOnTheDesk:
    def test_are_shown_linked_and_unlinked(self, desk, make, house, held, now):
        second = make.case(house, now=now)
        path = f"/staff/meetings/cases/{held.number}"
        assert second.number in desk.get(path).text
        page = desk.get(f"{path}/similar")
        assert say("s6.dup.address") in page.text
        desk.submit({}, 422, containing="/similar'")
        assert say("s6.dup.kind.err") in desk.page.text
        values = {"other": second.number, "kind": "duplicate"}
        page = desk.submit(values, containing="/similar'")
        assert say("s6.dup.linked", link=say("link.kind.duplicate")) in page.text
        page = desk.submit({}, containing="unlink")
        assert say("s6.dup.unlinked.done") in page.text
        assert "case_unlinked" in kinds(second)
        log = desk.get(f"{path}/log").text
        assert say("event.case_linked", other=second.number, link="samme henvendelse") in log

    @pytest.mark.parametrize("number", ["2026-9999", "nonsense", "x" * 500])
    def test_are_only_those_that_were_offered(self, desk, make, house, held, now, number):
        make.case(house, now=now)
        desk.get(f"/staff/meetings/cases/{held.number}/similar")
        desk.submit({"other": number, "kind": "duplicate"}, 422, containing="/similar'")
        assert db.session.scalars(select(CaseLink)).all() == []

    def test_of_another_house_are_as_absent_as_none(self, desk, make, held, now):
        other = make.organisation("inmeta")
        make.case(other, now=now)
        foreign = make.case(other, now=now)
        path = f"/staff/meetings/cases/{held.number}/similar"
        assert say("s6.dup.empty") in desk.get(path).text
        desk.get(f"/staff/meetings/cases/{held.number}")
        token = desk.form()["csrf_token"]
        stranger = f"{path}/{foreign.number}/unlink"
        assert foreign.number != held.number
        assert desk.client.post(stranger, data={"csrf_token": token}).status_code == 404

    def test_nothing_is_closed_by_a_withdrawal_of_the_other(self, make, house, held, now):
        second = make.case(house, now=now)
        withdrawal.withdraw(second.id, ["access"], actor_of(make.staff(house)), now)
        assert db.session.get_one(Case, held.id).state == "received"
