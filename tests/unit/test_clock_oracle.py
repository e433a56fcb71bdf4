"""The engine and a second opinion agree, and dates behave as people expect of dates."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from dsar import profiles
from dsar.domain.clock import ClockEvent, ClockEventKind, ClockOptions, replay
from tests.unit.clock_cases import cases
from tests.unit.clock_oracle import LAWS, second_opinion

K = ClockEventKind
QUICK, FULL = 5_000, 102_000


def engine(case, events=None):
    chosen = case.engine_events() if events is None else events
    return replay(profiles.get(case.profile), case.engine_options(), case.received_at, chosen)


def differences(count, seed):
    for case in cases(count, seed):
        found = engine(case)
        dates = (
            found.binding_on or "SUSPENDED",
            found.unadjusted_on or "SUSPENDED",
            found.earliest_on,
            found.extension_notice_on,
        )
        expected = second_opinion(case.profile, case.options, case.received_at, case.events)
        if dates != expected:
            yield case, dates, expected


class TestTheSecondOpinion:
    def test_knows_every_profile(self):
        assert set(LAWS) == set(profiles.ids())

    def test_agrees_on_a_sample(self):
        assert list(differences(QUICK, seed=1)) == []

    @pytest.mark.slow
    def test_agrees_on_more_than_a_hundred_thousand_requests(self):
        assert list(differences(FULL, seed=2)) == []

    def test_is_asked_about_every_kind_of_outcome(self):
        found = [engine(case) for case in cases(QUICK, seed=3)]
        seen = {flag for one in found for flag in one.flags}
        assert any(one.is_suspended for one in found)
        assert any(one.is_extended and one.excluded_days for one in found)
        assert {"second_extension", "extension_late", "pause_after_deadline"} <= seen
        assert {"asked_again", "nothing_asked", "before_receipt", "no_pause_in_law"} <= seen


class TestADate:
    def test_is_never_earlier_for_a_later_receipt(self):
        for name in profiles.ids():
            profile, last = profiles.get(name), None
            moment = datetime(2026, 1, 1, tzinfo=UTC)
            for _ in range(800):
                moment += timedelta(hours=13)
                found = replay(profile, ClockOptions(promise_days=30), moment)
                keys = (found.binding_on, found.statutory_on, found.earliest_on, found.due_at)
                assert last is None or all(a <= b for a, b in zip(last, keys, strict=True))
                last = keys

    def test_binding_is_never_after_statutory_nor_before_the_earliest_reading(self):
        for case in cases(QUICK, seed=5):
            found = engine(case)
            assert found.sort_on is not None
            if found.binding_on:
                assert found.earliest_on <= found.binding_on <= found.statutory_on
                assert found.unadjusted_on <= found.statutory_on

    def test_does_not_depend_on_the_order_in_which_events_are_listed(self):
        random = Random(6)
        for case in cases(2_000, seed=6):
            events = case.engine_events()
            first = engine(case, events)
            random.shuffle(events)
            assert engine(case, events) == first == engine(case, events)

    def test_does_not_depend_on_the_order_of_events_of_one_instant(self):
        random = Random(7)
        for case in cases(2_000, seed=7):
            together = [
                replace(event, at=case.received_at + timedelta(days=4))
                for event in case.engine_events()
            ]
            first = engine(case, together)
            random.shuffle(together)
            assert engine(case, together) == first

    def test_does_not_depend_on_the_zone_in_which_a_moment_is_written(self):
        for case in cases(2_000, seed=8):
            elsewhere = ZoneInfo("Pacific/Auckland")
            moved = replace(case, received_at=case.received_at.astimezone(elsewhere))
            events = [
                replace(event, at=event.at.astimezone(elsewhere))
                for event in case.engine_events()
            ]
            first, second = engine(case), engine(moved, events)
            assert second == replace(first, steps=second.steps)

    def test_is_never_shortened_by_a_lawful_pause(self):
        random = Random(9)
        for case in cases(3_000, seed=9, with_events=False):
            start = random.randrange(1, 20)
            pause = [
                ClockEvent(K.ASKED, case.received_at + timedelta(days=start), "identity"),
                ClockEvent(
                    K.ANSWERED,
                    case.received_at + timedelta(days=start + random.randrange(30)),
                    "identity",
                ),
            ]
            assert engine(case, pause).binding_on >= engine(case, []).binding_on

    def test_is_never_shortened_by_an_extension(self):
        for case in cases(3_000, seed=10, with_events=False):
            when = case.received_at + timedelta(days=5)
            until = (case.received_at + timedelta(days=70)).date()
            notice = ClockEvent(K.EXTENDED, when, reasons=("complexity",), until=until)
            assert engine(case, [notice]).binding_on >= engine(case, []).binding_on

    def test_ends_at_local_midnight_on_every_day_of_the_year(self):
        for name in profiles.ids():
            profile = profiles.get(name)
            for case in cases(60, seed=11, with_events=False):
                found = replay(profile, ClockOptions(), case.received_at)
                local = found.due_at.astimezone(profile.zone)
                assert (local.hour, local.minute) == (0, 0)
                assert (local - timedelta(days=1)).date() == found.binding_on
                assert found.due_at.tzinfo is UTC
