"""S0 and S22: organisations, their systems and their people, set up on pages."""

import io
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import select

from dsar.domain.events import Actor
from dsar.domain.organisations import facts_of, system_facts
from dsar.models import DataSystem, Membership, Organisation, Staff, db
from dsar.services.setup import organisations
from tests.browser_client import Browser
from tests.factories.accounts import signed_in

EXAMPLES = Path(__file__).parents[2] / "examples" / "organisations"
INSTALLATION = "/staff/admin/installation"


@pytest.fixture
def admin(make):
    return make.staff(is_admin=True)


@pytest.fixture
def browser(app, admin, now):
    browser = signed_in(app, admin, now)
    browser.get("/staff/account?lang=nb")
    return browser


@pytest.fixture
def settings(browser, admin, now):
    """The settings of glasoterapi, which has neither name nor contact."""
    text = (EXAMPLES / "glasoterapi.toml").read_text("utf-8")
    organisations.import_organisation(text, Actor("staff", admin.id), now)
    return "/staff/glasoterapi/settings"


def find(key):
    db.session.expire_all()
    return db.session.scalars(select(Organisation).where(Organisation.key == key)).one()


def system(key):
    db.session.expire_all()
    return db.session.scalars(select(DataSystem).where(DataSystem.key == key)).one()


class TestTheFirstRun:
    def test_offers_examples_a_file_and_a_form(self, browser):
        page = browser.get("/staff/")
        assert page.request.path == INSTALLATION
        for words in ("Last inn de fem eksemplene", "Importer en fil", "Fyll ut et skjema"):
            assert words in page.text

    def test_loads_the_five_examples_once(self, browser):
        for _ in range(2):
            browser.get(INSTALLATION)
            page = browser.submit({}, containing="examples")
        names = ("Expectit", "Inmeta", "glasoterapi.no", "meetings.no", "memini")
        assert [name for name in names if name not in page.text] == []
        assert len(db.session.scalars(select(Organisation)).all()) == 5

    @pytest.mark.parametrize("way", ["file", "text"])
    def test_imports_a_file_that_is_uploaded_or_pasted(self, browser, way):
        content = (EXAMPLES / "memini.toml").read_text("utf-8")
        browser.get(f"{INSTALLATION}/import")
        files = {"file": (io.BytesIO(content.encode()), "memini.toml")} if way == "file" else {}
        typed = {} if way == "file" else {"text": content}
        browser.submit(typed, containing="import", files=files)
        assert find("memini").display_name == "memini"

    def test_says_every_fault_of_a_file_and_keeps_the_text(self, browser):
        content = (EXAMPLES / "memini.toml").read_text("utf-8")
        bad = content.replace('profile = "NO"', 'profile = "XX"\ncolour = "blue"')
        browser.get(f"{INSTALLATION}/import")
        page = browser.submit({"text": bad}, 422, containing="import")
        assert "controller[0].colour: Denne nøkkelen finnes ikke." in page.text
        assert "controller[0].profile: Velg en av disse" in page.text
        assert browser.form("import")["text"][0].replace("\r", "") == bad.strip("\n") + "\n"
        assert db.session.scalar(select(Organisation)) is None

    @pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"schema = ", b"", b"PK\x03\x04"])
    def test_is_clear_about_what_is_no_organisation_file(self, browser, content):
        browser.get(f"{INSTALLATION}/import")
        page = browser.submit(
            {}, 422, containing="import", files={"file": (io.BytesIO(content), "x.toml")}
        )
        assert "For å gå videre" in page.text

    def test_makes_an_organisation_by_a_form_once(self, browser):
        browser.get(f"{INSTALLATION}/new")
        typed = {"display_name": "Bakeriet på hjørnet", "profile": "NO"}
        values = browser.form("new") | {name: [value] for name, value in typed.items()}
        page = browser.submit(typed, containing="new")
        assert page.request.path == "/staff/bakeriet-pa-hjornet/settings/"
        again = browser.post(f"{INSTALLATION}/new", values)
        assert again.request.path == page.request.path
        assert len(db.session.scalars(select(Organisation)).all()) == 1

    def test_keeps_what_was_typed_when_something_is_wrong(self, browser):
        browser.get(f"{INSTALLATION}/new")
        page = browser.submit(
            {"display_name": "Bakeriet", "profile": "NO", "privacy_email": "bakeriet"},
            422,
            "new",
        )
        assert 'value="bakeriet"' in page.text
        assert 'value="Bakeriet"' in page.text

    def test_is_for_the_administrator_of_the_installation(self, app, make, now):
        other = signed_in(app, make.staff(make.organisation(), roles=("admin",)), now)
        other.get(INSTALLATION, 403)
        other.get(f"{INSTALLATION}/import", 403)
        assert other.get("/staff/admin/").status_code == 200


