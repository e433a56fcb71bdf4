"""The person's side of a case, as a browser without JavaScript walks it."""

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from dsar.domain.identity import Method
from dsar.models import Case, MailedCode, db, new_id
from dsar.services.contact import look_ups, messages
from dsar.services.contact.messages import Write
from dsar.services.identity import verification
from tests.browser_client import Browser
from tests.factories.portal import mails, make_request, secrets_of
from tests.factories.work import actor_of, make_delivery, make_settled

PDF = b"%PDF-1.7\ntrailer <<>>\n%%EOF"


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def asked(house):
    return make_request(house)


@pytest.fixture
def person(app, house):
    return Browser(app.test_client())


@pytest.fixture
def inside(person, asked):
    """The person, with her case open."""
    person.get("/o/meetings/find")
    person.submit({"number": asked.number, "access": asked.access_code})
    return person


def later(now, **kwargs):
    return time_machine.travel(now + timedelta(**kwargs), tick=False)


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def same(page):
    """The page without what differs each time: its tokens."""
    return re.sub(r'(name="(?:csrf_token|once)" value=")[^"]+', r"\1", page.text)


class TestFindingTheCase:
    def test_by_the_access_code_opens_it(self, inside, asked):
        assert inside.page.request.path == "/o/meetings/case"
        assert f"Saken din, {asked.number}" in inside.page.text

    def test_takes_the_codes_as_people_type_them(self, person, asked):
        person.get("/o/meetings/find")
        code = asked.access_code.lower()
        typed = f" {code[:4]}-{code[4:8]} {code[8:]} "
        person.submit({"number": f" {asked.number.replace('-', '–')} ", "access": typed})
        assert person.page.request.path == "/o/meetings/case"

    def test_by_mail_opens_it_with_the_code(self, person, asked, now):
        person.get("/o/meetings/find")
        page = person.submit({"number": asked.number, "email": "kari@example.org"})
        assert "Hvis dette stemmer med en sak" in page.text
        look_ups.answer_next(now)
        code = secrets_of(asked.id, "m04")["code"]
        person.submit({"code": f"{code[:3]} {code[3:]}"})
        assert person.page.request.path == "/o/meetings/case"

    def test_answers_alike_whether_or_not_there_is_such_a_case(self, app, asked, now):
        pages = []
        for number, email in (
            (asked.number, "kari@example.org"),
            (asked.number, "ola@example.org"),
            ("2026-9999", "kari@example.org"),
        ):
            browser = Browser(app.test_client())
            browser.get("/o/meetings/find")
            first = browser.submit({"number": number, "email": email})
            while look_ups.answer_next(now):
                pass
            second = browser.submit({"code": "000000"}, expect=422)
            pages.append((first.status_code, same(first), same(second)))
        assert pages[0] == pages[1] == pages[2]

    def test_refuses_alike_a_wrong_code_and_a_number_of_nobody(self, app, asked):
        pages = []
        for number, code in ((asked.number, "A" * 16), ("2026-9999", "A" * 16)):
            browser = Browser(app.test_client())
            browser.get("/o/meetings/find")
            page = browser.submit({"number": number, "access": code}, expect=422)
            pages.append(same(page).replace(number, ""))
        assert pages[0] == pages[1]
        assert "stemmer ikke sammen" in pages[0]

    def test_says_everything_that_is_wrong_at_once_and_keeps_what_was_typed(self, person):
        person.get("/o/meetings/find")
        page = person.submit({"number": "tolv", "email": "kari@"}, expect=422)
        assert "Skriv saksnummeret, for eksempel" in page.text
        assert 'value="tolv"' in page.text
        assert 'value="kari@"' in page.text
        assert "på riktig måte" in page.text

    def test_asks_for_one_of_the_two(self, person, asked):
        person.get("/o/meetings/find")
        page = person.submit({"number": asked.number}, expect=422)
        assert "Skriv e-postadressen eller tilgangskoden." in page.text

    @pytest.mark.parametrize("typed", ["AAAA", "A" * 15 + "!", "A" * 17])
    def test_says_that_a_code_has_another_shape_and_counts_no_try(self, person, asked, typed):
        person.get("/o/meetings/find?lang=nb")
        for _ in range(11):
            page = person.submit({"number": asked.number, "access": typed}, expect=422)
        assert "16 tegn" in page.text
        assert asked.number in page.text

    def test_tells_who_tries_too_often_how_long_to_wait_and_keeps_the_form(self, person, asked):
        person.get("/o/meetings/find")
        for _ in range(10):
            person.submit({"number": asked.number, "access": "A" * 16}, expect=422)
        page = person.submit({"number": asked.number, "access": "A" * 16}, expect=429)
        assert "Vent 15 minutter" in page.text
        assert asked.number in page.text

    def test_shows_no_page_of_the_case_to_a_browser_without_it(self, person, asked):
        for path in ("", "/messages", "/identity", "/answer", "/answer/1", "/messages/files/1"):
            page = person.get(f"/o/meetings/case{path}")
            assert page.request.path == "/o/meetings/find"

    def test_is_one_page_after_another_even_without_a_number(self, person):
        assert person.get("/o/meetings/find/code").request.path == "/o/meetings/find"

    def test_works_where_no_new_requests_are_taken(self, app, make):
        make_request(make.organisation("memini", published=False))
        page = Browser(app.test_client()).get("/o/memini/find")
        assert page.request.path == "/o/memini/find"

    def test_of_an_unknown_organisation_is_a_clear_404(self, person):
        assert "Vi finner ikke siden" in person.get("/o/ukjent/find", expect=404).text


