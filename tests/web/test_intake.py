"""The way through the form, as a browser without JavaScript walks it."""

import re

import pytest
from sqlalchemy import func, select

from dsar.models import Case, Draft, Organisation, OutboxMessage, RequestedRight, db
from dsar.services.transaction import transaction
from tests.browser_client import Browser


@pytest.fixture
def person(app, make):
    app.config["FORM_MIN_SECONDS"] = 0
    return Browser(app.test_client())


WHO = {
    "about": "me",
    "name": "Kari Nordmann",
    "email": "kari@example.org",
    "relation": "customer",
}


def walk(person, key="meetings", lang="nb", **who):
    """Fill in the form up to the check page."""
    person.get(f"/o/{key}/?lang={lang}")
    person.get(f"/o/{key}/ask")
    person.submit({"rights": ["access"]})
    person.submit({"scope": "all", "reply_format": "web"})
    return person.submit(WHO | who)


class TestTheForm:
    @pytest.mark.parametrize("lang", ["nb", "en"])
    @pytest.mark.parametrize("key", ["meetings", "inmeta", "glasoterapi", "expectit", "memini"])
    def test_leads_from_the_start_page_to_the_receipt(self, person, make, key, lang):
        make.organisation(key)
        page = walk(person, key, lang)
        assert page.request.path == f"/o/{key}/check"
        receipt = person.submit({})
        case = db.session.scalars(select(Case)).one()
        assert case.number in receipt.text
        assert case.language == lang
        assert re.search(r"[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}", receipt.text)

    def test_shows_the_date_before_anything_is_sent(self, person, make):
        make.organisation("meetings")
        page = walk(person)
        assert "søndag 20. desember 2026" in page.text
        assert db.session.scalar(select(func.count(Case.id))) == 0

    def test_sent_twice_makes_one_case_and_shows_the_same_receipt(self, person, make):
        make.organisation("meetings")
        walk(person)
        form = person.form()
        first = person.post("/o/meetings/check", form)
        second = person.post("/o/meetings/check", form)
        token = re.compile(r'(?<=name="once" value=")[^"]+|(?<=csrf_token" value=")[^"]+')
        assert token.sub("", first.text) == token.sub("", second.text)
        assert db.session.scalar(select(func.count(Case.id))) == 1
        assert db.session.scalar(select(func.count(OutboxMessage.id))) == 1

    def test_says_so_when_the_address_got_its_one_mail_of_the_day(self, person, app, make):
        make.organisation("meetings")
        walk(person)
        first = person.submit({})
        again = Browser(app.test_client())
        walk(again)
        second = again.submit({})
        assert "Kode på seks sifre" in first.text
        assert "Kode på seks sifre" not in second.text
        assert "alt sendt én e-post" in second.text

    def test_keeps_what_was_typed_only_sealed_and_forgets_it_when_sent(self, person, make):
        make.organisation("meetings")
        walk(person)
        before = db.session.scalars(select(Draft)).one()
        assert b"Kari" not in before.body
        old_id = before.id
        person.submit({})
        db.session.rollback()
        assert db.session.get(Draft, old_id) is None

    def test_asks_for_access_before_an_erasure_that_wants_a_copy(self, person, make):
        make.organisation("meetings")
        person.get("/o/meetings/ask")
        person.submit({"rights": ["erasure"]})
        person.submit({"scope": "all", "copy_first": "y"})
        person.submit(WHO)
        person.submit({})
        query = select(RequestedRight.right).order_by(RequestedRight.position)
        assert db.session.scalars(query).all() == ["access", "erasure"]

    def test_gives_the_receipt_as_a_file_and_as_a_calendar_entry(self, person, make):
        make.organisation("meetings")
        walk(person)
        person.submit({})
        assert person.client.get("/o/meetings/receipt.pdf").data.startswith(b"%PDF")
        entry = person.client.get("/o/meetings/deadline.ics").text
        assert "DTSTART;VALUE=DATE:20261220" in entry
        assert "Kari" not in entry


