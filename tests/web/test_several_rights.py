"""One submission with three rights: every page of staff and of the person keeps them apart."""

import re

import pytest

from dsar.domain.cases import Outcome
from dsar.domain.rights import Right
from dsar.models import Case, db
from dsar.services.clock import withdrawal
from dsar.services.intake.opening import Wish
from tests.browser_client import Browser
from tests.factories.accounts import signed_in
from tests.factories.hands import Hands
from tests.factories.portal import make_request
from tests.factories.work import actor_of

CASE = "/staff/memini/cases/2026-0001"
THREE = (Right.ERASURE, Right.ACCESS, Right.INFORMATION)
#: Pages about one right, and those about them all.
OF_A_RIGHT = ("answer", "weighing", "measures", "recipients", "approval", "sending")
OF_ALL = ("", "/tasks", "/findings", "/messages", "/identity", "/closure", "/log", "/deadline")


@pytest.fixture
def hands(make, now):
    hands = Hands(make, THREE, now)
    for right in hands.rights():
        hands.fold(right)
    return hands


@pytest.fixture
def browser(app, hands, now):
    return signed_in(app, hands.staff[0], now)


def go_on_until(hands, number, state):
    """Follow the next step of a right until it has come so far."""
    for _ in range(12):
        if hands.right(number).state == state:
            return
        hands.onward(hands.right(number))
    raise AssertionError(hands.right(number).state)


class TestTheStaffPages:
    @pytest.mark.parametrize("page", OF_ALL)
    def test_of_the_case_name_each_right(self, browser, page):
        text = browser.get(CASE + page).text
        for words in ("Sletting", "Innsyn", "Informasjon"):
            assert words in text

    @pytest.mark.parametrize("page", OF_A_RIGHT)
    @pytest.mark.parametrize("right", THREE)
    def test_of_a_right_lead_on_within_it(self, browser, page, right):
        found = browser.client.get(f"{CASE}/{page}?right={right}")
        if found.status_code == 404:
            assert page in ("weighing", "measures", "recipients")  # this right needs none
            return
        steps = re.search(r'<nav aria-label="Trinn i svaret">(.*?)</nav>', found.text, re.S)
        others = {str(one) for one in THREE} - {str(right)}
        led = re.findall(r"right=(\w+)", steps[1] if steps else "")
        assert led
        assert not others & set(led)

    def test_group_tasks_and_findings_by_right(self, browser, hands):
        hands.find(hands.right(1), 0)
        tasks = browser.get(f"{CASE}/tasks").text
        assert tasks.index("Sletting") < tasks.rindex("Innsyn")
        assert "– Innsyn" in browser.get(f"{CASE}/findings").text

    def test_say_of_which_right_the_next_step_is_and_lead_to_it(self, browser, hands, now):
        step = "Informasjon: Skriv svaret"
        go_on_until(hands, 0, "reviewing")
        go_on_until(hands, 1, "reviewing")
        assert step in browser.get(CASE).text
        assert "/weighing?right=information" in browser.page.text
        assert step in browser.get("/staff/cases").text
        assert "/weighing?right=information" in browser.page.text

    def test_say_nothing_of_the_right_where_there_is_one(self, browser, make, hands):
        make.case(hands.organisation, rights=(Right.INFORMATION,))
        page = browser.get("/staff/memini/cases/2026-0002").text
        assert "Skriv svaret" in page
        assert "Informasjon: Skriv svaret" not in page

    def test_close_one_right_while_the_others_go_on(self, browser, hands, now):
        go_on_until(hands, 2, "delivered")
        browser.get(f"{CASE}/closure")
        chosen = {f"{hands.right(2).id}-outcome": "fulfilled"}
        browser.submit(chosen, containing="closure")
        assert "En del av saken er avsluttet" in browser.page.text
        db.session.expire_all()
        assert [right.outcome for right in hands.rights()] == [None, None, "fulfilled"]
        assert db.session.get_one(Case, hands.case_id).closed_at is None

    def test_close_nothing_where_nothing_is_chosen(self, browser, hands):
        browser.get(f"{CASE}/closure")
        page = browser.submit({}, 422, "closure").text
        assert "Velg hvordan saken endte" in page
        assert {right.outcome for right in hands.rights()} == {None}


class TestTheOrder:
    def test_is_the_copy_first_and_then_erasing(self, browser, hands, now):
        go_on_until(hands, 0, "ready")
        go_on_until(hands, 1, "ready")
        go_on_until(hands, 2, "delivered")
        page = browser.get(CASE).text
        assert "Innsyn:" in re.search(r"next-step__what\">(.*?)</p>", page)[1]


class TestThePersonsPage:
    @pytest.fixture
    def asked(self, make, hands, now):
        wishes = tuple(Wish(right, {}) for right in THREE)
        asked = make_request(hands.organisation, now, wishes=wishes)
        hands.case_id = asked.id
        return asked

    def test_shows_state_date_and_outcome_of_each_right(self, app, asked, hands, now):
        for right in hands.rights():
            hands.fold(right)
        go_on_until(hands, 2, "delivered")
        hands.close(hands.right(2), Outcome.FULFILLED)
        withdrawal.withdraw(hands.case_id, ["erasure"], actor_of(hands.staff[0]), now)
        person = Browser(app.test_client())
        person.get("/o/memini/find")
        person.submit({"number": asked.number, "access": asked.access_code})
        rows = dict(re.findall(r"<dt>([^<]*)</dt>\s*<dd[^>]*>([^<]*)</dd>", person.page.text))
        assert rows["Innsyn"] == "Mottatt. Svar senest mandag 21. desember 2026."
        assert rows["Sletting"].startswith("Trukket (20. november 2026")
        assert rows["Informasjon"].startswith("Oppfylt (20. november 2026")
