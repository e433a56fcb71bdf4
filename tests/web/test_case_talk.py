"""S5: messages, notes and the log of a case."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from dsar.domain.events import FACTS, Actor, EventKind
from dsar.domain.rights import Right
from dsar.i18n import LANGUAGES
from dsar.models import Case, CaseEvent, Message, OutboxMessage, db, new_id
from dsar.queries.log import Log, LogRow
from dsar.services.casefile import CaseFile
from dsar.services.contact.messages import Write, messages_of, receive
from dsar.services.transaction import transaction
from dsar.web.staff.log_words import lines_of
from tests.factories import NOON as NOW
from tests.factories.accounts import signed_in

URL = "/staff/meetings/cases/2026-0001"


@pytest.fixture
def house(make):
    return make.organisation("meetings")


@pytest.fixture
def ida(make, house):
    return make.staff(house)


@pytest.fixture
def case(make, house):
    return make.case(house)


@pytest.fixture
def browser(app, ida, case, now):
    return signed_in(app, ida, now)


def write(browser, words, expect=200, **more):
    browser.get(f"{URL}/messages")
    return browser.submit({"body": words}, expect, containing="/messages", **more)


class TestWritingToThePerson:
    def test_keeps_the_words_and_tells_her_only_that_something_waits(self, browser, case):
        page = write(browser, "Vi trenger kundenummeret ditt.")
        assert "Meldingen er sendt." in page.text
        assert "Vi trenger kundenummeret ditt." in page.text
        assert db.session.scalars(select(OutboxMessage.template)).all() == ["m08"]

    def test_pressed_twice_sends_once(self, browser):
        browser.get(f"{URL}/messages")
        press = browser.form("/messages") | {"body": ["Hei"]}
        browser.post(f"{URL}/messages", press)
        browser.post(f"{URL}/messages", press)
        assert db.session.scalar(select(func.count(Message.id))) == 1

    def test_carries_a_file_that_comes_out_as_it_went_in(self, browser):
        upload = {"file": (BytesIO(b"%PDF-1.7 hei"), "svar.pdf")}
        page = write(browser, "Se vedlegget.", files=upload)
        assert "svar.pdf" in page.text
        answer = browser.get(f"{URL}/files/1")
        assert answer.data == b"%PDF-1.7 hei"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="2026-0001-1.pdf"'
        browser.get(f"{URL}/files/2", 404)

    def test_refuses_a_file_of_another_kind_and_keeps_the_words(self, browser):
        upload = {"file": (BytesIO(b"MZ"), "svar.exe")}
        page = write(browser, "Se vedlegget.", 422, files=upload)
        assert "Se vedlegget." in page.text
        assert db.session.scalar(select(func.count(Message.id))) == 0

    def test_of_nothing_is_refused(self, browser):
        assert "Skriv en melding." in write(browser, " ", 422).text

    def test_shows_what_she_wrote_until_it_is_answered(self, browser, case, now):
        receive(Write(case.id, "Hvor lang tid tar det?", "x"), Actor("person", case.id), now)
        assert "Ikke besvart" in browser.get(f"{URL}/messages").text
        assert "Ikke besvart" not in write(browser, "En uke.").text

    def test_is_not_offered_to_an_auditor(self, app, make, house, case, now):
        other = signed_in(app, make.staff(house, roles=("auditor",)), now)
        assert "<textarea" not in other.get(f"{URL}/messages").text


class TestANote:
    def test_is_for_staff_alone(self, browser, case):
        browser.get(f"{URL}/messages")
        page = browser.submit({"note": "Ring Per først."}, containing="/notes")
        assert "Ring Per først." in page.text
        assert "Notatet er lagret." in page.text
        assert messages_of(case.id, for_staff=False) == []
        assert db.session.scalar(select(func.count(OutboxMessage.id))) == 0

    def test_of_nothing_is_refused(self, browser):
        browser.get(f"{URL}/messages")
        page = browser.submit({}, 422, containing="/notes")
        assert "Skriv et notat." in page.text


#: A fact of each name, as the log holds it.
VALUES = {
    "channel": "letter",
    "right": "access",
    "rights": ["access"],
    "received_at": "2026-11-17T11:00:00+00:00",
    "until": "2026-12-17T11:00:00+00:00",
    "backdating_reason": "absence",
    "answer": "found",
    "verdict": "release",
    "method": "question",
    "outcome": "fulfilled",
    "template": "m05.running",
    "records": 3,
    "binding": "2026-12-20",
    "before": "2026-12-17",
    "due": "2026-12-20",
}


class TestTheLog:
    def test_says_who_did_what_and_when_and_that_it_is_whole(self, browser, ida):
        write(browser, "Hei")
        page = browser.get(f"{URL}/log")
        for words in (
            "Innsender sendte henvendelsen (Skjema)",
            "En melding ble sendt til innsender",
            f"20. november 2026 kl. 10.00 · {ida.name}",
            "Saken ble åpnet og lest",
            "Loggen er ubrutt",
        ):
            assert words in page.text

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("empty", [False, True])
    def test_has_a_sentence_for_every_kind_whatever_its_facts(self, app, language, empty):
        names = {"staff": {"s": "Ida Ruud"}, "systems": {"y": "HubSpot"}}
        known = VALUES | {"staff": "s", "system": "y"}
        with app.test_request_context(f"/?lang={language}"):
            app.preprocess_request()
            for kind in EventKind:
                facts = {} if empty else {name: known.get(name, "x") for name in FACTS[kind]}
                row = LogRow(1, NOW, str(kind), "job", "x", facts)
                line = lines_of(Log((row,), 1, **names))[0]
                assert line.what
                assert "{" not in line.what

    def test_says_codes_in_words(self, app):
        facts = {"method": "question", "verdict": "sufficient"}
        row = LogRow(1, NOW, "identity_decided", "staff", "s", facts)
        with app.test_request_context("/?lang=nb"):
            app.preprocess_request()
            line = lines_of(Log((row,), 1, {"s": "Ida Ruud"}, {}))[0]
        words = "Identiteten ble vurdert (Spørsmål bare personen kan svare på): Godt nok"
        assert (line.what, line.who) == (words, "Ida Ruud")

    @pytest.mark.parametrize(
        ("kind", "facts", "words"),
        [
            (
                "text_completed",
                {"item": "purposes", "language": "nb"},
                "Teksten «Hvorfor vi har det» for HubSpot ble fullført",
            ),
            (
                "hold_set",
                {"hold_reason": "some_other_day"},
                "Sletting i HubSpot ble stanset foreløpig: some_other_day",
            ),
        ],
    )
    def test_names_the_system_and_the_text(self, app, kind, facts, words):
        row = LogRow(1, NOW, kind, "staff", "s", facts | {"system": "y"})
        with app.test_request_context("/?lang=nb"):
            app.preprocess_request()
            line = lines_of(Log((row,), 1, {"s": "Ida Ruud"}, {"y": "HubSpot"}))[0]
        assert line.what == words

    def test_tells_where_it_was_changed(self, browser, case):
        browser.get(f"{URL}/log")
        forged = {"kind": "note_added", "actor_kind": "job", "actor_ref": "x", "facts": {}}
        with transaction() as session:
            row = CaseEvent(id=new_id(), case_id=case.id, seq=3, at=NOW, **forged)
            row.previous_hash = row.hash = "0" * 64
            session.add(row)
        page = browser.get(f"{URL}/log")
        assert "Loggen er brutt ved hendelse 3." in page.text

    def test_turns_pages(self, browser, case):
        with transaction() as session:
            file = CaseFile(session, session.get_one(Case, case.id), Actor("job", "x"), NOW)
            for _ in range(120):
                file.record(EventKind.DEADLINE_REMINDED, right=Right.ACCESS, due="2026-12-20")
        page = browser.get(f"{URL}/log")
        assert "Innsender sendte henvendelsen" not in page.text
        assert "Innsender sendte" in browser.get(f"{URL}/log?before=22").text
