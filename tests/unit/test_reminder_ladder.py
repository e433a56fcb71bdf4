"""The ladder of reminders, as dates."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dsar import profiles
from dsar.domain.reminders import Office, latest_rung, words_for
from dsar.domain.roles import Role

OSLO = ZoneInfo("Europe/Oslo")
OFFICE = Office(OSLO, profiles.get("NO").calendar.calendar(None, ()), time(8))
FRIDAY = date(2026, 12, 18)


def at(day, hour=8, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=OSLO)


def step(due, moment):
    rung = latest_rung(due, OFFICE, moment)
    return rung and rung.step


class TestTheLadder:
    @pytest.mark.parametrize("days", [14, 7, 3, 1])
    def test_begins_a_step_when_the_office_opens(self, days):
        day = FRIDAY - timedelta(days=days)
        assert step(FRIDAY, at(day)) == f"before-{days}"
        assert step(FRIDAY, at(day) - timedelta(seconds=1)) != f"before-{days}"

    def test_says_nothing_before_its_first_step(self):
        assert step(FRIDAY, at(date(2026, 12, 4), 7, 59)) is None

    def test_moves_a_closed_day_to_the_open_day_before(self):
        monday = date(2026, 12, 14)
        assert step(monday, at(date(2026, 12, 11))) == "before-1"
        new_year = date(2027, 1, 2)
        assert step(new_year, at(date(2026, 12, 31))) == "before-1"

    def test_names_each_open_day_after_the_date(self):
        assert step(FRIDAY, at(FRIDAY, 20)) == "before-1"
        assert step(FRIDAY, at(date(2026, 12, 20), 12)) == "before-1"
        assert step(FRIDAY, at(date(2026, 12, 21), 7)) == "before-1"
        assert step(FRIDAY, at(date(2026, 12, 21))) == "late-3"
        assert step(FRIDAY, at(date(2026, 12, 22))) == "late-4"

    def test_takes_only_the_newest_after_a_long_silence(self):
        assert step(FRIDAY, at(date(2026, 12, 16), 12)) == "before-3"
        assert step(FRIDAY, at(FRIDAY + timedelta(days=40), 12)).startswith("late-")

    def test_tells_more_people_as_the_date_comes_nearer(self):
        told = [
            latest_rung(FRIDAY, OFFICE, at(FRIDAY - timedelta(days=d))).roles
            for d in (14, 7, 3, 1)
        ]
        ladder = (Role.APPROVER, Role.ADMIN, Role.DATA_PROTECTION_OFFICER)
        assert told == [(), ladder[:1], ladder[:2], ladder]
        late = latest_rung(FRIDAY, OFFICE, at(date(2026, 12, 21)))
        assert late.roles == ladder


class TestItsWords:
    def test_tell_the_truth_about_the_days_left(self):
        told = {days: words_for(days) for days in (16, 14, 8, 7, 4, 3, 2, 1, 0, -1, -40)}
        assert told == {
            16: "t03", 14: "t03", 8: "t03", 7: "t04", 4: "t04", 3: "t05", 2: "t05",
            1: "t06", 0: "t06.today", -1: "t07", -40: "t07",
        }  # fmt: skip
