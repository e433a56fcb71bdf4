"""S4: staff write down a request that came by phone, letter, e-mail or at the counter."""

import re
from io import BytesIO

import pytest
from sqlalchemy import func, select

from dsar.models import Case, CaseEvent, OutboxMessage, StoredFile, db
from tests.factories.accounts import signed_in

URL = "/staff/meetings/register"
CODE = re.compile(r"[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}")
CALL = {
    "channel": "phone",
    "rights": ["access"],
    "said": "Jeg vil vite hva dere har om meg.",
    "name": "Ola Hansen",
    "phone": "412 34 567",
}


@pytest.fixture
def house(make):
    return make.organisation("meetings")


@pytest.fixture
def browser(app, make, house, now):
    return signed_in(app, make.staff(house), now)


def day(number, month="11"):
    return {"received-day": number, "received-month": month, "received-year": "2026"}


def register(browser, expect=200, **typed):
    browser.get(URL)
    return browser.submit(CALL | typed, expect, containing=URL)


def case():
    db.session.rollback()
    return db.session.scalars(select(Case)).one()


class TestACall:
    def test_is_written_down_with_little_and_its_clock_starts_now(self, browser, now):
        page = register(browser)
        assert "Saken er registrert" in page.text
        assert CODE.search(page.text)
        assert case().received_at == now
        assert case().channel == "phone"
        assert case().reply_format == "oral"

    def test_gives_a_slip_to_print_in_this_browser_alone(self, browser, app, make, house, now):
        register(browser)
        url = "/staff/meetings/cases/2026-0001/acknowledgement"
        assert browser.get(url + ".pdf").data.startswith(b"%PDF-")
        other = signed_in(app, make.staff(house), now)
        assert not CODE.search(other.get(url).text)
        assert other.get(url + ".pdf").mimetype == "text/html"

    def test_sent_twice_makes_one_case(self, browser):
        browser.get(URL)
        form = browser.form("multipart") | {k: v for k, v in CALL.items()}
        browser.post(URL, form)
        page = browser.post(URL, form)
        assert CODE.search(page.text)
        assert db.session.scalar(select(func.count(Case.id))) == 1

    def test_keeps_the_persons_own_words(self, browser):
        register(browser)
        page = browser.get("/staff/meetings/cases/2026-0001")
        assert "Jeg vil vite hva dere har om meg." in page.text


class TestALetter:
    LETTER = CALL | {"channel": "letter", "phone": "", "address": "Storgata 1, 0155 Oslo"}

    def test_counts_from_the_day_it_arrived_and_says_why_it_is_late(self, browser):
        page = register(browser, **self.LETTER, **day("17"), reason="opened_late")
        assert "Den kom for 3 dager siden. Fristen er torsdag 17. desember 2026." in page.text
        facts = db.session.scalars(
            select(CaseEvent.facts).where(CaseEvent.kind == "case_registered")
        ).one()
        assert facts["backdating_reason"] == "opened_late"
        assert case().reply_format == "paper"

    def test_is_kept_as_it_was_scanned(self, browser):
        scan = {"scan": (BytesIO(b"%PDF-1.7 letter"), "brev.pdf")}
        browser.get(URL)
        browser.submit(self.LETTER | day("20"), containing=URL, files=scan)
        assert db.session.scalars(select(StoredFile.media_type)).all() == ["application/pdf"]

    def test_of_a_wrong_type_is_refused_and_nothing_typed_is_lost(self, browser):
        browser.get(URL)
        files = {"scan": (BytesIO(b"MZ"), "brev.exe")}
        page = browser.submit(self.LETTER | day("20"), 422, containing=URL, files=files)
        assert "Storgata 1, 0155 Oslo" in page.text
        assert db.session.scalar(select(func.count(Case.id))) == 0

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ({}, "Skriv datoen den kom fram."),
            (day("31", "2"), "Mottatt dato må være en gyldig dato."),
            (day("x"), "Mottatt dato må være en gyldig dato."),
            (day("21"), "Mottatt dato må være i dag eller tidligere."),
            (day("17"), "Velg hvorfor den registreres senere enn den kom."),
            (day("20") | {"clock": "25.00"}, "Skriv klokkeslettet som timer og minutter"),
            (day("20") | {"clock": "23.30"}, "Klokkeslettet er ikke passert ennå."),
        ],
    )
    def test_needs_a_day_that_can_be_true(self, browser, typed, problem):
        page = register(browser, 422, **(self.LETTER | typed))
        assert problem in page.text
        assert "Storgata 1, 0155 Oslo" in page.text
        assert db.session.scalar(select(func.count(Case.id))) == 0

    def test_late_in_the_evening_counts_from_its_local_day(self, browser):
        typed = day("19") | {"clock": "23.30", "reason": "absence"}
        register(browser, **(self.LETTER | typed))
        assert case().received_at.isoformat() == "2026-11-19T22:30:00+00:00"


class TestTheForm:
    def test_names_all_problems_at_once(self, browser):
        browser.get(URL)
        page = browser.submit({}, 422, containing=URL)
        for words in (
            "Velg hvordan henvendelsen kom.",
            "Velg hva henvendelsen gjelder.",
            "Skriv hva personen ba om.",
            "navn.",
            "Skriv minst én måte å nå personen på",
        ):
            assert words in page.text

    def test_takes_a_person_whom_nobody_can_reach(self, browser):
        register(browser, phone="", unreachable="y")
        assert db.session.scalars(select(OutboxMessage.template)).all() == ["t01"]

    def test_sends_a_receipt_where_there_is_an_address(self, browser):
        page = register(browser, email="ola@example.org")
        assert "ola@example.org" in page.text
        assert "m01" in db.session.scalars(select(OutboxMessage.template)).all()

    def test_takes_a_request_for_somebody_else(self, browser):
        page = register(browser, 422, subject="Kari Nordmann")
        assert "Velg hva som gir rett" in page.text
        browser.submit({"representation": "lawyer"}, containing=URL)
        page = browser.get("/staff/meetings/cases/2026-0001")
        assert "Kari Nordmann" in page.text
        assert "Advokat" in page.text

    def test_asks_which_house_only_where_there_are_several(self, browser, make):
        assert browser.get("/staff/register").request.path == URL

    @pytest.mark.parametrize("lang", ["nb", "en", "sv"])
    def test_speaks_the_language_of_its_reader(self, browser, lang):
        assert f'<html lang="{lang}">' in browser.get(f"{URL}?lang={lang}").text

    def test_is_closed_to_who_may_not_register(self, app, make, house, now):
        other = signed_in(app, make.staff(house, roles=("auditor",)), now)
        other.get(URL, 404)


class TestANewAccessCode:
    def test_is_made_for_a_letter_or_a_call_back_and_recorded(self, browser, make, house):
        made = make.case(house)
        before = made.access_code_hash
        browser.get("/staff/meetings/cases/2026-0001/access-code")
        browser.submit({}, 422, containing="access-code")
        page = browser.submit({"how": "letter"}, containing="access-code")
        assert CODE.search(page.text)
        assert case().access_code_hash != before
        kinds = db.session.scalars(select(CaseEvent.kind)).all()
        assert "receipt_reissued" in kinds
