"""S7 to S14 and S18: the pages of the work, as a handler and an approver press through them."""

import io

import pytest
from sqlalchemy import select

from dsar.domain.events import PERSON
from dsar.domain.rights import Right
from dsar.models import Case, DataSystem, Delivery, Finding, IdentityCheck, Package, Task, db
from dsar.services.answer import delivery
from dsar.services.identity import verification
from dsar.services.transaction import transaction
from tests.factories.accounts import signed_in
from tests.factories.rights import make_measure
from tests.factories.work import (
    actor_of,
    make_approved,
    make_decided,
    make_delivery,
    make_finding,
    make_identified,
    make_package,
    make_settled,
    make_solo,
    make_texts,
    right_of,
    tasks_of,
)
from tests.services.log import kinds

CASE = "/staff/meetings/cases/2026-0001"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
ABOUT = {"category": "Kontakt", "source": "Skjemaet", "provenance": "provided"}


@pytest.fixture
def house(make):
    return make.organisation("meetings")


@pytest.fixture
def ida(make, house):
    return make.staff(house)


@pytest.fixture
def per(make, house):
    return make.staff(house)


@pytest.fixture
def case(make, house):
    return make.case(house)


@pytest.fixture
def browser(app, ida, now):
    return signed_in(app, ida, now)


def fresh(table):
    db.session.rollback()
    return list(db.session.scalars(select(table)))


class TestTheTasks:
    def test_begin_with_what_disappears(self, browser, case):
        page = browser.get(f"{CASE}/tasks").text
        assert page.index("Webserverlogg") < page.index("MailChimp")
        assert "Forsvinner lørdag 5. desember 2026" in page
        assert "5 systemer har ikke svart" in page

    def test_are_settled_one_by_one(self, browser, case):
        task = tasks_of(case)[1]
        browser.get(f"{CASE}/tasks/{task.id}")
        browser.submit({"answer": "nothing_found", "how": "Søkte på e-post"}, containing="how")
        assert "4 systemer har ikke svart" in browser.page.text
        assert "Søkte på e-post" in browser.page.text

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"answer": "", "how": ""}, ("Velg hva du fant.", "Skriv hvordan du lette.")),
            ({"answer": "found", "how": "Så i listen"}, ("Legg til det som ble funnet",)),
        ],
    )
    def test_keep_what_was_typed_when_something_is_wrong(self, browser, case, typed, words):
        task = tasks_of(case)[1]
        browser.get(f"{CASE}/tasks/{task.id}")
        page = browser.submit(typed, 422, "how").text
        assert all(each in page for each in words)
        assert typed["how"] in page
        assert "task_settled" not in kinds(case)

    def test_are_finished_and_opened_again(self, browser, case, ida, now):
        for task in tasks_of(case):
            browser.get(f"{CASE}/tasks/{task.id}")
            browser.submit({"answer": "nothing_found", "how": "Lette"}, containing="how")
        browser.submit({}, containing="finish")
        assert right_of(case).state == "reviewing"
        browser.get(f"{CASE}/tasks/{task.id}")
        browser.submit({}, containing="reopen")
        assert right_of(case).state == "collecting"

    def test_speak_of_measures_where_something_is_changed(self, browser, make, house, ida, now):
        case = make.case(house, rights=(Right.ERASURE,))
        first, *others = tasks_of(case, "erasure")
        url = f"/staff/meetings/cases/{case.number}/tasks"
        page = browser.get(f"{url}/{first.id}").text
        assert "0 tiltak" in page
        assert "0 funn" not in page
        assert "Bestem først hva som gjøres" in page
        make_measure(first, ida, now)
        assert "1 tiltak" in browser.get(f"{url}/{first.id}").text
        browser.submit({"answer": "found", "how": "Lette"}, containing="how")
        for task in others:
            browser.get(f"{url}/{task.id}")
            browser.submit({"answer": "nothing_found", "how": "Lette"}, containing="how")
        browser.submit({}, containing="finish")
        assert "Nå gjør du svaret komplett" in browser.page.text

    def test_of_another_case_do_not_exist(self, browser, case, make, house):
        foreign = tasks_of(make.case(make.organisation("inmeta")))[0]
        for path in (f"tasks/{foreign.id}", f"tasks/{foreign.id}/findings", "tasks/0"):
            browser.get(f"{CASE}/{path}", expect=404)