class TestBadInput:
    def test_nothing_chosen_is_said_beside_the_choices(self, person, make):
        make.organisation("meetings")
        person.get("/o/meetings/ask")
        page = person.submit({}, expect=422)
        assert "Velg hva du vil be om." in page.text

    def test_every_problem_is_said_at_once_and_what_was_typed_stays(self, person, make):
        make.organisation("meetings")
        person.get("/o/meetings/ask")
        person.submit({"rights": ["access"]})
        person.submit({"scope": "all", "reply_format": "web"})
        page = person.submit({"email": "kari@", "phone": "abc"}, expect=422)
        for words in ("Skriv fullt navn.", "på riktig måte", "Skriv et telefonnummer"):
            assert words in page.text
        assert 'value="kari@"' in page.text
        assert "<title>Feil:" in page.text

    def test_a_national_identity_number_is_stopped_and_kept_for_mending(self, person, make):
        make.organisation("meetings")
        person.get("/o/meetings/ask/access")
        page = person.submit({"scope": "some", "text": "Jeg er 010190 00083"}, expect=422)
        assert "fødselsnummer" in page.text
        assert "010190 00083" in page.text

    def test_a_megabyte_of_text_is_answered_with_the_text_kept(self, person, make):
        make.organisation("meetings")
        person.get("/o/meetings/ask/access")
        page = person.submit({"scope": "some", "text": "ord " * 250_000}, expect=422)
        assert "Teksten kan ha maks" in page.text
        assert len(page.text) > 900_000

    def test_an_unknown_organisation_is_a_clear_404(self, person):
        page = person.get("/o/ukjent/", expect=404)
        assert "Vi finner ikke siden" in page.text

    def test_a_lost_draft_leads_back_to_what_is_missing_and_keeps_this_page(self, person, make):
        make.organisation("meetings")
        person.get("/o/meetings/who")
        page = person.submit(WHO)
        assert page.request.path == "/o/meetings/ask"
        person.submit({"rights": ["access"]})
        person.submit({"scope": "all", "reply_format": "web"})
        page = person.get("/o/meetings/who")
        assert "kari@example.org" in page.text

    def test_a_robot_that_fills_in_the_trap_is_refused(self, person, make):
        make.organisation("meetings")
        person.get("/o/meetings/ask")
        person.submit({"rights": ["access"], "website": "http://x"}, expect=422)

    def test_a_closed_form_says_whom_to_call_instead(self, person, make):
        make.organisation("meetings", published=False)
        page = person.get("/o/meetings/ask")
        assert page.request.path == "/o/meetings/"
        assert "post@meetings.no" in page.text


class TestAFormClosedMeanwhile:
    @pytest.fixture
    def shut(self, person, make):
        """The person on the page about herself; then the organisation closes its form."""
        house = make.organisation("meetings")
        person.get("/o/meetings/?lang=nb")
        person.get("/o/meetings/ask")
        person.submit({"rights": ["access"]})
        text = "E-postene mine fra 2024"
        person.submit({"scope": "some", "text": text, "reply_format": "web"})

        def close():
            with transaction() as session:
                session.get_one(Organisation, house.id).published_at = None

        return close

    def test_says_so_whom_to_ask_and_shows_all_that_was_typed(self, person, shut):
        shut()
        page = person.submit(WHO, 409)
        for said in ("stengt mens du fylte det ut", "post@meetings.no", "Ingenting er sendt"):
            assert said in page.text
        for typed in ("Kari Nordmann", "kari@example.org", "E-postene mine fra 2024"):
            assert typed in page.text

    def test_shows_a_page_that_was_not_right_yet_as_well(self, person, shut):
        shut()
        page = person.submit(WHO | {"email": "kari@", "identifiers": "Kunde 7"}, 409)
        for typed in ("Kari Nordmann", "kari@", "Kunde 7"):
            assert typed in page.text

    def test_keeps_it_until_it_opens_again(self, person, shut):
        shut()
        person.submit(WHO, 409)
        assert "Kari Nordmann" in person.get("/o/meetings/who").text
        with transaction() as session:
            row = session.scalars(select(Organisation)).one()
            row.published_at = row.created_at
        assert "Kari Nordmann" in person.get("/o/meetings/check").text

    def test_takes_no_request_and_says_so(self, person, shut):
        person.submit(WHO)
        shut()
        assert "E-postene mine fra 2024" in person.submit({}, 409).text
        assert db.session.scalar(select(func.count(Case.id))) == 0

    def test_still_shows_the_receipt_of_a_request_that_was_sent(self, person, shut):
        person.submit(WHO)
        person.submit({})
        shut()
        page = person.get("/o/meetings/receipt")
        assert page.request.path == "/o/meetings/receipt"
        assert "2026-0001" in page.text