class TestSettings:
    def test_show_facts_with_their_origin_and_what_is_missing(self, browser, settings):
        page = browser.get(f"{settings}/")
        for words in (
            "Navnet på den behandlingsansvarlige",
            "En vei å nå dere på",
            "Følger av loven",
            "Mangler",
            "Systemer for salgsoppfølging",
            "Dere krever alltid identifikasjon",
            "Norsk: 7 mangler",
        ):
            assert words in page.text, words

    def test_open_the_form_only_when_nothing_is_missing(self, browser, settings):
        browser.get(f"{settings}/")
        page = browser.submit({}, containing="publish")
        assert "Skjemaet kan ikke åpnes ennå" in page.text
        assert find("glasoterapi").published_at is None
        browser.get(f"{settings}/names")
        browser.submit({"legal_name": "Prøve AS"}, containing="names")
        browser.get(f"{settings}/contact")
        browser.submit({"phone": "00 00 00 00"}, containing="contact")
        page = browser.submit({}, containing="settings/publish")
        assert "Skjemaet er åpent for alle" in page.text
        assert find("glasoterapi").published_at is not None
        browser.submit({}, containing="unpublish")
        assert find("glasoterapi").published_at is None

    def test_change_names_and_nothing_else(self, browser, settings):
        before = tomllib.loads(organisations.export_organisation("glasoterapi"))
        browser.get(f"{settings}/names")
        browser.submit({"legal_name": "Prøve AS"}, containing="names")
        after = tomllib.loads(organisations.export_organisation("glasoterapi"))
        assert after["controller"][0].pop("legal_name") == "Prøve AS"
        before["controller"][0].pop("legal_name")
        assert after == before

    @pytest.mark.parametrize("section", ["names", "contact", "promises"])
    def test_saved_untouched_change_nothing(self, browser, settings, section):
        before = organisations.export_organisation("glasoterapi")
        browser.get(f"{settings}/{section}")
        browser.submit({}, containing=section)
        assert organisations.export_organisation("glasoterapi") == before

    @pytest.mark.parametrize(
        ("number", "words"),
        [("123", "9 sifre"), ("977 302 391", "siste sifferet"), ("abcdefghi", "9 sifre")],
    )
    def test_refuse_an_organisation_number_that_cannot_be(
        self, browser, settings, number, words
    ):
        browser.get(f"{settings}/names")
        page = browser.submit({"org_number": number}, 422, containing="names")
        assert words in page.text
        browser.submit({"org_number": "977 302 390"}, containing="names")

    def test_change_promise_identity_and_hours(self, browser, settings):
        browser.get(f"{settings}/promises")
        typed = {
            "promise": "days",
            "days": "20",
            "identity_kind": "reasonable_doubt",
            "weekdays": ["mon", "tue"],
            "opens": "09:30",
            "closes": "15:00",
            "solo": "y",
            "behaviours": ["portal_only"],
        }
        page = browser.submit(typed, containing="promises")
        assert "torsdag 10. desember 2026" in page.text
        facts = facts_of(find("glasoterapi"))
        assert (facts.promise_days, facts.identity_kind) == (20, "reasonable_doubt")
        assert facts.office_hours.days == ("mon", "tue")
        assert facts.is_solo
        assert facts.behaviours == {"portal_only"}
        assert facts.origins["deadline"] == "stated"

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"promise": "days", "days": "many"}, "helt tall"),
            ({"promise": "days", "days": "400"}, "fra 1 til 90"),
            ({"opens": "17:00"}, "etter åpningstiden"),
            ({"closes": "16"}, "som 08:00"),
            ({"weekdays": []}, "minst én dag"),
        ],
    )
    def test_say_what_is_wrong_beside_the_field(self, browser, settings, typed, words):
        browser.get(f"{settings}/promises")
        page = browser.submit(typed, 422, containing="promises")
        assert words in page.text
        assert "ds-validation-message" in page.text

    def test_name_the_authority_and_leave_the_language_of_quotations_open(
        self, browser, settings
    ):
        page = browser.get(f"{settings}/").text
        assert "Datatilsynet" in page
        assert '<dd class="keep" lang="">' in page
        assert '<span lang="">as long as necessary' in page

    def test_give_and_take_the_file(self, browser, settings):
        answer = browser.client.get(f"{settings}/file")
        assert (
            answer.headers["Content-Disposition"] == 'attachment; filename="glasoterapi.toml"'
        )
        changed = answer.text.replace('legal_name = ""', 'legal_name = "Prøve AS"')
        browser.get(f"{settings}/import")
        browser.submit({"text": changed}, containing="import")
        assert facts_of(find("glasoterapi")).legal_name == "Prøve AS"

    def test_take_no_file_of_another_organisation(self, browser, settings):
        browser.get(f"{settings}/import")
        other = (EXAMPLES / "memini.toml").read_text("utf-8")
        page = browser.submit({"text": other}, 422, containing="import")
        assert "denne virksomheten alene" in page.text

    def test_are_not_there_for_who_does_not_manage_them(self, app, make, settings, now):
        stranger = signed_in(app, make.staff(make.organisation("memini")), now)
        for path in ("/", "/names", "/file", "/people", "/systems/nyhetsbrev"):
            stranger.get(settings + path, 404)

    @pytest.mark.parametrize("language", ["nb", "en", "sv"])
    def test_speak_every_language(self, browser, settings, language):
        pages = (
            "/",
            "/names",
            "/contact",
            "/promises",
            "/import",
            "/systems/new",
            "/systems/nyhetsbrev",
            "/systems/nyhetsbrev/texts",
            "/people",
            "/people/invite",
        )
        for path in pages:
            browser.get(f"{settings}{path}?lang={language}")
        for path in ("", "/import", "/new"):
            browser.get(f"{INSTALLATION}{path}?lang={language}")
        browser.get(f"/staff/admin/people?lang={language}")