class TestAddingFindings:
    @pytest.fixture
    def add(self, browser, case):
        url = f"{CASE}/tasks/{tasks_of(case)[0].id}/findings"
        browser.get(url)
        return browser

    def test_takes_typed_lines(self, add):
        lines = "E-post: kari@example.org\nTelefon: 412 34 567"
        add.submit(ABOUT | {"lines": lines}, containing="fields")
        assert "Opplysningene er lagt til" in add.page.text
        (row,) = fresh(Finding)
        assert (row.kind, row.holds_address) == ("fields", True)

    def test_warns_of_a_national_identity_number_and_takes_it(self, add):
        add.submit(ABOUT | {"lines": "Nummer: 13097248022"}, containing="fields")
        assert "fødselsnummer" in add.page.text
        assert len(fresh(Finding)) == 1

    def test_says_everything_that_is_missing_at_once(self, add):
        page = add.submit({"lines": "Navn: Kari"}, 422, "fields").text
        for words in ("Skriv hvilken kategori", "Skriv hvor opplysningene", "Velg hvordan vi"):
            assert words in page
        assert "Navn: Kari" in page

    def test_shows_a_pasted_table_before_it_is_saved(self, add):
        add.submit({"pasted": "Dato;Emne\n2026-01-02;Kurs"}, containing="paste")
        assert "Slik leser vi det" in add.page.text
        assert fresh(Finding) == []
        add.submit(ABOUT | {"name": ["Dag", "Tema"]}, containing="column")
        (row,) = fresh(Finding)
        assert (row.kind, row.records) == ("table", 1)
        assert "Tema" in add.get(f"{CASE}/findings").text

    def test_keeps_a_broken_table_that_was_pasted(self, add):
        broken = "a;b\n1;2;3\n"
        page = add.submit({"pasted": broken}, 422, "paste").text
        assert "Sjekk linje 2" in page
        assert "1;2;3" in page

    def test_takes_a_file_and_hands_it_out_as_one(self, add):
        files = {"file": (io.BytesIO(PNG), "Kari Nordmann.png")}
        add.submit({}, containing="upload", files=files)
        add.submit(ABOUT, containing="category")
        (row,) = fresh(Finding)
        response = add.client.get(f"{CASE}/findings/{row.id}/file")
        assert response.data == PNG
        assert response.headers["Content-Disposition"].startswith("attachment; filename=")
        assert "Kari" not in response.headers["Content-Disposition"]
        assert "sandbox" in response.headers["Content-Security-Policy"]

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [("a.zip", b"PK\x03\x04aaaa", "filtypen"), ("a.csv", b"", "Filen er tom")],
    )
    def test_refuses_a_file_of_the_wrong_kind(self, add, name, content, words):
        files = {"file": (io.BytesIO(content), name)}
        assert words in add.submit({}, 422, "upload", files=files).text

    def test_throws_an_upload_away(self, add):
        add.submit({"pasted": "Dato;Emne\n2026-01-02;Kurs"}, containing="paste")
        add.submit({}, containing="discard")
        assert "Lim inn" in add.page.text
        assert fresh(Finding) == []


