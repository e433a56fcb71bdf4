"""Organisations come from files, change by facts, open to the public, go back to files."""

import tomllib
from pathlib import Path

import pytest
from sqlalchemy import select

from dsar.domain.events import Actor
from dsar.domain.organisation_file import OrganisationFileError
from dsar.domain.organisations import facts_of, system_facts
from dsar.models import DataSystem, Membership, Organisation, Site, db
from dsar.services.setup import organisations as service

CLI = Actor("cli", "test")
FILES = sorted((Path(__file__).parents[2] / "examples" / "organisations").glob("*.toml"))


def load(path, now):
    service.import_organisation(path.read_text("utf-8"), CLI, now)
    return find(path.stem)


def find(key):
    return db.session.scalars(select(Organisation).where(Organisation.key == key)).one()


def systems(organisation):
    rows = select(DataSystem).where(DataSystem.organisation_id == organisation.id)
    return list(db.session.scalars(rows.order_by(DataSystem.position)))


class TestImport:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_a_file_goes_in_and_comes_out_the_same(self, app, now, path):
        load(path, now)
        written = service.export_organisation(path.stem)
        assert tomllib.loads(written) == tomllib.loads(path.read_text("utf-8"))

        service.import_organisation(written, CLI, now)
        assert service.export_organisation(path.stem) == written

    def test_again_keeps_the_rows_and_makes_no_second_ones(self, app, now):
        before = {row.key: row.id for row in systems(load(FILES[0], now))}
        after = {row.key: row.id for row in systems(load(FILES[0], now))}
        assert before == after

    def test_a_system_that_is_gone_is_retired_and_comes_back(self, app, now):
        row = load(FILES[0], now)
        text = service.export_organisation(row.key)
        name = systems(row)[-1].name
        service.change_organisation(row.key, lambda d: d["system"].pop(), CLI, now)
        assert systems(row)[-1].retired_at == now
        assert name not in service.export_organisation(row.key)

        service.import_organisation(text, CLI, now)
        assert systems(row)[-1].retired_at is None
        assert systems(row)[-1].name == name

    def test_a_fault_in_the_second_organisation_saves_neither(self, app, now):
        both = FILES[0].read_text("utf-8") + FILES[1].read_text("utf-8").replace(
            "schema = 1", ""
        ).replace('profile = "NO"', 'profile = "ATLANTIS"')
        with pytest.raises(OrganisationFileError) as caught:
            service.import_organisation(both, CLI, now)
        assert [p.place for p in caught.value.problems] == ["controller[1].profile"]
        assert db.session.scalar(select(Organisation)) is None

    def test_a_host_of_another_organisation_is_refused(self, app, now):
        load(FILES[0], now)
        text = FILES[0].read_text("utf-8").replace(f'"{FILES[0].stem}"', '"other"', 1)
        with pytest.raises(OrganisationFileError) as caught:
            service.import_organisation(text, CLI, now)
        assert caught.value.problems[0].code == "host_taken"
        assert len(db.session.scalars(select(Organisation)).all()) == 1

    def test_sites_carry_their_language_and_authority(self, app, now):
        load(next(path for path in FILES if path.stem == "inmeta"), now)
        sites = {site.host: site for site in db.session.scalars(select(Site))}
        assert sites["inmeta.se"].language == "sv"
        assert sites["inmeta.se"].authority == "imy"
        assert sites["inmeta.no"].language == "nb"

    def test_who_imports_gets_the_first_roles(self, app, make, now):
        staff = make.staff(is_admin=True)
        text = FILES[0].read_text("utf-8")
        service.import_organisation(text, Actor("staff", staff.id), now)
        service.import_organisation(text, Actor("staff", staff.id), now)
        roles = db.session.scalars(select(Membership.role)).all()
        assert sorted(roles) == ["admin", "approver", "handler"]

    @pytest.mark.parametrize(
        "text", ["schema = ", "\0", "= = =", "[" * 4000, "a = " + "9" * 5000]
    )
    def test_what_is_not_a_file_is_named_so(self, app, text, now):
        with pytest.raises(OrganisationFileError) as caught:
            service.import_organisation(text, CLI, now)
        assert caught.value.problems[0].code == "not_toml"


