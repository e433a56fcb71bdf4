"""Everything that the clock can say, it can say in every language."""

import re

import pytest

from dsar import profiles
from dsar.cli.deadline_words import as_json, as_text, step_words
from dsar.domain.clock import (
    ClockEvent,
    ClockEventKind,
    ClockOptions,
    earlier_of,
    moment_from,
    replay,
)
from dsar.i18n import LANGUAGES, catalogue
from tests.unit.clock_cases import cases

K = ClockEventKind


def reckonings(count, seed=21):
    for case in cases(count, seed):
        yield replay(
            profiles.get(case.profile),
            case.engine_options(),
            case.received_at,
            case.engine_events(),
        )


def told_of(*events, profile="UK", **options):
    received = moment_from("2026-09-01T10:00+01:00")
    return replay(profiles.get(profile), ClockOptions(**options), received, events)


def event(kind, day, **more):
    return ClockEvent(kind, moment_from(f"2026-{day}T10:00+01:00"), **more)


def both_laws():
    """A request under two laws: the second runs on, or stands still."""
    asked = event(K.ASKED, "09-02", reason="identity")
    pairs = [(told_of(*past, profile="NO"), told_of(*past)) for past in ((), (asked,))]
    return [earlier_of(own, site, profiles.get("UK")) for own, site in pairs]


class TestTheSteps:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_can_be_told_for_every_request(self, language):
        for found in reckonings(600):
            for step in found.steps:
                words = step_words(step, language)
                assert words.endswith(".")
                assert words[0].isupper() or words[0].isdigit()
                assert "{" not in words
                assert step.source
                assert step.rule.startswith("R")

    def test_use_every_message_there_is(self):
        used = {step.message_id for found in reckonings(6_000) for step in found.steps}
        rare = [
            told_of(event(K.FEE_ASKED, "09-02"), event(K.FEE_PAID, "09-05")),
            told_of(event(K.FEE_ASKED, "09-02")),
            told_of(event(K.WITHDRAWN, "09-02"), event(K.ASKED, "09-03", reason="identity")),
            told_of(event(K.ASKED, "09-02", reason="identity", notified=False)),
            told_of(event(K.EXTENDED, "09-02", notified=False)),
            told_of(event(K.EXTENDED, "09-02", reasons=("effort",))),
            told_of(event(K.ASKED, "09-02", reason="identity"), event(K.DECLINED, "09-03")),
            told_of(
                event(K.ASKED, "09-02", reason="clarification", large_quantity=False),
                profile="NO",
            ),
            told_of(profile="BR", deadline="simplified"),
            told_of(event(K.INFORMED, "09-20")),
            told_of(
                profile="NO",
                receipt_override=moment_from("2026-09-04T10:00Z").date(),
                receipt_reason="deemed_by_law",
            ),
        ]
        for reason in ("identity", "fee"):
            pause = (
                event(K.ASKED, "09-02", reason=reason),
                event(K.ANSWERED, "09-04", reason=reason),
            )
            for bounds in ("inclusive", "half_open"):
                rare.append(
                    told_of(
                        *pause,
                        profile="NO",
                        pause_bounds=bounds,
                        pause_reasons=frozenset({"identity", "fee"}),
                    )
                )
        rare += both_laws()
        used |= {step.message_id for found in rare for step in found.steps}
        known = {key for key in catalogue("nb") if key.startswith("clock.step.")}
        assert known - used == set()

    def test_name_the_holiday_that_moves_the_day(self):
        received = moment_from("2026-03-02T10:00+01:00")
        found = replay(profiles.get("NO"), ClockOptions(), received)
        assert "Skjærtorsdag" in "".join(step_words(step, "en") for step in found.steps)

    def test_end_with_the_day_that_binds(self):
        for found in reckonings(300):
            last = found.steps[-1]
            if found.binding_on:
                assert last.facts["day"] == found.binding_on
            else:
                assert last.message_id == "clock.step.suspended"


class TestTheFlags:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_all_have_words(self, language):
        seen = {flag for found in reckonings(3_000) for flag in found.flags}
        assert {f"clock.flag.{flag}" for flag in seen} <= catalogue(language).keys()

    def test_have_no_words_without_a_flag(self):
        folder = profiles.__file__.replace("profiles/__init__.py", "domain/clock/")
        code = ""
        names = ("ledger", "objections", "replay", "two_laws")
        added = "../../services/clock/deadlines"  # what only the case can know
        for name in (*names, added):
            with open(f"{folder}{name}.py", encoding="utf-8") as lines:
                code += lines.read()
        words = {
            key.split(".", 2)[2] for key in catalogue("en") if key.startswith("clock.flag")
        }
        assert words - set(re.findall(r'"([a-z_]+)"', code)) == set()


class TestTheText:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_and_the_json_tell_the_same_steps(self, language):
        for found in reckonings(60):
            text, json_text = as_text(found, language), as_json(found, language)
            for step in found.steps:
                words = step_words(step, language)
                assert words in text
                assert words in json_text