class TestDeciding:
    @pytest.fixture
    def found(self, case, ida, now):
        return make_finding(tasks_of(case)[0], ida, now)

    def test_releases(self, browser, found):
        browser.get(f"{CASE}/findings/{found}/decision")
        browser.submit({"verdict": "release"}, containing="/decision")
        assert "Alt er avgjort" in browser.page.text

    def test_asks_for_the_conditions_of_the_chosen_ground(self, browser, found):
        browser.get(f"{CASE}/findings/{found}/decision")
        held = {"verdict": "withhold", "ground": "pol_16_e", "explanation": "Internt utkast"}
        page = browser.submit(held, 422, "/decision").text
        assert "bare for intern saksforberedelse" in page
        assert "Internt utkast" in page
        both = ["only_internal_not_shared", "necessary_for_decisions"]
        browser.submit({"conditions": both}, containing="/decision")
        assert "Hold tilbake" in browser.page.text

    @pytest.mark.parametrize(
        ("typed", "words"),
        [({"verdict": "withhold"}, "Velg hjemmel"), ({"verdict": ""}, "Velg hva vi gjør")],
    )
    def test_says_what_is_missing(self, browser, found, typed, words):
        browser.get(f"{CASE}/findings/{found}/decision")
        assert words in browser.submit(typed, 422, "/decision").text

    def test_asks_beside_the_explanation_for_the_law_that_it_rests_on(self, browser, found):
        browser.get(f"{CASE}/findings/{found}/decision")
        held = {"verdict": "withhold", "ground": "pol_16_d", "explanation": "Taushetsplikt"}
        browser.submit(held, 422, "/decision")
        page = browser.submit({"conditions": ["duty_named"]}, 422, "/decision")
        assert "#explanation" in page.text
        assert page.text.count("Nevn bestemmelsen i den andre loven") == 2
        browser.submit({"explanation": "Taushetsplikt etter hpl. § 21"}, containing="/decision")
        assert "Hold tilbake" in browser.page.text

    def test_releases_all_of_a_system(self, browser, found):
        browser.get(f"{CASE}/findings")
        browser.submit({}, containing="release")
        assert "Alt er avgjort" in browser.page.text

    def test_takes_a_finding_away(self, browser, found):
        browser.get(f"{CASE}/findings")
        browser.submit({}, containing="remove")
        assert "Ingen opplysninger lagt inn" in browser.page.text


class TestIdentity:
    def confirm(self, case, now):
        with transaction() as session:
            session.get_one(Case, case.id).address_confirmed_at = now

    def test_takes_the_lightest_evidence_that_is_ready_chosen(self, browser, case, ida, now):
        make_settled(case, ida, now)
        self.confirm(case, now)
        page = browser.get(f"{CASE}/identity").text
        assert "Adressen ble funnet i: Webserverlogg" in page
        browser.submit({}, containing="/identity")
        assert "Vi vet hvem personen er" in browser.page.text

    @pytest.mark.parametrize(
        ("path", "typed", "words"),
        [
            ("", {}, "Velg om dette er nok."),
            ("/enough", {}, "Velg en måte."),
            ("/enough", {"method": "confirmed_address"}, "Adressen er ikke bekreftet"),
            ("/enough", {"method": "call_back"}, "Skriv hva som gjør at du tviler."),
            ("/question", {"doubt": "Ny adresse"}, "Velg en måte."),
            ("/question", {"method": "question", "question": "Når?"}, "tviler"),
            ("/question", {"method": "question", "doubt": "Ny"}, "Skriv spørsmålet."),
        ],
    )
    def test_keeps_what_was_typed(self, browser, case, path, typed, words):
        browser.get(f"{CASE}/identity{path}")
        page = browser.submit(typed, 422, f"/identity{path}").text
        assert words in page
        assert all(text in page for text in typed.values())
        assert "identity_decided" not in kinds(case)

    def test_goes_on_to_the_page_that_asks_for_the_rest(self, browser, case):
        browser.get(f"{CASE}/identity")
        browser.submit({"enough": "yes"}, containing="/identity")
        assert "Hvordan vet vi hvem det er?" in browser.page.text
        browser.submit({"method": "known_in_person"}, containing="/enough")
        assert "Vi vet hvem personen er" in browser.page.text

    def test_lets_staff_name_the_system_where_no_task_looks(self, browser, make, house, now):
        case = make.case(house, rights=(Right.AUTOMATED_DECISION,))
        self.confirm(case, now)
        system = db.session.scalars(select(DataSystem)).first()
        page = f"/staff/meetings/cases/{case.number}/identity"
        browser.get(f"{page}/enough")
        chosen = {"method": "confirmed_address"}
        assert "Velg systemet der du så den" in browser.submit(chosen, 422, "/enough").text
        browser.submit(chosen | {"seen_in": system.id}, containing="/enough")
        assert "Vi vet hvem personen er" in browser.page.text

    def test_asks_in_words_and_shows_the_answer(self, browser, case, now):
        browser.get(f"{CASE}/identity")
        browser.submit({"enough": "no"}, containing="/identity")
        asked = {"method": "question", "doubt": "Ny adresse", "question": "Når?"}
        browser.submit(asked, containing="/question")
        assert "Beskjeden har ikke gått ut ennå" in browser.page.text
        (check,) = fresh(IdentityCheck)
        verification.answer_identity(check.id, "I 2019", PERSON, now)
        assert "I 2019" in browser.get(f"{CASE}/identity").text
        browser.submit({"verdict": "sufficient"}, containing="/identity")
        assert "Vi vet hvem personen er" in browser.page.text