class TestALink:
    def test_opens_a_page_with_one_button_and_changes_nothing(self, person, asked):
        token = secrets_of(asked.id, "m01")["token"]
        for _ in range(2):
            page = person.get(f"/o/meetings/l/{token}")
        assert "Bekreft e-postadressen" in page.text
        db.session.rollback()
        assert db.session.get_one(Case, asked.id).address_confirmed_at is None

    def test_confirms_and_opens_when_the_button_is_pressed_and_again_when_twice(
        self, person, asked
    ):
        token = secrets_of(asked.id, "m01")["token"]
        person.get(f"/o/meetings/l/{token}")
        form = person.form()
        for _ in range(2):
            page = person.post(f"/o/meetings/l/{token}", form)
            assert page.request.path == "/o/meetings/case"
        assert "E-postadressen din er ikke bekreftet" not in page.text

    def test_that_is_used_or_unknown_gets_the_same_page_with_a_way_on(self, app, person, asked):
        token = secrets_of(asked.id, "m01")["token"]
        person.get(f"/o/meetings/l/{token}")
        person.submit({})
        stranger = Browser(app.test_client())
        pages = [
            same(stranger.get(f"/o/meetings/l/{one}", expect=410)).replace(one, "")
            for one in (token, "x" * 43)
        ]
        assert pages[0] == pages[1]
        assert "Denne lenken virker ikke lenger" in pages[0]

    def test_that_has_died_is_replaced_by_mail_if_it_was_one(self, app, person, asked, now):
        token = secrets_of(asked.id, "m01")["token"]
        person.get(f"/o/meetings/l/{token}")
        person.submit({})
        said = []
        for one in (token, "unknown"):
            stranger = Browser(app.test_client())
            stranger.get(f"/o/meetings/l/{one}", expect=410)
            said.append(same(stranger.submit({})).replace(one, ""))
            while look_ups.answer_next(now):
                pass
        assert said[0] == said[1]
        assert len(mails(asked.id, "m04")) == 1

    def test_of_a_find_mail_opens_the_case(self, person, asked, now):
        person.get("/o/meetings/find")
        person.submit({"number": asked.number, "email": "kari@example.org"})
        look_ups.answer_next(now)
        token = secrets_of(asked.id, "m04")["token"]
        page = person.get(f"/o/meetings/l/{token}")
        assert f"Åpne sak {asked.number}" in page.text
        assert person.submit({}).request.path == "/o/meetings/case"


