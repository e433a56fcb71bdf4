"""S5: the page of a case, as the staff who work it see it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dsar.domain.rights import Right
from dsar.models import Case, CaseEvent, db
from tests.factories.accounts import signed_in


@pytest.fixture
def house(make):
    return make.organisation("meetings")


@pytest.fixture
def ida(make, house):
    return make.staff(house)


@pytest.fixture
def browser(app, ida, now):
    return signed_in(app, ida, now)


def kinds():
    db.session.rollback()
    return db.session.scalars(select(CaseEvent.kind).order_by(CaseEvent.seq)).all()


class TestTheCasePage:
    def test_names_the_case_its_person_its_date_and_its_next_step(self, browser, make, house):
        make.case(house)
        page = browser.get("/staff/meetings/cases/2026-0001").text
        for words in (
            "2026-0001",
            "Kari Nordmann",
            "søndag 20. desember 2026",
            "30 dager igjen",
        ):
            assert words in page
        assert "Neste steg" in page
        assert "Slik har vi regnet" in page

    def test_shows_several_rights_with_one_count_where_they_are_counted_alike(
        self, browser, make, house
    ):
        make.case(house, rights=(Right.ACCESS, Right.ERASURE))
        page = browser.get("/staff/meetings/cases/2026-0001").text
        assert page.count('class="clock-line"') == 1

    def test_records_that_it_was_read_once_a_day(self, browser, make, house):
        make.case(house)
        browser.get("/staff/meetings/cases/2026-0001")
        browser.get("/staff/meetings/cases/2026-0001")
        assert kinds().count("case_viewed") == 1

    def test_names_the_other_cases_of_the_same_address(self, browser, make, house):
        make.case(house)
        make.case(house)
        page = browser.get("/staff/meetings/cases/2026-0001").text
        assert 'href="/staff/meetings/cases/2026-0002"' in page

    def test_stays_whole_when_the_case_is_late(self, browser, make, house, now):
        make.case(house, received_at=now - timedelta(days=60))
        assert "over fristen" in browser.get("/staff/meetings/cases/2026-0001").text

    @pytest.mark.parametrize("lang", ["nb", "en", "sv"])
    def test_speaks_the_language_of_its_reader(self, browser, make, house, lang):
        make.case(house)
        page = browser.get(f"/staff/meetings/cases/2026-0001?lang={lang}")
        assert f'<html lang="{lang}">' in page.text


class TestWhoMaySeeIt:
    def test_a_case_of_another_house_is_as_absent_as_none(self, browser, make):
        make.case(make.organisation("inmeta"))
        foreign = browser.get("/staff/inmeta/cases/2026-0001", 404)
        absent = browser.get("/staff/inmeta/cases/2026-0009", 404)
        assert foreign.status_code == absent.status_code

    def test_an_administrator_opens_no_case(self, app, make, house, now):
        make.case(house)
        per = make.staff(house, roles=("admin",))
        browser = signed_in(app, per, now)
        browser.get("/staff/meetings/cases/2026-0001", 404)

    def test_an_auditor_reads_but_is_offered_no_change(self, app, make, house, now):
        make.case(house)
        per = make.staff(house, roles=("auditor",))
        browser = signed_in(app, per, now)
        page = browser.get("/staff/meetings/cases/2026-0001")
        assert "/assign" not in page.text


class TestAssigning:
    @pytest.mark.parametrize("seen", ["x" * 500, "13097248022", "nobody\0"])
    def test_with_a_forged_page_is_a_conflict_and_not_a_link_to_nowhere(
        self, browser, make, house, ida, seen
    ):
        make.case(house)
        browser.get("/staff/meetings/cases/2026-0001")
        sent = browser.form("/assign") | {"owner": ida.id, "seen": seen}
        page = browser.post(browser.action, sent, 409)
        assert 'href="#seen"' not in page.text

    def test_makes_somebody_responsible(self, browser, make, house, ida):
        make.case(house)
        browser.get("/staff/meetings/cases/2026-0001")
        page = browser.submit({"owner": ida.id}, containing="/assign")
        assert ida.name in page.text
        assert db.session.scalars(select(Case.owner_id)).one() == ida.id

    def test_tells_who_was_faster_instead_of_overwriting(self, app, browser, make, house, now):
        make.case(house)
        per = make.staff(house, name="Per Moe")
        browser.get("/staff/meetings/cases/2026-0001")
        stale = browser.form("/assign")
        other = signed_in(app, per, now)
        other.get("/staff/meetings/cases/2026-0001")
        other.submit({"owner": per.id}, containing="/assign")
        typed = stale | {"owner": [make.staff(house).id]}
        page = browser.post("/staff/meetings/cases/2026-0001/assign", typed, 409)
        assert "Per Moe" in page.text
        db.session.rollback()
        assert db.session.scalars(select(Case.owner_id)).one() == per.id

    def test_refuses_somebody_who_is_not_offered(self, browser, make, house):
        make.case(house)
        stranger = make.staff(make.organisation("inmeta"))
        browser.get("/staff/meetings/cases/2026-0001")
        browser.submit({"owner": stranger.id}, 422, containing="/assign")