class TestChange:
    def test_one_fact_is_set_by_its_path(self, app, now):
        row = load(next(path for path in FILES if path.stem == "meetings"), now)
        for path, value in {
            "legal_name": "Møter AS",
            "promise.n": "20",
            "solo": "true",
            "ui_languages": '["nb", "en", "sv"]',
            'site_settings."meetings.no".language': "en",
            "system.mailchimp.retention": "until asked",
            "system[0].perishable_days": "10",
            "system.mailchimp.texts.nb.purposes": "Nyhetsbrev",
        }.items():
            service.set_fact(row.key, path, value, (CLI, now))
        facts = facts_of(find(row.key))
        assert (facts.legal_name, facts.promise_days, facts.is_solo) == ("Møter AS", 20, True)
        assert facts.ui_languages == ("nb", "en", "sv")
        assert facts.sites[0].language == "en"
        first, second = (system_facts(system) for system in systems(row)[:2])
        assert first.perishable_days == 10
        assert second.retention == "until asked"
        assert second.item_text("purposes", "nb").texts == {"nb": "Nyhetsbrev"}

    @pytest.mark.parametrize(
        ("path", "value", "code"),
        [
            ("nonsense", "1", "unknown_key"),
            ("promise.n", "many", "not_number"),
            ("promise.n", "400", "out_of_range"),
            ("promise.n", "9" * 5000, "not_number"),
            ("ui_languages", "[" + "9" * 5000 + "]", "not_toml"),
            ("system.nowhere.role", "own", "unknown_system"),
            ("system.mailchimp.role", "friend", "not_one_of"),
            ("privacy_email", "not an address", "not_email"),
            ("a..b", "1", "bad_path"),
            ("", "1", "bad_path"),
            ("key", "other", "unknown_key"),
            ("ui_languages", "[", "not_toml"),
            ("profile", "ATLANTIS", "not_one_of"),
            ("sites[9]", "x.no", "unknown_key"),
        ],
    )
    def test_a_wrong_path_or_value_changes_nothing(self, app, now, path, value, code):
        row = load(next(path for path in FILES if path.stem == "meetings"), now)
        before = service.export_organisation(row.key)
        with pytest.raises(OrganisationFileError) as caught:
            service.set_fact(row.key, path, value, (CLI, now))
        assert caught.value.problems[0].code == code
        assert service.export_organisation(row.key) == before

    def test_what_somebody_else_changed_is_not_overwritten(self, app, now):
        row = load(FILES[0], now)
        version = row.version
        service.set_fact(row.key, "phone", "1", (CLI, now))
        with pytest.raises(service.OrganisationChanged):
            service.change_read_organisation(row.key, lambda d: None, version, (CLI, now))

    def test_an_unknown_organisation_is_said_to_be_unknown(self, app, now):
        with pytest.raises(service.OrganisationUnknown):
            service.set_fact("nobody", "phone", "1", (CLI, now))


class TestPublication:
    def test_is_refused_while_name_or_contact_is_missing(self, app, now):
        load(next(path for path in FILES if path.stem == "glasoterapi"), now)
        with pytest.raises(service.OrganisationIncomplete) as caught:
            service.publish("glasoterapi", CLI, now)
        assert caught.value.missing == ("legal_name", "contact")
        assert find("glasoterapi").published_at is None

    def test_opens_when_nothing_is_missing_and_twice_is_the_same(self, app, now):
        load(next(path for path in FILES if path.stem == "memini"), now)
        service.publish("memini", CLI, now)
        service.publish("memini", CLI, now)
        assert find("memini").published_at == now

    def test_an_open_form_keeps_its_name_and_contact(self, app, now):
        load(next(path for path in FILES if path.stem == "memini"), now)
        service.publish("memini", CLI, now)
        with pytest.raises(OrganisationFileError) as caught:
            service.set_fact("memini", "legal_name", "", (CLI, now))
        assert caught.value.problems[0].code == "needed_while_open"
        service.unpublish("memini", CLI)
        service.set_fact("memini", "legal_name", "", (CLI, now))