class TestASystem:
    def test_is_added_once(self, browser, settings):
        browser.get(f"{settings}/systems/new")
        values = browser.form("systems/new") | {"name": ["Papirarkiv"], "data": ["a\nb"]}
        browser.post(f"{settings}/systems/new", values)
        row = system("papirarkiv")
        assert system_facts(row).data == ("a", "b")
        browser.post(f"{settings}/systems/new", values, 422)
        names = db.session.scalars(select(DataSystem.name)).all()
        assert names.count("Papirarkiv") == 1

    def test_keeps_its_identity_under_a_new_name(self, browser, settings, now):
        before = system("nyhetsbrev").id
        browser.get(f"{settings}/systems/nyhetsbrev")
        browser.submit({"name": "Utsendinger", "perishable_days": "15"}, containing="systems")
        row = system("nyhetsbrev")
        assert (row.id, row.name) == (before, "Utsendinger")
        text = organisations.export_organisation("glasoterapi")
        organisations.import_organisation(text, Actor("cli", "test"), now)
        assert system("nyhetsbrev").id == before

    def test_has_texts_in_every_language_side_by_side(self, browser, settings):
        browser.get(f"{settings}/systems/nyhetsbrev/texts")
        typed = {
            "text_nb_purposes": "Vi sender nyhetsbrev.\nBare det.",
            "text_en_purposes": "We send a newsletter.",
            "reason_nb_transfer": "Ingenting sendes ut av EØS.",
        }
        browser.submit(typed, containing="texts")
        facts = system_facts(system("nyhetsbrev"))
        assert facts.item_text("purposes", "nb").texts["en"] == "We send a newsletter."
        assert facts.item_text("transfer", "nb").not_applicable.startswith("Ingenting")
        assert facts.item_text("transfer", "en").not_applicable == ""
        assert "purposes" not in facts.items_missing("nb")
        page = browser.get(f"{settings}/systems/nyhetsbrev/texts")
        assert page.text.count("Mangler oversettelse") == 11

    def test_saved_untouched_changes_nothing(self, browser, settings):
        before = organisations.export_organisation("glasoterapi")
        for path in ("systems/lykke-media-as", "systems/lykke-media-as/texts"):
            browser.get(f"{settings}/{path}")
            browser.submit({}, containing=path)
        assert organisations.export_organisation("glasoterapi") == before

    def test_is_taken_out_of_use_and_twice_is_the_same(self, browser, settings, now):
        browser.get(f"{settings}/systems/nyhetsbrev")
        values = browser.form("retire")
        browser.submit({}, containing="retire")
        browser.post(f"{settings}/systems/nyhetsbrev/retire", values)
        assert system("nyhetsbrev").retired_at == now
        browser.get(f"{settings}/systems/nyhetsbrev", 404)

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"name": ""}, "Skriv navn på systemet"),
            ({"name": "Google Analytics"}, "mer enn én gang"),
            ({"perishable_days": "-1"}, "helt tall"),
            ({"owner_email": "hun i resepsjonen"}, "Skriv e-postadressen"),
        ],
    )
    def test_says_what_is_wrong(self, browser, settings, typed, words):
        browser.get(f"{settings}/systems/nyhetsbrev")
        page = browser.submit(typed, 422, containing="systems/nyhetsbrev")
        assert words in page.text


