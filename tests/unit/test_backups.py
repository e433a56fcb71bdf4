"""When the last backup copy is gone: calendar months where a month is promised."""

from datetime import date

import pytest

from dsar.domain.backups import UNKNOWN_LAG_DAYS, BackupLag, backup_lag, marked_until
from dsar.domain.organisation_keys import Behaviour
from dsar.domain.organisations import OrganisationFacts, SystemFacts

JANUARY_31 = date(2027, 1, 31)


def house(*behaviours):
    return OrganisationFacts(
        key="x",
        display_name="X",
        profile="NO",
        ui_languages=("nb",),
        default_language="nb",
        behaviours=frozenset(behaviours),
    )


def system(days=None):
    return SystemFacts(key="s", name="S", purge_lag_days=days)


class TestTheDayOfTheLastCopy:
    @pytest.mark.parametrize(
        ("behaviours", "days", "gone_on"),
        [
            ((), 10, date(2027, 2, 10)),
            ((), 31, date(2027, 3, 3)),
            ((Behaviour.BACKUP_PURGE,), None, date(2027, 2, 28)),
            ((Behaviour.BACKUP_PURGE,), 31, date(2027, 2, 28)),
            ((Behaviour.BACKUP_PURGE,), 30, date(2027, 2, 28)),
            ((Behaviour.BACKUP_PURGE,), 7, date(2027, 2, 7)),
            ((Behaviour.BACKUP_PURGE,), 60, date(2027, 4, 1)),
        ],
    )
    def test_follows_what_house_and_system_say(self, behaviours, days, gone_on):
        assert backup_lag(house(*behaviours), system(days)).gone_on(JANUARY_31) == gone_on

    def test_is_not_invented_where_nobody_says(self):
        assert backup_lag(house(), system()) is None

    def test_a_month_ends_on_the_same_day_number(self):
        assert BackupLag(months=1).gone_on(date(2026, 11, 20)) == date(2026, 12, 20)

    def test_a_restore_is_expected_for_a_while_where_nobody_says(self):
        assert (marked_until(None, JANUARY_31) - JANUARY_31).days == UNKNOWN_LAG_DAYS