class TestConfirmingTheAddress:
    def test_works_from_the_receipt_and_goes_on_to_the_case(self, person, asked):
        with person.client.session_transaction() as session:
            session["drafts"] = {"meetings": asked.draft}
        page = person.get("/o/meetings/receipt")
        assert "Kode på seks sifre" in page.text
        page = person.submit({"code": secrets_of(asked.id, "m01")["code"]})
        assert page.request.path == "/o/meetings/case"
        assert "E-postadressen er bekreftet" in page.text

    def test_works_from_the_page_of_the_case(self, inside, asked):
        assert "E-postadressen din er ikke bekreftet" in inside.page.text
        code = secrets_of(asked.id, "m01")["code"]
        page = inside.submit({"code": code}, containing="/confirm")
        assert page.request.path == "/o/meetings/case"
        assert "E-postadressen din er ikke bekreftet" not in page.text

    def test_says_what_is_wrong_with_a_code(self, inside, asked, now):
        code = secrets_of(asked.id, "m01")["code"]
        inside.get("/o/meetings/confirm")
        assert "Skriv koden på seks sifre." in inside.submit({}, expect=422).text
        page = inside.submit({"code": wrong(code)}, expect=422)
        assert "Koden er ikke riktig" in page.text
        assert f'value="{wrong(code)}"' in page.text
        for _ in range(4):
            inside.submit({"code": wrong(code)}, expect=422)
        page = inside.submit({"code": code}, expect=422)
        assert "for mange ganger" in page.text

    def test_says_that_a_code_is_too_old(self, inside, asked, now):
        code = secrets_of(asked.id, "m01")["code"]
        with later(now, minutes=20):
            inside.get("/o/meetings/confirm")
        with later(now, minutes=31):
            assert "for gammel" in inside.submit({"code": code}, expect=422).text

    def test_sends_a_new_code(self, inside, asked):
        inside.get("/o/meetings/confirm")
        page = inside.submit({}, containing="/confirm/new")
        assert "Den gamle virker ikke lenger." in page.text
        page = inside.submit({"code": secrets_of(asked.id, "m02")["code"]})
        assert page.request.path == "/o/meetings/case"

    def test_mends_an_address(self, inside, asked):
        inside.get("/o/meetings/confirm/address")
        page = inside.submit({"email": "kari@"}, expect=422)
        assert 'value="kari@"' in page.text
        page = inside.submit({"email": "kari.n@example.org"})
        assert "kari.n@example.org" in page.text
        assert len(mails(asked.id, "m02")) == 1

    def test_concerns_the_case_that_the_form_names_where_a_browser_holds_two(
        self, inside, asked, house
    ):
        other = make_request(house, email="ola@example.org")
        with inside.client.session_transaction() as session:
            session["drafts"] = {"meetings": other.draft}
        inside.get(f"/o/meetings/confirm?case={asked.number}")
        inside.submit({"code": secrets_of(asked.id, "m01")["code"]})
        db.session.rollback()
        assert db.session.get_one(Case, asked.id).address_confirmed_at is not None
        assert db.session.get_one(Case, other.id).address_confirmed_at is None

    def test_needs_a_case(self, person):
        assert person.get("/o/meetings/confirm").request.path == "/o/meetings/find"


class TestTheStatusPage:
    def test_says_where_the_case_is_and_when_the_answer_comes(self, inside):
        text = inside.get("/o/meetings/case").text
        assert "Svar senest søndag 20. desember 2026 (30 dager igjen)" in text
        assert "Mottatt" in text
        assert "Slik har vi regnet" in text
        assert "Du sendte henvendelsen" in text

    def test_apologises_when_we_are_late_and_names_the_authority(self, person, asked, now):
        with later(now, days=31):
            person.get("/o/meetings/find")
            page = person.submit({"number": asked.number, "access": asked.access_code})
        assert "Vi har ikke holdt fristen" in page.text
        assert "Datatilsynet" in page.text

    def test_names_no_staff(self, inside, asked, house, make, now):
        staff = make.staff(house, name="Ingeborg Saksbehandler")
        make_settled(asked.case, staff, now)
        text = inside.get("/o/meetings/case").text
        assert "Vi begynte å lete" in text
        assert "Ingeborg" not in text

    def test_speaks_english_when_asked_to(self, inside):
        text = inside.get("/o/meetings/case?lang=en").text
        assert "Answer no later than Sunday 20 December 2026" in text

    def test_is_not_shown_after_half_an_hour_alone(self, inside, now):
        with later(now, minutes=31):
            page = inside.get("/o/meetings/case")
        assert page.request.path == "/o/meetings/find"
        assert "30 minutter" in page.text

    def test_is_closed_on_this_device_by_a_button(self, inside, asked):
        inside.get("/o/meetings/case")
        page = inside.submit({}, containing="/case/close")
        assert "Saken er lukket på denne enheten" in page.text
        assert inside.get("/o/meetings/case").request.path == "/o/meetings/find"

    def test_opens_nothing_of_another_organisation(self, inside, make):
        make.organisation("memini")
        assert inside.get("/o/memini/case").request.path == "/o/memini/find"

    def test_lists_what_the_same_address_sent_that_day(self, inside, asked, house):
        other = make_request(house)
        assert other.number not in inside.get("/o/meetings/case").text
        code = secrets_of(asked.id, "m01")["code"]
        inside.submit({"code": code}, containing="/confirm")
        assert other.number in inside.get("/o/meetings/case").text