class TestPeople:
    def test_are_invited_with_a_link_that_is_shown_once(self, app, browser, settings):
        browser.get(f"{settings}/people/invite")
        typed = {"name": "Ola Nes", "email": "ola@example.org", "roles": ["approver"]}
        page = browser.submit(typed, containing="invite")
        link = page.text.partition('class="code">')[2].partition("<")[0]
        assert link.startswith("http://localhost/staff/invite/")
        assert "/staff/invite/" not in browser.get(f"{settings}/people").text
        Browser(app.test_client()).get(link.removeprefix("http://localhost"))

    def test_who_have_an_account_get_roles_and_no_second_account(self, browser, settings, make):
        other = make.staff(make.organisation("memini"))
        for _ in range(2):
            browser.get(f"{settings}/people/invite")
            typed = {"name": "x", "email": other.email.upper(), "roles": ["handler"]}
            page = browser.submit(typed, containing="invite")
        assert other.name in page.text
        mine = db.session.scalars(select(Membership).where(Membership.staff_id == other.id))
        assert len(list(mine)) == 3

    def test_change_roles_from_the_next_page_on(self, app, browser, settings, make, now):
        worker = make.staff(find("glasoterapi"), roles=("handler",))
        browser.get(f"{settings}/people/{worker.id}")
        browser.submit({"roles": ["admin"]}, containing="people")
        other = signed_in(app, worker, now)
        assert other.get(f"{settings}/names").status_code == 200

    def test_never_lose_their_last_administrator(self, browser, settings, admin):
        browser.get(f"{settings}/people/{admin.id}")
        page = browser.submit({"roles": ["handler"]}, 422, containing="people")
        assert "siste administratoren" in page.text

    def test_are_shut_out_at_once(self, app, browser, settings, make, now):
        worker = make.staff(find("glasoterapi"), roles=("handler",))
        other = signed_in(app, worker, now)
        browser.get("/staff/admin/people")
        browser.submit({}, containing=f"{worker.id}/disable")
        assert other.get("/staff/account").request.path == "/staff/sign-in"
        browser.submit({}, containing=f"{worker.id}/enable")
        assert db.session.get_one(Staff, worker.id).disabled_at is None

    def test_of_the_installation_keep_one_administrator(self, browser, admin):
        browser.get("/staff/admin/people")
        browser.submit({}, 409, containing=f"{admin.id}/disable")
        assert db.session.get_one(Staff, admin.id).disabled_at is None


