"""S2 and S3: Today and the queue, as browsers without scripts see them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from dsar.domain.events import Actor
from dsar.domain.rights import Right
from dsar.models import Case, db
from dsar.services.intake.opening import PersonFacts
from dsar.services.work.assignment import assign
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


def numbers(page):
    return re.findall(r'<th scope="row"><a [^>]*>(\d{4}-\d{4})<', page.text)


def queries_of(browser, url):
    seen = []

    def count(*arguments):
        seen.append(arguments[2])

    db.session.expunge_all()  # each request of the real program begins without a row
    event.listen(db.engine, "before_cursor_execute", count)
    browser.get(url)
    event.remove(db.engine, "before_cursor_execute", count)
    return len(seen)


class TestToday:
    def test_is_calm_and_names_the_next_date(self, browser, make, house, now):
        make.case(house, received_at=now - timedelta(days=2))
        page = browser.get("/staff/today")
        assert (
            "Alt er i rute. Neste frist er fredag 18. desember 2026, om 28 dager." in page.text
        )

    def test_starts_with_what_is_late(self, browser, make, house, now):
        make.case(house)
        make.case(house, received_at=now - timedelta(days=50))
        page = browser.get("/staff/today")
        assert "1 sak er over fristen. Begynn med 2026-0002." in page.text
        assert "Fortsett med 2026-0002" in page.text

    def test_says_when_there_is_nothing(self, browser):
        assert "Ingen åpne saker." in browser.get("/staff/today").text

    def test_promises_no_mail_where_mail_is_kept(self, browser):
        assert "e-posten virker" not in browser.get("/staff/today").text

    def test_spans_the_organisations_of_its_reader_and_no_other(
        self, browser, make, house, ida, now
    ):
        make.case(house)
        make.case(make.organisation("inmeta"), person=PersonFacts("Ola Fremmed"))
        page = browser.get("/staff/today")
        assert "Kari Nordmann" in page.text
        assert "Ola Fremmed" not in page.text

    def test_counts_unconfirmed_addresses(self, browser, make, house):
        make.case(house)
        assert "1 henvendelse har ubekreftet e-postadresse" in browser.get("/staff/today").text

    def test_shows_an_administrator_no_case(self, app, make, house, now):
        make.case(house)
        browser = signed_in(app, make.staff(house, roles=("admin",)), now)
        page = browser.get("/staff/today")
        assert "Kari Nordmann" not in page.text

    def test_asks_as_often_for_many_cases_as_for_few(self, browser, make, house):
        make.case(house)
        browser.get("/staff/today")
        few = queries_of(browser, "/staff/today")
        for _ in range(6):
            make.case(house)
        assert queries_of(browser, "/staff/today") == few


class TestTheQueue:
    def test_lists_the_earliest_date_first(self, browser, make, house, now):
        make.case(house)
        make.case(house, received_at=now - timedelta(days=9))
        page = browser.get("/staff/cases")
        assert numbers(page) == ["2026-0002", "2026-0001"]
        assert "2 åpne, 0 over fristen, 0 venter på deg" in page.text

    def test_keeps_its_filters_in_its_address(self, browser, make, house):
        make.case(house)
        make.case(house, rights=(Right.ERASURE,))
        page = browser.get("/staff/cases?right=erasure")
        assert numbers(page) == ["2026-0002"]
        assert '<option value="erasure" selected>' in page.text

    @pytest.mark.parametrize(
        "query",
        ["state=nonsense", "right=%00", "after=x", "after=2026-99-99~" + "0" * 32, "find=x"],
    )
    def test_takes_no_harm_from_an_address_that_makes_no_sense(
        self, browser, make, house, query
    ):
        make.case(house)
        browser.get(f"/staff/cases?{query}")

    def test_hides_names_for_a_shared_screen(self, browser, make, house):
        make.case(house)
        assert "Kari Nordmann" in browser.get("/staff/cases").text
        assert "Kari Nordmann" not in browser.get("/staff/cases?names=hidden").text

    def test_turns_pages_without_repeating_a_case(self, browser, make, house, monkeypatch):
        from dsar.queries import cases

        for _ in range(5):
            make.case(house)
        monkeypatch.setattr(cases.Wanted.__init__, "__kwdefaults__", _with_limit(cases, 2))
        seen, page = [], browser.get("/staff/cases")
        while True:
            seen += numbers(page)
            following = re.search(r'href="([^"]*after=[^"]*)">Neste side', page.text)
            if not following:
                break
            page = browser.get(following[1].replace("&amp;", "&"))
        assert sorted(seen) == [f"2026-000{n}" for n in range(1, 6)]

    def test_asks_as_often_for_fifty_cases_as_for_one(self, browser, make, house):
        make.case(house)
        browser.get("/staff/cases")
        one = queries_of(browser, "/staff/cases")
        for _ in range(50):
            make.case(house)
        assert queries_of(browser, "/staff/cases") == one
        page = browser.get("/staff/cases")
        assert len(numbers(page)) == 50
        assert len(page.data) < 120_000

    @pytest.mark.parametrize("lang", ["nb", "en", "sv"])
    def test_speaks_the_language_of_its_reader(self, browser, make, house, lang):
        make.case(house)
        assert f'<html lang="{lang}">' in browser.get(f"/staff/cases?lang={lang}").text


def _with_limit(cases, limit):
    return cases.Wanted.__init__.__kwdefaults__ | {"limit": limit}


class TestSearch:
    def find(self, browser, text):
        browser.get("/staff/cases")
        return browser.submit({"q": text}, containing="/staff/cases/search")

    def test_goes_straight_to_the_one_case_that_matches(self, browser, make, house):
        make.case(house)
        make.case(house, person=PersonFacts("Ola Hansen", email="ola@example.org"))
        for text in ("2026-0002", "ola@example.org", "hansen"):
            assert self.find(browser, text).request.path.endswith("/cases/2026-0002")

    def test_lists_several_and_puts_no_name_in_the_address(self, browser, make, house):
        make.case(house)
        make.case(house)
        page = self.find(browser, "Nordmann")
        assert len(numbers(page)) == 2
        assert "ordmann" not in page.request.full_path
        assert 'value="Nordmann"' in page.text

    def test_says_how_to_search_when_nothing_matches(self, browser):
        assert "Sjekk skrivemåten" in self.find(browser, "Nobody").text

    def test_finds_nothing_in_another_house(self, browser, make):
        make.case(make.organisation("inmeta"))
        assert "Sjekk skrivemåten" in self.find(browser, "2026-0001").text

    def test_of_nothing_shows_the_list(self, browser, make, house):
        make.case(house)
        assert numbers(self.find(browser, "  ")) == ["2026-0001"]


class TestMovingCases:
    def test_takes_the_next_case_and_opens_it(self, browser, make, house, ida, now):
        make.case(house)
        make.case(house, received_at=now - timedelta(days=3))
        browser.get("/staff/cases")
        page = browser.submit({}, containing="/staff/cases/next")
        assert page.request.path == "/staff/meetings/cases/2026-0002"
        assert (
            db.session.scalar(select(Case.owner_id).where(Case.number == "2026-0002")) == ida.id
        )

    def test_pressed_twice_takes_one(self, browser, make, house, ida):
        make.case(house)
        make.case(house)
        browser.get("/staff/cases")
        press = browser.form("/staff/cases/next")
        first = browser.post("/staff/cases/next", press).request.path
        assert browser.post("/staff/cases/next", press).request.path == first
        owners = db.session.scalars(select(Case.owner_id)).all()
        assert owners.count(ida.id) == 1

    def test_says_when_none_is_left(self, browser):
        browser.get("/staff/cases")
        page = browser.submit({}, containing="/staff/cases/next")
        assert "ingen ledige saker" in page.text

    def test_gives_several_to_somebody(self, browser, make, house, ida):
        ids = [make.case(house).id for _ in range(2)]
        browser.get("/staff/cases")
        page = browser.submit({"case": ids, "to": ida.id}, containing="/staff/cases/assign")
        assert "2 saker er endret." in page.text
        assert db.session.scalars(select(Case.owner_id)).all() == [ida.id, ida.id]

    def test_names_both_problems_and_keeps_what_was_ticked(self, browser, make, house):
        case = make.case(house)
        browser.get("/staff/cases")
        page = browser.submit({}, 422, containing="/staff/cases/assign")
        assert "Velg minst én sak." in page.text
        page = browser.submit({"case": [case.id]}, 422, containing="/staff/cases/assign")
        assert "Velg hvem som skal ha sakene." in page.text
        assert re.search(rf'value="{case.id}"[^>]* checked', page.text)

    def test_leaves_the_cases_of_another_house_alone(self, browser, make, house, ida):
        mine, foreign = make.case(house).id, make.case(make.organisation("inmeta")).id
        browser.get("/staff/cases")
        sent = {"case": [mine, foreign], "to": ida.id}
        page = browser.submit(sent, containing="/staff/cases/assign")
        assert "1 sak er endret." in page.text
        assert "1 sak ble hoppet over" in page.text
        db.session.rollback()
        assert db.session.get_one(Case, foreign).owner_id is None

    def test_an_auditor_is_offered_none_of_it(self, app, make, house, now):
        make.case(house)
        browser = signed_in(app, make.staff(house, roles=("auditor",)), now)
        page = browser.get("/staff/cases")
        assert 'name="case"' not in page.text

    def test_shows_whose_case_is_whose(self, browser, make, house, ida, now):
        case = make.case(house)
        assign(case.id, ida.id, Actor("staff", ida.id), now)
        assert numbers(browser.get("/staff/cases?owner=me")) == ["2026-0001"]
        assert numbers(browser.get("/staff/cases?owner=none")) == []