class TestTheCompletenessTable:
    def test_names_what_is_missing_and_leads_to_it(self, browser, case, ida, now):
        make_settled(case, ida, now)
        page = browser.get(f"{CASE}/answer").text
        assert "8 ting mangler" in page
        system = tasks_of(case)[0].system_id
        browser.get(f"{CASE}/answer/{system}/purposes")
        browser.submit({"text": "Drift og sikkerhet"}, containing="reason")
        assert "7 ting mangler" in browser.page.text
        browser.get(f"{CASE}/answer/{system}/automated")
        browser.submit({"reason": "ingen maskin avgjør"}, containing="reason")
        assert "6 ting mangler" in browser.page.text

    @pytest.mark.parametrize("typed", [{}, {"text": "Ja", "reason": "Nei"}])
    def test_wants_a_text_or_a_reason(self, browser, case, typed):
        system = tasks_of(case)[0].system_id
        browser.get(f"{CASE}/answer/{system}/purposes")
        page = browser.submit(typed, 422, "reason").text
        assert "men ikke begge deler" in page

    def test_knows_no_other_item_and_no_other_house(self, browser, case, make):
        own, foreign = (
            tasks_of(one)[0].system_id for one in (case, make.case(make.organisation("inmeta")))
        )
        browser.get(f"{CASE}/answer/{own}/rights", expect=404)
        browser.get(f"{CASE}/answer/{foreign}/purposes", expect=404)

    def test_names_what_another_right_lacks(self, browser, make, house):
        make.case(house, rights=(Right.ERASURE,))
        page = browser.get(f"{CASE}/answer")
        assert "Kravet er ikke vurdert" in page.text
        assert "systemer har ikke svart" in page.text


class TestPackageAndApproval:
    def test_is_built_looked_at_and_approved_by_another(
        self, app, browser, case, ida, per, now
    ):
        make_settled(case, ida, now)
        make_texts(case, ida, now)
        make_decided(case, ida, now)
        browser.get(f"{CASE}/answer")
        browser.submit({}, containing="build")
        assert "Pakken" in browser.page.text
        browser.submit({}, containing="/ask")
        assert "En annen må godkjenne det" in browser.page.text
        other = signed_in(app, per, now)
        other.get(f"{CASE}/approval")
        assert "Åpne pakken og bekreft" in other.submit({}, 422, "/approve").text
        other.submit({"looked": "y"}, containing="/approve")
        assert right_of(case).state == "ready"
        assert "Send svaret" in other.page.text

    def test_shows_exactly_what_the_person_gets(self, browser, case, ida, now):
        package_id = make_package(case, ida, now)
        page = browser.client.get(f"{CASE}/packages/{package_id}/page")
        assert "Kari Nordmann" in page.text
        assert "sha256-" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"
        for part, start in (("letter", b"%PDF"), ("zip", b"PK")):
            response = browser.client.get(f"{CASE}/packages/{package_id}/{part}")
            assert response.data.startswith(start)
            assert "attachment" in response.headers["Content-Disposition"]
        browser.get(f"{CASE}/packages/{package_id}/other", expect=404)

    def test_is_sent_back_with_words(self, app, browser, case, ida, per, now):
        package_id = make_package(case, ida, now)
        browser.get(f"{CASE}/package")
        browser.submit({}, containing="/ask")
        other = signed_in(app, per, now)
        other.get(f"{CASE}/approval")
        assert "Skriv hva som må endres" in other.submit({}, 422, "remark").text
        other.submit({"remark": "Navnet er feil"}, containing="remark")
        assert fresh(Package)[0].sent_back_at == now
        assert "Navnet er feil" in browser.get(f"{CASE}/approval").text
        assert package_id

    def test_tells_who_is_alone_when_to_look_again(self, browser, case, house, ida, now):
        make_solo(house)
        make_package(case, ida, now)
        browser.get(f"{CASE}/package")
        browser.submit({}, containing="/ask")
        assert "20. november 2026 kl. 11.00" in browser.page.text
        assert "må vente" in browser.submit({"looked": "y"}, 422, "/approve").text

    def test_needs_the_permission(self, app, make, house, case, ida, now):
        handler = make.staff(house, roles=("handler",))
        make_package(case, ida, now)
        (package,) = fresh(Package)
        browser = signed_in(app, handler, now)
        browser.get(f"{CASE}/package")
        token = browser.form("/ask")
        browser.post(f"{CASE}/packages/{package.id}/approve", token, expect=404)