THEIRS = {"phone": "22 33 44 55", "postal_address": "Storgata 1"}
OURS = {"phone": "99 88 77 66", "visiting_address": "Kaia 2"}


class TestTwoPeopleChangeTheSettings:
    @pytest.fixture
    def other(self, app, admin, settings, now):
        """Another browser at which the settings are open."""
        return signed_in(app, admin, now)

    def test_shows_what_the_other_changed_and_keeps_what_was_typed(
        self, browser, settings, other
    ):
        browser.get(f"{settings}/contact")
        other.get(f"{settings}/contact")
        other.submit(
            {"phone": "22 33 44 55", "postal_address": "Storgata 1"}, containing="version"
        )
        page = browser.submit(
            {"phone": "99 88 77 66", "visiting_address": "Kaia 2"}, 409, "version"
        )
        for words in (
            "22 33 44 55",
            "99 88 77 66",
            "Kaia 2",
            "Storgata 1",
            "Du endret det ikke",
        ):
            assert words in page.text
        assert facts_of(find("glasoterapi")).phone == "22 33 44 55"

    def test_a_second_save_changes_only_what_this_person_changed(
        self, browser, settings, other
    ):
        browser.get(f"{settings}/contact")
        other.get(f"{settings}/contact")
        other.submit(
            {"phone": "22 33 44 55", "postal_address": "Storgata 1"}, containing="version"
        )
        browser.submit(OURS, 409, "version")
        browser.submit({}, containing="version")
        facts = facts_of(find("glasoterapi"))
        said = (facts.phone, facts.postal_address, facts.visiting_address)
        assert said == ("99 88 77 66", "Storgata 1", "Kaia 2")

    def test_is_not_stopped_by_changes_on_another_page(self, browser, settings, other):
        browser.get(f"{settings}/contact")
        other.get(f"{settings}/names")
        other.submit({"legal_name": "Glasoterapi AS"}, containing="version")
        browser.submit({"phone": "99 88 77 66"}, containing="version")
        facts = facts_of(find("glasoterapi"))
        assert (facts.phone, facts.legal_name) == ("99 88 77 66", "Glasoterapi AS")

    def test_meets_in_ticks_and_choices_too(self, browser, settings, other):
        browser.get(f"{settings}/promises")
        other.get(f"{settings}/promises")
        other.submit({"weekdays": ["mon", "tue"], "solo": "y"}, containing="version")
        page = browser.submit({"weekdays": ["wed"]}, 409, "version")
        assert "mandag, tirsdag" in page.text.lower()
        browser.submit({}, containing="version")
        row = find("glasoterapi")
        assert row.document["office_hours"]["days"] == ["wed"]
        assert facts_of(row).is_solo

    def test_meets_in_the_texts_of_a_system(self, browser, settings, other):
        key = system_key(find("glasoterapi"))
        browser.get(f"{settings}/systems/{key}/texts")
        other.get(f"{settings}/systems/{key}/texts")
        other.submit({"text_nb_purposes": "Deres formål"}, containing="version")
        page = browser.submit({"text_nb_purposes": "Mitt formål"}, 409, "version")
        assert "Deres formål" in page.text
        assert "Mitt formål" in page.text
        browser.submit({}, containing="version")
        assert system_facts(system(key)).texts["nb"]["purposes"] == "Mitt formål"

    def test_a_forged_version_changes_nothing_unseen(self, browser, settings):
        browser.get(f"{settings}/names")
        for version in ("x", "[1]", '["9",{"a":1}]', "9" * 5000):
            browser.submit({"legal_name": "Glasoterapi AS", "version": version}, 409, "version")


def system_key(row):
    return db.session.scalars(
        select(DataSystem.key).where(DataSystem.organisation_id == row.id)
    ).first()
