"""Frozen holiday lists: right where the package is wrong, sealed, and complete."""

from datetime import date, timedelta
from importlib.resources import files

import pytest

from dsar import profiles
from dsar.domain.calendars import (
    CalendarGap,
    HolidayLists,
    UnknownSubdivision,
    WorkingCalendar,
    add_months,
    weekday_calendar,
)
from dsar.profiles.holiday_files import (
    CalendarAltered,
    parse_calendar,
    read_calendar,
    written,
)

NAMES = sorted(
    entry.name.removesuffix(".txt")
    for entry in (files("dsar.profiles") / "calendars").iterdir()
    if entry.name.endswith(".txt")
)


def text_of(name):
    return (files("dsar.profiles") / "calendars" / f"{name}.txt").read_text("utf-8")


def days(name, year, part=None):
    lists = read_calendar(name)
    found = dict(lists.base) | (dict(lists.parts[part]) if part else {})
    return sorted(day.strftime("%m-%d") for day in found if day.year == year)


class TestEveryFrozenList:
    @pytest.mark.parametrize("name", NAMES)
    def test_says_where_it_comes_from_and_when_it_was_checked(self, name):
        lists = read_calendar(name)
        assert lists.source
        assert lists.checked_on
        assert lists.digest in text_of(name)

    @pytest.mark.parametrize("name", NAMES)
    def test_is_written_again_just_as_it_was_read(self, name):
        assert written(read_calendar(name)) == text_of(name)

    @pytest.mark.parametrize("name", [name for name in NAMES if name != "eea"])
    def test_covers_each_year_from_2018_to_2040(self, name):
        lists = read_calendar(name)
        assert (lists.years[0], lists.years[-1]) == (2018, 2040)
        for section in (lists.base, *lists.parts.values(), *lists.switches.values()):
            if section and min(day.year for day in section) == 2018:
                assert {day.year for day in lists.base or section} == set(lists.years)

    def test_belongs_to_a_profile(self):
        assert sorted(p.calendar.id.lower() for p in profiles.load_all().values()) == NAMES

    def test_refuses_a_day_that_was_changed_by_hand(self):
        with pytest.raises(CalendarAltered):
            parse_calendar(text_of("no").replace("2026-05-17", "2026-05-18"))


class TestTheLawsOwnDays:
    @pytest.mark.parametrize(
        ("name", "year", "expected"),
        [
            (
                "no",
                2026,
                "01-01 04-02 04-03 04-05 04-06 05-01 05-14 05-17 05-24 05-25 12-25 12-26",
            ),
            (
                "se",
                2026,
                "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-20 10-31 12-25 12-26",
            ),
            ("dk", 2026, "01-01 04-02 04-03 04-05 04-06 05-14 05-24 05-25 12-25 12-26"),
            ("dk", 2023, "01-01 04-06 04-07 04-09 04-10 05-05 05-18 05-28 05-29 12-25 12-26"),
            (
                "fi",
                2026,
                "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-20 10-31 12-06 12-25 12-26",
            ),
            ("de", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"),
            ("fr", 2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"),
            ("ie", 2026, "01-01 02-02 03-17 04-06 05-04 06-01 08-03 10-26 12-25 12-26"),
            ("ch", 2026, "01-01 05-14 08-01 12-25"),
        ],
    )
    def test_are_these(self, name, year, expected):
        assert days(name, year) == expected.split()

    def test_of_the_netherlands_leave_good_friday_and_5_may_to_their_switches(self):
        lists = read_calendar("nl")
        assert date(2026, 4, 3) not in lists.base
        assert date(2026, 4, 3) in lists.switches["nl_good_friday"]
        assert len(lists.switches["nl_may5"]) == 23
        assert date(2026, 5, 5) not in lists.base

    def test_of_denmark_keep_whit_monday_when_it_falls_on_constitution_day(self):
        assert date(2028, 6, 5) in read_calendar("dk").base

    def test_of_the_united_kingdom_follow_proclamations(self):
        parts = read_calendar("uk").parts
        assert date(2022, 9, 19) in parts["ENG"]
        assert date(2026, 6, 15) in parts["SCT"]
        assert date(2026, 6, 15) not in parts["ENG"]
        assert date(2026, 4, 6) not in parts["SCT"]
        assert date(2026, 12, 28) in parts["NIR"]

    def test_of_alsace_have_good_friday_under_any_of_its_names(self):
        lists = read_calendar("fr")
        for name in ("57", "6ae", "Alsace-Moselle", "alsace"):
            assert date(2026, 4, 3) in lists.calendar(name, ()).holidays

    def test_of_an_unknown_part_are_none(self):
        with pytest.raises(UnknownSubdivision):
            read_calendar("de").calendar("XX", ())


class TestAWorkingCalendar:
    CHRISTMAS = WorkingCalendar({date(2026, 12, 25): "Christmas"}, range(2026, 2027))

    def test_rolls_over_a_holiday_and_the_weekend_after_it(self):
        assert self.CHRISTMAS.roll_forward(date(2026, 12, 25)) == date(2026, 12, 28)
        assert self.CHRISTMAS.roll_back(date(2026, 12, 27)) == date(2026, 12, 24)

    def test_counts_working_days_after_the_first(self):
        assert self.CHRISTMAS.add_working_days(date(2026, 12, 23), 2) == date(2026, 12, 28)

    def test_raises_where_it_does_not_know(self):
        with pytest.raises(CalendarGap):
            self.CHRISTMAS.roll_forward(date(2027, 1, 1))

    def test_without_holidays_knows_every_year(self):
        assert weekday_calendar().roll_forward(date(2199, 1, 5)) == date(2199, 1, 7)

    def test_has_a_hash_that_follows_its_days(self):
        other = WorkingCalendar({date(2026, 12, 24): "Christmas"}, range(2026, 2027))
        same = WorkingCalendar({date(2026, 12, 25): "Jul"}, range(2026, 2027))
        assert self.CHRISTMAS.digest == same.digest != other.digest

    def test_is_made_once_for_the_same_question(self):
        lists = HolidayLists("X", None, {}, {}, {})
        assert lists.calendar(None, ()) is lists.calendar(None, ())


class TestAMonth:
    @pytest.mark.parametrize(
        ("day", "months", "expected"),
        [
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2028, 1, 31), 1, date(2028, 2, 29)),
            (date(2026, 2, 28), 1, date(2026, 3, 28)),
            (date(2026, 11, 30), 1, date(2026, 12, 30)),
            (date(2026, 11, 30), 3, date(2027, 2, 28)),
            (date(2026, 12, 31), 2, date(2027, 2, 28)),
        ],
    )
    def test_ends_on_the_same_number_or_the_last_day(self, day, months, expected):
        assert add_months(day, months) == expected

    def test_never_goes_back_when_a_day_goes_on(self):
        day = date(2019, 12, 1)
        while day.year < 2029:
            assert add_months(day, 1) <= add_months(day + timedelta(days=1), 1)
            day += timedelta(days=1)
