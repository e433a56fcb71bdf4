"""An organisation file is closed: every fault is found, with its place, and nothing crashes."""

import tomllib
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.domain.organisation_file import OrganisationFileError, key_from, read_file
from dsar.domain.organisation_keys import Known
from dsar.domain.organisation_paths import parts_of
from dsar.domain.organisations import (
    clock_options,
    facts_of,
    missing_for_publication,
    profiles_of,
    system_facts,
)
from dsar.domain.promise_check import promise_gaps

KNOWN = Known({"NO", "SE"}, ("nb", "en", "sv"))
FILES = sorted((Path(__file__).parents[2] / "examples" / "organisations").glob("*.toml"))
LEAST = {
    "key": "bakeriet",
    "profile": "NO",
    "display_name": "Bakeriet",
    "ui_languages": ["nb"],
    "default_language": "nb",
}


def example(key):
    text = next(path for path in FILES if path.stem == key).read_text("utf-8")
    return tomllib.loads(text)["controller"][0]


def facts(document):
    return facts_of(SimpleNamespace(key=document["key"], document=document))


def systems(document):
    return [system_facts(SimpleNamespace(key="x", document=s)) for s in document["system"]]


def faults(**changes):
    document = {k: v for k, v in (LEAST | changes).items() if v is not None}
    return faults_of({"schema": 1, "controller": [document]})


def faults_of(data):
    try:
        read_file(data, KNOWN)
    except OrganisationFileError as error:
        return [(problem.place, problem.code) for problem in error.problems]
    return []


class TestAFile:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_of_an_example_is_fine(self, path):
        assert faults_of(tomllib.loads(path.read_text("utf-8"))) == []

    def test_with_the_least_is_fine(self):
        assert faults() == []

    @pytest.mark.parametrize(
        ("changes", "place", "code"),
        [
            ({"colour": "blue"}, "controller[0].colour", "unknown_key"),
            ({"display_name": None}, "controller[0].display_name", "missing"),
            ({"display_name": "  "}, "controller[0].display_name", "empty"),
            ({"display_name": 7}, "controller[0].display_name", "not_text"),
            ({"display_name": "a\nBcc: b"}, "controller[0].display_name", "control_characters"),
            ({"display_name": "a\u202eb"}, "controller[0].display_name", "control_characters"),
            ({"display_name": "a" * 301}, "controller[0].display_name", "too_long"),
            ({"key": "A b"}, "controller[0].key", "not_key"),
            ({"key": "admin"}, "controller[0].key", "reserved_key"),
            ({"key": ["a"]}, "controller[0].key", "not_text"),
            ({"profile": "XX"}, "controller[0].profile", "not_one_of"),
            ({"ui_languages": []}, "controller[0].ui_languages", "wrong_count"),
            ({"ui_languages": ["nb", "xx"]}, "controller[0].ui_languages[1]", "not_one_of"),
            ({"ui_languages": ["nb", "nb"]}, "controller[0].ui_languages[1]", "duplicate"),
            (
                {"default_language": "en"},
                "controller[0].default_language",
                "language_not_offered",
            ),
            ({"promise": {"n": 30}}, "controller[0].promise", "half_promise"),
            ({"promise": {"n": True, "unit": "days"}}, "controller[0].promise.n", "not_number"),
            ({"promise": {"n": 0, "unit": "days"}}, "controller[0].promise.n", "out_of_range"),
            (
                {"promise": {"n": 3, "unit": "days", "words": "one_month"}},
                "controller[0].promise",
                "two_promises",
            ),
            ({"promise": []}, "controller[0].promise", "not_table"),
            ({"behaviours": ["dance"]}, "controller[0].behaviours[0]", "not_one_of"),
            ({"privacy_email": "post"}, "controller[0].privacy_email", "not_email"),
            ({"notice_date": "06.03.24"}, "controller[0].notice_date", "not_day"),
            ({"sites": ["https://x.no"]}, "controller[0].sites[0]", "not_host"),
            ({"solo": "yes"}, "controller[0].solo", "not_switch"),
            (
                {"site_settings": {"x.no": {"base_url": "x.no"}}},
                'controller[0].site_settings."x.no".base_url',
                "not_address",
            ),
            (
                {"office_hours": {"days": ["mon"], "opens": "17:00", "closes": "09:00"}},
                "controller[0].office_hours",
                "closes_before_opening",
            ),
            ({"clock": {"roll": "maybe"}}, "controller[0].clock.roll", "bad_clock_option"),
            (
                {"clock": {"promise_days": 3}},
                "controller[0].clock.promise_days",
                "bad_clock_option",
            ),
            ({"system": {}}, "controller[0].system", "not_list"),
            ({"system": [{}]}, "controller[0].system[0].name", "missing"),
            ({"system": ["x"]}, "controller[0].system[0]", "not_table"),
            (
                {"system": [{"name": "A"}, {"name": "A"}]},
                "controller[0].system[1].name",
                "duplicate",
            ),
            (
                {"system": [{"name": "A", "texts": {"nb": {"weather": "fine"}}}]},
                "controller[0].system[0].texts.nb.weather",
                "not_one_of",
            ),
            (
                {"system": [{"name": "A", "retention": 3}]},
                "controller[0].system[0].retention",
                "not_text",
            ),
        ],
    )
    def test_with_one_fault_names_it_and_its_place(self, changes, place, code):
        assert faults(**changes) == [(place, code)]

    def test_with_many_faults_names_all_of_them(self):
        found = faults(colour="x", profile="XX", sites=7, system=[{"name": ""}, 3])
        assert len(found) == 5

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            ({}, "wrong_schema"),
            ({"schema": 2, "controller": [LEAST]}, "wrong_schema"),
            ({"schema": True, "controller": [LEAST]}, "wrong_schema"),
            ({"schema": 1}, "no_controller"),
            ({"schema": 1, "controller": {}}, "no_controller"),
            ({"schema": 1, "controller": [3]}, "not_table"),
            ({"schema": 1, "controller": [LEAST], "more": 1}, "unknown_key"),
            ({"schema": 1, "controller": [LEAST, LEAST]}, "duplicate"),
        ],
    )
    def test_of_the_wrong_form_is_refused(self, data, code):
        assert code in [found for _, found in faults_of(data)]

    @given(
        st.dictionaries(
            st.sampled_from([*LEAST, "system", "promise", "sites", "authority", "clock", "x"]),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.text() | st.dates(),
                lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            ),
        )
    )
    def test_of_any_content_is_read_or_refused_and_never_crashes(self, changes):
        faults_of({"schema": 1, "controller": [deepcopy(LEAST) | changes]})