class TestSendingAndClosing:
    def test_sends_once_and_shows_what_became_of_it(self, browser, case, ida, per, now):
        make_approved(case, ida, per, now)
        make_identified(case, ida, now)
        page = browser.get(f"{CASE}/sending").text
        assert "Til Kari Nordmann, kari@example.org" in page
        values = browser.form("how")
        browser.submit({}, containing="how")
        browser.post(browser.action, values)
        assert len(fresh(Delivery)) == 1
        assert "Beskjeden har ikke gått ut ennå" in browser.page.text

    def test_says_that_identity_is_missing_and_keeps_the_choice(
        self, browser, case, ida, per, now
    ):
        make_approved(case, ida, per, now)
        browser.get(f"{CASE}/sending")
        page = browser.submit({"how": "post"}, 422, "how").text
        assert "Vi har ikke bekreftet hvem personen er" in page
        assert fresh(Delivery) == []

    def test_by_post_asks_for_the_day(self, browser, case, ida, per, now):
        make_approved(case, ida, per, now)
        make_identified(case, ida, now)
        browser.get(f"{CASE}/sending")
        assert "Datoen må være" in browser.submit({"how": "post"}, 422, "how").text
        day = {"given_on-day": "20", "given_on-month": "11", "given_on-year": "2026"}
        browser.submit({"how": "post"} | day, containing="how")
        assert right_of(case).state == "delivered"

    def test_leads_to_approval_first(self, browser, case):
        assert "Svaret er ikke godkjent ennå" in browser.get(f"{CASE}/sending").text

    def test_closes_with_an_outcome_that_is_true(self, browser, case, ida, per, now):
        delivery.open_answer(make_delivery(case, ida, per, now), now)
        right = right_of(case).id
        browser.get(f"{CASE}/closure")
        assert "Velg hvordan saken endte" in browser.submit({}, 422, "closure").text
        held = {f"{right}-outcome": "nothing_held"}
        assert "Noe ble funnet" in browser.submit(held, 422, "closure").text
        browser.submit({f"{right}-outcome": "fulfilled"}, containing="closure")
        assert "Saken er avsluttet" in browser.page.text
        assert "Saken er avsluttet" in browser.get(f"{CASE}/closure").text

    def test_makes_an_answer_available_again(self, browser, case, ida, per, now):
        make_delivery(case, ida, per, now)
        browser.get(f"{CASE}/sending")
        browser.submit({}, containing="renew")
        assert "Nedlastinger igjen" in browser.page.text


class TestWhoMayLook:
    @pytest.mark.parametrize("path", ["tasks", "findings", "identity", "answer", "sending"])
    def test_an_auditor_reads_and_is_offered_nothing(self, app, make, house, case, now, path):
        browser = signed_in(app, make.staff(house, roles=("auditor",)), now)
        page = browser.get(f"{CASE}/{path}").text
        assert page.count('method="post"') == 1  # to sign out
        assert actor_of

    def test_a_stranger_finds_nothing(self, app, make, case, now):
        browser = signed_in(app, make.staff(make.organisation("inmeta")), now)
        for path in ("tasks", "findings", "identity", "answer", "package", "closure"):
            browser.get(f"{CASE}/{path}", expect=404)


def test_one_more_system_is_asked(browser, case, make, house):
    with transaction() as session:
        document = {"name": "Papirarkiv", "key": "papir"}
        session.add(
            DataSystem(
                organisation_id=house.id,
                key="papir",
                name="Papirarkiv",
                position=9,
                document=document,
            )
        )
    browser.get(f"{CASE}/tasks")
    right = right_of(case).id
    assert "Velg et system" in browser.submit({}, 422, "Papirarkiv" and right).text
    (system,) = [row.id for row in fresh(DataSystem) if row.key == "papir"]
    browser.submit({f"{right}-system": system}, containing=right)
    assert len(fresh(Task)) == 6