class TestMessages:
    def test_are_written_and_read_both_ways(self, inside, asked, house, make, now):
        page = inside.get("/o/meetings/case/messages")
        assert "Ingen meldinger ennå" in page.text
        inside.submit({"text": "Hei <b>der</b>"})
        command = Write(asked.id, "Hei tilbake", "c" * 32)
        later = now + timedelta(seconds=1)
        messages.send(command, actor_of(make.staff(house, name="Ingeborg")), later)
        text = inside.get("/o/meetings/case/messages").text
        assert "Hei &lt;b&gt;der" in text
        assert "Hei tilbake" in text
        assert "Les meldingen" in inside.get("/o/meetings/case").text
        assert "Ingeborg" not in text

    def test_are_kept_once_however_often_the_button_is_pressed(self, inside):
        inside.get("/o/meetings/case/messages")
        form = inside.form("multipart")
        for _ in range(2):
            inside.post("/o/meetings/case/messages", form | {"text": ["Bare en gang her"]})
        assert inside.get("/o/meetings/case/messages").text.count("Bare en gang her") == 1

    def test_bring_files_that_come_back_as_something_to_save(self, inside, asked):
        inside.get("/o/meetings/case/messages")
        file = {"file": (io.BytesIO(PDF), "Kari Nordmann.pdf")}
        inside.submit({"text": "Se vedlegg"}, containing="multipart", files=file)
        assert "Kari Nordmann.pdf" in inside.page.text
        answer = inside.client.get("/o/meetings/case/messages/files/1")
        assert answer.data == PDF
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="{asked.number}-1.pdf"'
        )
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert inside.client.get("/o/meetings/case/messages/files/2").status_code == 404

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("alt.zip", b"PK\x03\x04", "Filen må være PDF, JPG eller PNG."),
            ("a.pdf", b"MZ", "Filen må være PDF, JPG eller PNG."),
            ("tom.png", b"", "Filen er tom."),
            ("stor.pdf", PDF + b"\0" * 100_000, "Velg en fil som er mindre enn 100 kB."),
            ("laast.pdf", PDF + b"/Encrypt 5 0 R", "Filen er passordbeskyttet."),
        ],
    )
    def test_keep_what_was_typed_when_a_file_is_refused(
        self, app, config, inside, name, content, said
    ):
        limits = config.limits.model_copy(update={"upload_bytes": 100_000})
        app.extensions["dsar.config"] = config.model_copy(update={"limits": limits})
        inside.get("/o/meetings/case/messages")
        file = {"file": (io.BytesIO(content), name)}
        page = inside.submit(
            {"text": "Dette skal bli stående"}, 422, containing="multipart", files=file
        )
        assert said in page.text
        assert "Dette skal bli stående" in page.text
        assert "Ingen meldinger ennå" in page.text

    def test_keep_a_text_that_is_far_too_long_and_say_so(self, inside):
        inside.get("/o/meetings/case/messages")
        page = inside.submit({"text": "ord " * 2000}, 422, containing="multipart")
        assert "Teksten kan ha maks" in page.text
        assert page.text.count("ord ord") > 900

    def test_say_that_there_is_nothing_in_them(self, inside):
        inside.get("/o/meetings/case/messages")
        page = inside.submit({"text": "  "}, 422, containing="multipart")
        assert "Skriv en melding." in page.text

    def test_are_not_lost_with_the_session(self, inside, asked, now):
        inside.get("/o/meetings/case/messages")
        form = inside.form("multipart") | {"text": ["En lang melding om mye"]}
        with later(now, minutes=31):
            page = inside.post("/o/meetings/case/messages", form, expect=401)
            assert page.text.count("En lang melding om mye") == 2
            resend = inside.form("case/messages")
            inside.get("/o/meetings/find")
            inside.submit({"number": asked.number, "access": asked.access_code})
            page = inside.post("/o/meetings/case/messages", resend)
        assert "Meldingen er sendt" in page.text
        assert "En lang melding om mye" in page.text