class TestFacts:
    def test_of_the_five_are_what_their_notices_say(self):
        meetings, inmeta = facts(example("meetings")), facts(example("inmeta"))
        assert clock_options(meetings) == {"promise_days": 30}
        assert clock_options(inmeta) == {}
        assert inmeta.promise_words == "one_month"
        assert inmeta.site("inmeta.se").language == "sv"
        assert inmeta.authority_by_site == {"inmeta.se": "imy"}

    @pytest.mark.parametrize(
        ("key", "missing"),
        [
            ("meetings", ("legal_name",)),
            ("inmeta", ()),
            ("glasoterapi", ("legal_name", "contact")),
            ("expectit", ()),
            ("memini", ()),
        ],
    )
    def test_say_what_is_missing_for_publication(self, key, missing):
        assert missing_for_publication(facts(example(key))) == missing

    def test_of_a_site_add_its_own_law_and_choices(self):
        document = LEAST | {
            "site_settings": {"x.se": {"profile": "SE", "clock": {"se_eves": False}}}
        }
        found = facts(document)
        assert profiles_of(found, "x.se") == ("NO", "SE")
        assert profiles_of(found) == ("NO",)
        assert clock_options(found, "x.se") == {"se_eves": False}

    @pytest.mark.parametrize(
        ("key", "codes"),
        [
            ("meetings", {"no_controller", "no_authority", "rights_missing", "flat_promise"}),
            ("inmeta", {"two_addresses", "no_authority", "rights_missing", "deactivates"}),
            (
                "glasoterapi",
                {"no_controller", "no_contact", "no_deadline", "always_identifies"},
            ),
            ("expectit", {"no_deadline", "no_basis", "old_transfer", "rights_missing"}),
            ("memini", {"no_deadline", "no_basis", "no_authority", "no_town"}),
        ],
    )
    def test_show_the_gaps_between_notice_and_law(self, key, codes):
        document = example(key)
        found = {gap.code for gap in promise_gaps(facts(document), systems(document))}
        assert codes <= found

    def test_of_an_item_come_with_their_language(self):
        system = system_facts(
            SimpleNamespace(
                key="a",
                document={
                    "name": "A",
                    "texts": {"nb": {"purposes": "Derfor"}},
                    "not_applicable": {"en": {"purposes": "no need"}},
                },
            )
        )
        assert system.item_text("purposes", "en").texts == {"nb": "Derfor"}
        assert system.item_text("purposes", "en").not_applicable == "no need"
        assert "purposes" not in system.items_missing("nb")
        assert "purposes" not in system.items_missing("en")
        assert "purposes" in system.items_missing("sv")


class TestAKey:
    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("Bakeriet på hjørnet", "bakeriet-pa-hjornet"),
            ("Webserver: besøkslogg", "webserver-besokslogg"),
            ("Åäö Æøå", "aao-aeoa"),
            ("日本", "x"),
            ("a" * 80, "a" * 36),
        ],
    )
    def test_is_made_from_a_name(self, name, key):
        assert key_from(name) == key

    def test_is_another_one_when_taken(self):
        assert key_from("A", {"a", "a-2"}) == "a-3"

    @given(st.text(min_size=1))
    def test_is_always_one(self, name):
        assert faults(key=key_from(name, {"admin"})) in (
            [],
            [("controller[0].key", "reserved_key")],
        )


class TestAPath:
    @pytest.mark.parametrize(
        ("path", "parts"),
        [
            ("promise.n", ["promise", "n"]),
            ('site_settings."inmeta.se".language', ["site_settings", "inmeta.se", "language"]),
            ("system[2].name", ["system", 2, "name"]),
        ],
    )
    def test_is_read_in_parts(self, path, parts):
        assert parts_of(path) == parts
