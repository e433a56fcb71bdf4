"""Portability and refusal as a handler presses through them, without scripts."""

import re
from datetime import timedelta

import pytest
import time_machine

from dsar.domain.rights import Right
from dsar.models import Organisation, Refusal, Transfer, db
from tests.factories.accounts import signed_in
from tests.factories.rights import make_known
from tests.factories.work import right_of
from tests.services.log import kinds
from tests.services.test_announcing import settle
from tests.services.test_portability import SENT, ready, tasks_of

CASE = "/staff/meetings/cases/2026-0001"
WHY = "Du spurte om det samme for en uke siden, og fikk alt da."


@pytest.fixture
def office(make):
    house = make.organisation("meetings")
    case = make.case(house, rights=(Right.ACCESS, Right.PORTABILITY))
    return case, make.staff(house), make.staff(house)


@pytest.fixture
def browser(app, office, now):
    return signed_in(app, office[1], now)


class TestTakingOver:
    def test_is_one_button_beside_the_tasks(self, browser, office, now):
        case, staff, _ = office
        settle(case, staff, now, "access", found=0)
        browser.get(f"{CASE}/tasks")
        browser.submit({}, containing="/take-over")
        db.session.expire_all()
        assert all(task.answer for task in tasks_of(case, "portability"))
        assert "/take-over" not in browser.get(f"{CASE}/tasks").text


class TestSendingOn:
    @pytest.fixture
    def approved(self, office, now):
        case, staff, approver = office
        ready(case, staff, approver, now, SENT)
        return case, staff

    def test_gives_no_file_before_identity(self, browser, approved):
        browser.get(f"{CASE}/transfer?right=portability")
        page = browser.submit({}, containing="/transfer/file")
        assert page.mimetype == "text/html"
        assert db.session.query(Transfer).count() == 0

    def test_gives_the_file_and_takes_the_proof(self, browser, approved, now):
        case, staff = approved
        make_known(case, staff, now, "portability")
        browser.get(f"{CASE}/transfer?right=portability")
        assert browser.submit({}, containing="/transfer/file").mimetype == "application/zip"
        browser.get(f"{CASE}/transfer?right=portability")
        browser.submit({"proof": ""}, expect=422, containing="proof")
        day = {
            "sent_on-day": str(now.day),
            "sent_on-month": str(now.month),
            "sent_on-year": str(now.year),
        }
        browser.submit({"proof": "Kryptert"} | day, containing="proof")
        assert db.session.query(Transfer).count() == 1
        assert kinds(case)[-1] == "data_transferred"

    def test_of_a_case_without_portability_does_not_exist(self, browser, make, office):
        other = make.case(db.session.get_one(Organisation, office[0].organisation_id))
        browser.get(f"/staff/meetings/cases/{other.number}/transfer", expect=404)


class TestRefusing:
    def test_offers_the_grounds_against_the_right_and_no_other(self, browser, make, office):
        house = db.session.get_one(Organisation, office[0].organisation_id)
        case = make.case(house, rights=(Right.OBJECTION,))
        right = right_of(case, "objection")
        path = f"/staff/meetings/cases/{case.number}/rights/{right.id}/refuse"
        offered = re.findall(r'<option value="(\w+)"', browser.get(path).text)
        assert offered == ["gdpr_12_5", "gdpr_21_1"]

    @pytest.mark.parametrize(
        ("right", "is_offered"), [("complaint", False), ("information", True)]
    )
    def test_is_offered_where_the_law_has_it(self, browser, make, office, right, is_offered):
        house = db.session.get_one(Organisation, office[0].organisation_id)
        case = make.case(house, rights=(Right(right),))
        page = browser.get(f"/staff/meetings/cases/{case.number}/answer").text
        assert ("/refuse" in page) is is_offered


class TestRefusingLate:
    def test_is_explained_and_must_be_admitted(self, app, office, now):
        case, staff, _ = office
        with time_machine.travel(now + timedelta(days=45), tick=False):
            browser = signed_in(app, staff, now + timedelta(days=45))
            address = f"{CASE}/rights/{right_of(case).id}/refuse"
            page = browser.get(address)
            assert "Siste dag for et avslag er passert" in page.text
            given = {
                "ground": "gdpr_12_5",
                "explanation": WHY,
                "conditions": ["facts_documented", "fee_considered"],
            }
            browser.submit(given, expect=422, containing="explanation")
            assert db.session.query(Refusal).count() == 0
            browser.submit(given | {"admits_late": "y"}, containing="explanation")
            assert db.session.query(Refusal).count() == 1
