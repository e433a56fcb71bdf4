"""What staff could do wrong because a page misled them."""

import pytest

from dsar.services.answer import approval, delivery
from tests.factories.accounts import signed_in
from tests.factories.work import (
    actor_of,
    make_approved,
    make_delivery,
    make_package,
    tasks_of,
)

CASE = "/staff/meetings/cases/2026-0001"


@pytest.fixture
def case(make):
    return make.case(make.organisation("meetings"))


@pytest.fixture
def staff(make, case):
    house = make.organisation("meetings")
    return make.staff(house), make.staff(house)


@pytest.fixture
def browser(app, staff, now):
    return signed_in(app, staff[0], now)


class TestAnAnswerThatIsSent:
    def test_is_not_offered_for_approval_or_sending_again(self, browser, case, staff, now):
        make_delivery(case, *staff, now)
        assert ">Godkjenn svaret</a>" not in browser.get(f"{CASE}/package").text
        assert ">Send svaret</a>" not in browser.get(f"{CASE}/approval").text

    def test_is_not_refused_once_the_person_has_it(self, browser, case, staff, now):
        delivery.open_answer(make_delivery(case, *staff, now), now)
        assert "/refuse" not in browser.get(f"{CASE}/answer").text

    def test_is_offered_for_approval_before(self, browser, case, staff, now):
        package_id = make_package(case, staff[0], now)
        approval.ask_approval(package_id, actor_of(staff[0]), now)
        assert ">Godkjenn svaret</a>" in browser.get(f"{CASE}/package").text

    def test_is_offered_for_sending_before(self, browser, case, staff, now):
        make_approved(case, *staff, now)
        assert "/refuse" in browser.get(f"{CASE}/answer").text
        assert ">Send svaret</a>" in browser.get(f"{CASE}/approval").text


class TestHowOneLooked:
    def test_is_written_for_the_person_and_the_page_says_so(self, browser, case):
        page = browser.get(f"{CASE}/tasks/{tasks_of(case)[0].id}").text
        assert "Personen får lese dette." in page