class TestTheIdentityQuestion:
    @pytest.fixture
    def question(self, asked, house, make, now):
        command = verification.AskIdentity(
            new_id(), asked.id, Method.QUESTION, "Adressen er ny for oss.", "Hva heter kurset?"
        )
        return verification.ask(command, actor_of(make.staff(house)), now)

    def test_says_why_and_what_and_is_the_next_thing_to_do(self, inside, question):
        page = inside.get("/o/meetings/case")
        assert "Vi trenger noe fra deg" in page.text
        text = inside.get("/o/meetings/case/identity").text
        assert "Adressen er ny for oss." in text
        assert "Hva heter kurset?" in text
        assert "Fristen løper mens vi venter" in text

    def test_takes_an_answer(self, inside, question):
        inside.get("/o/meetings/case/identity")
        page = inside.submit({"answer": "Salgskurset"})
        assert page.request.path == "/o/meetings/case"
        assert "Vi har fått svaret ditt" in page.text
        assert inside.get("/o/meetings/case/identity").request.path == "/o/meetings/case"

    @pytest.mark.parametrize("tick", ["unknown", "too_much"])
    def test_takes_that_there_is_no_answer(self, inside, question, tick):
        inside.get("/o/meetings/case/identity")
        assert inside.submit({tick: "y"}).request.path == "/o/meetings/case"

    def test_wants_one_of_them(self, inside, question):
        inside.get("/o/meetings/case/identity")
        page = inside.submit({}, expect=422)
        assert "Skriv et svar, eller velg «Jeg vet ikke»." in page.text

    def test_is_not_there_when_nobody_asked(self, inside):
        assert inside.get("/o/meetings/case/identity").request.path == "/o/meetings/case"


