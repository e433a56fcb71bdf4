"""The clock follows the law: every vector, and the rules one by one."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dsar import profiles
from dsar.domain.clock import (
    ClockEvent,
    ClockEventKind,
    ClockOptions,
    event_from,
    moment_from,
    options_from,
    replay,
)

VECTORS = Path(__file__).parents[1] / "data" / "deadline_vectors.csv"
K = ClockEventKind


def vectors():
    with VECTORS.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def at(text):
    return moment_from(f"{text}T10:00+01:00" if len(text) == 10 else text)


def event(kind, day, **more):
    return ClockEvent(kind, at(day), **more)


def asked(day, reason="identity", **more):
    return event(K.ASKED, day, reason=reason, **more)


def answered(day, reason="identity"):
    return event(K.ANSWERED, day, reason=reason)


def extended(day, **more):
    return event(K.EXTENDED, day, reasons=("complexity",), **more)


def reckon(profile, received, *events, **options):
    return replay(profiles.get(profile), ClockOptions(**options), at(received), events)


class TestTheVectors:
    @pytest.mark.parametrize("row", vectors(), ids=lambda row: row["id"])
    def test_every_row_has_its_four_dates(self, row):
        found = replay(
            profiles.get(row["profile"]),
            options_from(json.loads(row["options"])),
            moment_from(row["received_at"]),
            [event_from(raw) for raw in json.loads(row["events"])],
        )
        assert (
            str(found.binding_on or "SUSPENDED"),
            str(found.unadjusted_on or "SUSPENDED"),
            str(found.earliest_on),
            str(found.extension_notice_on or ""),
        ) == (
            row["expected_due_date"],
            row["unadjusted_date"],
            row["conservative_due_date"],
            row["extension_notice_by"],
        )


class TestAPromise:
    def test_binds_when_it_is_earlier(self):
        found = reckon("NO", "2026-07-01", promise_days=30)
        assert found.binding_on == found.promise_on == date(2026, 7, 31)
        assert found.statutory_on == date(2026, 8, 3)

    def test_never_gives_more_time_than_the_law(self):
        found = reckon("NO", "2026-02-01", promise_days=30)
        assert found.binding_on == date(2026, 3, 2)
        assert "promise_not_earlier" in found.flags

    def test_does_not_roll_unless_its_text_says_so(self):
        assert reckon("NO", "2026-04-17", promise_days=30).promise_on == date(2026, 5, 17)
        rolled = reckon("NO", "2026-04-17", promise_days=30, promise_rolls=True)
        assert rolled.promise_on == date(2026, 5, 18)

    def test_may_be_given_in_working_days(self):
        found = reckon("NO", "2026-03-27", promise_working_days=5)
        assert found.promise_on == date(2026, 4, 8)

    def test_binds_no_more_once_an_extension_has_been_told(self):
        found = reckon("NO", "2026-07-01", extended("2026-07-20"), promise_days=30)
        assert found.binding_on == found.statutory_on == date(2026, 10, 1)
        assert found.promise_on == date(2026, 7, 31)
        assert found.promise_moved_on == date(2026, 7, 20)

    def test_binds_no_more_once_a_lawful_pause_has_been_told(self):
        pause = asked("2026-07-02"), answered("2026-07-05")
        found = reckon("NO", "2026-07-01", *pause, promise_days=30)
        assert found.binding_on == found.statutory_on == date(2026, 8, 4)

    def test_still_binds_after_a_pause_that_the_law_does_not_know(self):
        found = reckon("NO", "2026-07-01", asked("2026-07-02", "internal"), promise_days=30)
        assert found.binding_on == date(2026, 7, 31)
        assert found.promise_moved_on is None

    def test_a_notice_that_names_an_earlier_day_binds_to_that_day(self):
        notice = extended("2026-07-20", until=date(2026, 8, 20))
        found = reckon("NO", "2026-07-01", notice)
        assert (found.binding_on, found.statutory_on) == (date(2026, 8, 20), date(2026, 10, 1))

    def test_a_notice_never_shortens_the_first_period(self):
        found = reckon("NO", "2026-07-01", extended("2026-07-20", until=date(2026, 7, 25)))
        assert found.binding_on == date(2026, 10, 1)


class TestASuspendedClock:
    def found(self, **options):
        return reckon("NO", "2026-09-01", asked("2026-09-03"), **options)

    def test_has_no_last_day_but_can_be_sorted(self):
        found = self.found()
        assert found.is_suspended
        assert found.binding_on is found.statutory_on is found.due_at is None
        assert found.sort_on == found.unpaused_on == date(2026, 10, 1)

    def test_sorts_by_the_promise_that_would_bind_without_the_pause(self):
        assert self.found(promise_days=14).sort_on == date(2026, 9, 15)

    def test_accepts_a_notice_after_the_unpaused_date(self):
        events = asked("2026-09-03"), extended("2026-10-20"), answered("2026-10-25")
        found = reckon("NO", "2026-09-01", *events)
        assert found.is_extended
        assert "extension_after_text_date" in found.flags

    def test_goes_on_when_the_same_question_is_asked_again(self):
        events = asked("2026-09-03"), asked("2026-09-10"), answered("2026-09-13")
        found = reckon("NO", "2026-09-01", *events)
        assert found.excluded_days == 10
        assert "asked_again" in found.flags

    def test_ends_on_the_day_the_person_declines_to_clarify(self):
        events = (
            asked("2026-09-03", "clarification", large_quantity=True),
            event(K.DECLINED, "2026-09-05", reason="clarification"),
        )
        found = reckon("NO", "2026-09-01", *events)
        assert (found.is_suspended, found.excluded_days) == (False, 2)

    def test_ends_for_every_question_when_an_answer_names_none(self):
        events = (
            asked("2026-09-03"),
            asked("2026-09-03", "clarification"),
            event(K.ANSWERED, "2026-09-06"),
        )
        assert reckon("NO", "2026-09-01", *events).excluded_days == 3


class TestAPause:
    def test_counts_overlapping_days_once(self):
        events = (
            asked("2026-09-02"),
            asked("2026-09-04", "clarification"),
            answered("2026-09-08"),
            answered("2026-09-10", "clarification"),
        )
        assert reckon("NO", "2026-09-01", *events).excluded_days == 8

    def test_of_the_klarna_decision_is_five_and_eighteen_days(self):
        events = (
            asked("2019-06-06"),
            answered("2019-06-11"),
            asked("2019-06-24"),
            answered("2019-07-12"),
        )
        assert reckon("SE", "2019-06-01", *events).excluded_days == 23

    def test_that_was_never_sent_moves_nothing(self):
        found = reckon("NO", "2026-09-01", asked("2026-09-02", notified=False))
        assert found.binding_on == date(2026, 10, 1)
        assert "pause_not_sent" in found.flags

    def test_that_was_asked_after_the_last_day_moves_nothing(self):
        found = reckon("NO", "2026-09-01", asked("2026-10-02"), answered("2026-10-05"))
        assert found.binding_on == date(2026, 10, 1)
        assert "pause_after_deadline" in found.flags

    def test_for_clarification_needs_a_large_quantity(self):
        few = asked("2026-09-02", "clarification", large_quantity=False)
        assert not reckon("NO", "2026-09-01", few).is_suspended

    @pytest.mark.parametrize("profile", ["CH", "US-CA", "US-VA", "BR", "CA-FED", "CA-QC"])
    def test_does_not_exist_under_a_law_without_one(self, profile):
        found = reckon(profile, "2026-09-01", asked("2026-09-02"))
        assert not found.is_suspended
        assert "no_pause_in_law" in found.flags

    def test_can_be_switched_on_for_virginia_but_never_for_california(self):
        options = {"pause_method": "add_days", "pause_reasons": frozenset({"identity"})}
        events = asked("2026-09-03"), answered("2026-09-05")
        assert reckon("US-VA", "2026-09-01", *events, **options).excluded_days == 2
        assert reckon("US-CA", "2026-09-01", *events, **options).excluded_days == 0

    @pytest.mark.parametrize(
        ("day", "flag"),
        [
            ("2026-09-03", None),
            ("2026-09-04", "pause_asked_late"),
            ("2026-09-08", "pause_asked_late"),
            ("2026-09-09", "pause_asked_very_late"),
        ],
    )
    def test_is_flagged_when_the_question_took_its_time(self, day, flag):
        late = {"pause_asked_late", "pause_asked_very_late"}
        found = reckon("NO", "2026-09-01", asked(day))
        assert set(found.flags) & late == ({flag} if flag else set())
        assert found.is_suspended


class TestTheBritishClock:
    def test_begins_anew_when_the_fee_is_paid(self):
        events = event(K.FEE_ASKED, "2026-06-02"), event(K.FEE_PAID, "2026-06-10")
        found = reckon("UK", "2026-06-01", *events)
        assert found.binding_on == date(2026, 7, 10)

    def test_counts_only_the_days_of_a_question_that_lie_after_the_new_start(self):
        events = (
            asked("2026-05-06"),
            asked("2026-05-10", "clarification"),
            answered("2026-05-12"),
            answered("2026-05-15", "clarification"),
        )
        found = reckon("UK", "2026-05-05", *events)
        assert found.excluded_days == 3
        assert found.binding_on == date(2026, 6, 15)

    def test_waits_on_when_the_person_declines_to_show_who_she_is(self):
        events = asked("2026-05-06"), event(K.DECLINED, "2026-05-08", reason="identity")
        found = reckon("UK", "2026-05-05", *events)
        assert found.is_suspended
        assert "answer_still_needed" in found.flags

    def test_assumes_england_and_says_so(self):
        assert "subdiv_assumed" in reckon("UK", "2026-05-05").flags
        assert "subdiv_assumed" not in reckon("UK", "2026-05-05", subdiv="sct").flags


class TestAnExtension:
    def test_of_switzerland_lasts_until_the_day_in_the_notice(self):
        notice = extended("2026-07-10", until=date(2026, 9, 12))
        found = reckon("CH", "2026-07-02", notice)
        assert (found.unadjusted_on, found.binding_on) == (date(2026, 9, 12), date(2026, 9, 14))
        assert found.earliest_on == date(2026, 9, 12)

    def test_of_switzerland_without_a_later_day_is_none(self):
        for until in (None, date(2026, 7, 20)):
            found = reckon("CH", "2026-07-02", extended("2026-07-10", until=until))
            assert not found.is_extended
            assert "extension_without_date" in found.flags

    def test_of_canada_may_last_longer_for_conversion(self):
        notice = event(
            K.EXTENDED, "2026-02-10", reasons=("conversion",), until=date(2026, 6, 1)
        )
        assert reckon("CA-FED", "2026-01-15", notice).binding_on == date(2026, 6, 1)

    def test_counts_from_the_first_last_day_when_the_option_says_so(self):
        options = {"extension_base": "first_deadline"}
        found = reckon("NO", "2026-01-31", extended("2026-02-10"), **options)
        assert found.unadjusted_on == date(2026, 4, 28)

    def test_is_late_on_the_text_rule_when_only_the_moved_day_would_take_it(self):
        notice = event(K.EXTENDED, "2026-04-07", reasons=("complexity",))
        assert reckon("NO", "2026-03-05", notice).is_extended
        options = {"extension_notice_rule": "text"}
        assert not reckon("NO", "2026-03-05", notice, **options).is_extended

    def test_for_staffing_is_none(self):
        notice = event(K.EXTENDED, "2026-07-20", reasons=("staffing",))
        found = reckon("NO", "2026-07-01", notice)
        assert not found.is_extended
        assert "extension_reason_refused" in found.flags

    @pytest.mark.parametrize("profile", ["BR", "CA-QC"])
    def test_does_not_exist_everywhere(self, profile):
        assert (
            "no_extension_in_law" in reckon(profile, "2026-07-01", extended("2026-07-02")).flags
        )

    def test_leaves_the_date_for_a_refusal_where_it_was(self):
        found = reckon("NO", "2026-07-01", extended("2026-07-20"))
        assert found.refusal_on == date(2026, 8, 3)


class TestTheEnd:
    def test_is_the_end_of_the_last_hour_in_local_time(self):
        found = reckon("NO", "2026-02-10")
        assert found.due_at == datetime(2026, 3, 10, 23, tzinfo=UTC)
        summer = reckon("US-CA", "2026-05-05T10:00-07:00", deadline="ack")
        assert summer.due_at == datetime(2026, 5, 20, 7, tzinfo=UTC)

    def test_comes_when_the_person_is_informed(self):
        found = reckon("NO", "2026-02-10", event(K.INFORMED, "2026-03-11"))
        assert found.is_stopped
        assert found.is_late(date(2026, 4, 1))
        assert not reckon("NO", "2026-02-10", event(K.INFORMED, "2026-03-10")).is_late(
            date(2026, 4, 1)
        )

    def test_by_withdrawal_stops_the_clock_and_everything_after_it(self):
        events = event(K.WITHDRAWN, "2026-02-12"), extended("2026-02-14")
        found = reckon("NO", "2026-02-10", *events)
        assert found.is_stopped
        assert not found.is_extended
        assert not found.is_late(date(2030, 1, 1))

    def test_undone_restores_the_old_clock_with_no_days_excluded(self):
        events = event(K.WITHDRAWN, "2026-02-12"), event(K.REOPENED, "2026-02-20")
        found = reckon("NO", "2026-02-10", *events)
        assert not found.is_stopped
        assert (found.binding_on, found.excluded_days) == (date(2026, 3, 10), 0)

    def test_is_not_moved_by_a_wider_request(self):
        found = reckon("NO", "2026-02-10", event(K.WIDENED, "2026-02-20"))
        assert found.binding_on == date(2026, 3, 10)
        assert "widened" in found.flags


class TestTheReceipt:
    def test_may_be_a_later_day_only_for_a_reason_from_the_list(self):
        later = date(2026, 2, 14)
        bare = reckon("NO", "2026-02-10", receipt_override=later)
        assert bare.received_on == date(2026, 2, 10)
        assert "receipt_override_refused" in bare.flags
        reasoned = reckon(
            "NO", "2026-02-10", receipt_override=later, receipt_reason="unsuitable_address"
        )
        assert reasoned.received_on == later
        assert reasoned.earliest_on == date(2026, 3, 10)

    def test_takes_its_day_from_the_zone_of_the_establishment(self):
        night = "2026-06-10T22:30:00+00:00"
        assert reckon("NO", night).received_on == date(2026, 6, 11)
        assert reckon("NO", night, tz="Europe/London").received_on == date(2026, 6, 10)

    def test_has_an_earlier_reading_where_the_person_lives_further_west(self):
        found = reckon("NO", "2026-06-10T22:30:00+00:00", person_tz="Europe/London")
        assert (found.received_on, found.earliest_on) == (date(2026, 6, 11), date(2026, 7, 10))


class TestOtherClocksOfALaw:
    @pytest.mark.parametrize(
        ("profile", "deadline", "due"),
        [
            ("UK", "complaint_ack", date(2026, 8, 30)),
            ("FR", "health_data", date(2026, 8, 9)),
            ("US-VA", "appeal", date(2026, 9, 30)),
            ("US-CO", "appeal", date(2026, 9, 15)),
            ("BR", "simplified", date(2026, 8, 1)),
            ("US-CA", "opt_out", date(2026, 8, 21)),
        ],
    )
    def test_have_their_own_length(self, profile, deadline, due):
        found = reckon(profile, "2026-08-01T15:00+00:00", deadline=deadline)
        assert found.unadjusted_on == due

    def test_of_california_skip_holidays_only_when_asked(self):
        plain = reckon("US-CA", "2026-12-18T10:00-08:00", deadline="opt_out")
        skipping = reckon(
            "US-CA", "2026-12-18T10:00-08:00", deadline="opt_out", bd_holidays=True
        )
        assert plain.binding_on == skipping.earliest_on == date(2027, 1, 8)
        assert skipping.binding_on == date(2027, 1, 12)


class TestTheTarget:
    @pytest.mark.parametrize(
        ("received", "target"),
        [
            ("2026-01-31", date(2026, 2, 27)),
            ("2026-03-02", date(2026, 4, 1)),
            ("2026-04-17", date(2026, 5, 15)),
            ("2026-08-31", date(2026, 9, 30)),
            ("2027-01-29", date(2027, 2, 26)),
        ],
    )
    def test_is_the_last_working_day_that_every_reading_allows(self, received, target):
        assert reckon("NO", received, promise_days=30).target_on == target
