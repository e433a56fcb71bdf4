"""Every profile is whole: dated, sourced, with its grounds and its authority."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dsar import profiles
from dsar.domain.profiles import UnknownProfile
from dsar.domain.rights import Right
from dsar.i18n import LANGUAGES, catalogue
from scripts import deadline_table

ROOT = Path(__file__).parents[2]
EVERY = profiles.ids()
GDPR = ("EEA", "NO", "SE", "DK", "FI", "DE", "FR", "NL", "IE")
TOPICS = {"receipt", "count", "roll", "extension", "pause", "promise"}


@pytest.fixture(params=EVERY)
def profile(request):
    return profiles.get(request.param)


class TestTheProfiles:
    def test_are_the_seventeen_of_the_law_table(self):
        others = ("UK", "CH", "US-CA", "US-VA", "US-CO", "BR", "CA-FED", "CA-QC")
        assert set(EVERY) == {*GDPR, *others}
        assert len(EVERY) == 17
        assert list(profiles.load_all()) == list(EVERY)

    def test_are_read_once(self):
        assert profiles.get("NO") is profiles.get("NO")

    @pytest.mark.parametrize("name", ["XX", "no", "", "../no", "readings"])
    def test_are_found_only_by_their_id(self, name):
        with pytest.raises(UnknownProfile):
            profiles.get(name)


class TestAProfile:
    def test_says_since_when_and_when_it_was_checked(self, profile):
        assert profile.valid_from < profile.checked_on

    def test_has_a_source_for_each_rule(self, profile):
        assert set(profile.sources) >= TOPICS
        assert all(profile.sources.values())
        assert all(clock.source for clock in profile.clocks.values())

    def test_uses_only_rights_that_the_house_knows(self, profile):
        assert set(profile.rights) <= set(Right)
        assert set(profile.at_once) <= set(profile.rights)

    def test_names_its_authority_in_every_language(self, profile):
        assert {"own", *LANGUAGES} <= set(profile.authority.names)
        assert profile.authority.url.startswith("https://")
        assert profile.authority.checked

    def test_has_words_for_every_ground_and_condition(self, profile):
        assert profile.grounds
        for ground in profile.grounds:
            conditions = {f"ground.condition.{name}" for name in ground.conditions}
            for language in LANGUAGES:
                assert {ground.message_id, *conditions} <= catalogue(language).keys()
            assert ground.article
            assert ground.source
            assert set(ground.rights) <= set(Right)

    def test_has_each_ground_once(self, profile):
        keys = [ground.key for ground in profile.grounds]
        assert len(keys) == len(set(keys))

    def test_says_how_it_settles_points_that_differ(self, profile):
        points = [row.point for row in profile.differences]
        assert {"D2", "D7"} <= set(points)
        assert points == sorted(set(points), key=lambda point: int(point[1:]))

    def test_takes_the_day_from_its_own_zone(self, profile):
        noon = datetime(2026, 6, 10, 12, tzinfo=UTC)
        assert profile.local_date(noon) == noon.astimezone(profile.zone).date()


class TestTheGdprProfiles:
    @pytest.mark.parametrize("name", GDPR)
    def test_have_the_grounds_of_the_regulation(self, name):
        keys = {ground.key for ground in profiles.get(name).grounds}
        assert {"gdpr_12_5", "gdpr_15_4", *(f"gdpr_17_3_{x}" for x in "abcde")} <= keys

    def test_ask_norway_for_the_letter_and_both_conditions_of_e(self):
        norway = profiles.get("NO")
        assert all(norway.ground(f"pol_16_{letter}") for letter in "abcdef")
        assert norway.ground("pol_16_e").conditions == (
            "only_internal_not_shared",
            "necessary_for_decisions",
        )

    def test_use_grounds_only_against_their_right(self):
        keys = {ground.key for ground in profiles.get("NO").grounds_for("erasure")}
        assert "gdpr_17_3_e" in keys
        assert "gdpr_12_5" in keys
        assert "gdpr_15_4" not in keys

    def test_know_no_ground_of_another_law(self):
        assert profiles.get("SE").ground("pol_16_a") is None


class TestThePageAboutThem:
    def test_is_what_the_files_say(self):
        page = (ROOT / "docs" / "deadlines.md").read_text("utf-8")
        assert page == deadline_table.document(), "run python scripts/deadline_table.py"

    def test_has_every_point_where_authorities_differ(self):
        page = (ROOT / "docs" / "deadlines.md").read_text("utf-8")
        assert all(f"| D{number} |" in page for number in range(1, 19))