class TestTheAnswer:
    @pytest.fixture
    def answered(self, asked, house, make, now):
        return make_delivery(asked.case, make.staff(house), make.staff(house), now)

    @pytest.fixture
    def unlocked(self, inside, asked, answered):
        inside.get("/o/meetings/case/answer")
        inside.submit({}, containing="/answer/code")
        code = secrets_of(asked.id, "m13")["code"]
        inside.submit({"code": code, "access": asked.access_code}, containing="unlock")
        return inside

    def test_is_not_there_before_it_is_sent(self, inside):
        assert inside.get("/o/meetings/case/answer").request.path == "/o/meetings/case"

    def test_is_the_next_thing_to_do_when_it_is(self, inside, answered):
        page = inside.get("/o/meetings/case")
        assert "Svaret er klart" in page.text
        assert "/o/meetings/case/answer" in page.text

    def test_mails_a_code_only_when_asked_to(self, inside, asked, answered):
        inside.get("/o/meetings/case/answer")
        assert mails(asked.id, "m13") == []
        page = inside.submit({}, containing="/answer/code")
        assert "sendt en ny kode til kari@example.org" in page.text
        assert len(mails(asked.id, "m13")) == 1

    def test_is_shut_until_both_are_given(self, inside, asked, answered):
        for path in ("", "/read", "/letter", "/package"):
            url = f"/o/meetings/case/answer/1{path}"
            inside.get("/o/meetings/case/answer")
            page = inside.post(url, inside.form("/code")) if path else inside.get(url)
            assert page.request.path == "/o/meetings/case/answer"
            assert "Oppgi begge kodene" in page.text

    @pytest.mark.parametrize("typed", ["12345", "1234567", "12345A", "१२३४५६"])
    def test_a_code_of_another_shape_uses_up_no_try(self, inside, asked, answered, typed):
        inside.get("/o/meetings/case/answer")
        inside.submit({}, containing="/answer/code")
        code = secrets_of(asked.id, "m13")["code"]
        secrets = {"code": typed, "access": asked.access_code}
        for _ in range(6):
            page = inside.submit(secrets, 422, containing="unlock")
            assert "Koden har seks sifre" in page.text
        inside.submit(secrets | {"code": code}, containing="unlock")

    def test_says_beside_each_what_is_wrong_and_keeps_both(self, inside, asked, answered):
        inside.get("/o/meetings/case/answer")
        inside.submit({}, containing="/answer/code")
        page = inside.submit({}, 422, containing="unlock")
        assert "Skriv koden du fikk på e-post." in page.text
        assert "Skriv tilgangskoden fra kvitteringen." in page.text
        code = secrets_of(asked.id, "m13")["code"]
        page = inside.submit({"code": code, "access": "A" * 16}, 422, containing="unlock")
        assert "Tilgangskoden er ikke riktig" in page.text
        assert f'value="{code}"' in page.text
        page = inside.submit(
            {"code": wrong(code), "access": asked.access_code}, 422, containing="unlock"
        )
        assert "Koden er ikke riktig" in page.text

    def test_is_read_here_as_the_page_of_the_package(self, unlocked):
        form = unlocked.form("/read")
        page = unlocked.client.post(unlocked.action, data=form, follow_redirects=True)
        assert page.request.path == "/o/meetings/case/answer/1"
        assert "kari@example.org" in page.text
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "'sha256-" in policy
        assert "unsafe" not in policy
        assert page.headers["Cache-Control"] == "no-store"

    def test_is_downloaded_as_letter_and_as_zip_and_each_is_counted(self, unlocked, asked):
        letter = unlocked.submit({}, containing="/letter")
        assert letter.data.startswith(b"%PDF")
        unlocked.get("/o/meetings/case/answer")
        whole = unlocked.submit({}, containing="/package")
        assert f'filename="{asked.number}.zip"' in whole.headers["Content-Disposition"]
        names = zipfile.ZipFile(io.BytesIO(whole.data)).namelist()
        assert any(name.endswith("/index.html") for name in names)
        assert "8 ganger til" in unlocked.get("/o/meetings/case/answer").text

    def test_is_shut_again_after_the_codes_have_aged(self, unlocked, now):
        for minutes in (20, 40):
            with later(now, minutes=minutes):
                page = unlocked.get("/o/meetings/case/answer")
        assert "Send meg en kode" in page.text

    def test_is_made_available_again_when_its_time_is_over(self, person, asked, answered, now):
        with later(now, days=31):
            person.get("/o/meetings/find")
            page = person.submit({"number": asked.number, "access": asked.access_code})
            assert "Gjør tilgjengelig igjen" in page.text
            person.get("/o/meetings/case/answer")
            page = person.submit({}, containing="/renew")
            assert "Svaret er tilgjengelig igjen" in page.text
            assert "Send meg en kode" in page.text

    def test_of_another_number_is_not_there(self, unlocked):
        unlocked.get("/o/meetings/case/answer/2", expect=404)

    def test_is_not_guessed_by_many_at_the_same_moment(self, app, inside, asked, answered):
        inside.get("/o/meetings/case/answer")
        inside.submit({}, containing="/answer/code")
        code = secrets_of(asked.id, "m13")["code"]
        form = inside.form("unlock")
        sent = form | {"code": [wrong(code)], "access": [asked.access_code]}
        cookie = inside.client.get_cookie("dsar").value

        def guess(_):
            client = app.test_client()
            client.set_cookie("dsar", cookie)
            return client.post("/o/meetings/case/answer", data=sent).status_code

        with ThreadPoolExecutor(6) as pool:
            codes = list(pool.map(guess, range(20)))
        assert set(codes) <= {422, 429}
        db.session.rollback()
        tried = db.session.scalars(
            db.select(MailedCode.tries).where(MailedCode.purpose == "package")
        )
        assert tried.one() == 5
