"""When the last backup copy of something erased is gone (GDPR art. 17(1))."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dsar.domain.calendars import add_months
from dsar.domain.organisation_keys import Behaviour
from dsar.domain.organisations import OrganisationFacts, SystemFacts

#: So many days are how a register writes "one month" (decision 34).
MONTH_IN_DAYS: Final = range(28, 32)
#: Where nobody says how long copies live, a restore is expected within so many days.
UNKNOWN_LAG_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class BackupLag:
    """How long a copy may outlive what was erased: calendar months, or days."""

    days: int = 0
    months: int = 0

    def gone_on(self, erased_on: date) -> date:
        """Return the day from which no backup holds what was erased on a day."""
        return add_months(erased_on, self.months) + timedelta(days=self.days)


def backup_lag(house: OrganisationFacts, system: SystemFacts) -> BackupLag | None:
    """Return how long backups of a system keep what is erased; None where nobody says.

    A house that promises clean backups promises a calendar month, unless the system's register
    entry names another number of days: a longer one is told, not hidden.
    """
    days = system.purge_lag_days
    if house.does(Behaviour.BACKUP_PURGE) and (days is None or days in MONTH_IN_DAYS):
        return BackupLag(months=1)
    return None if days is None else BackupLag(days=days)


def marked_until(lag: BackupLag | None, erased_on: date) -> date:
    """Return the day until which a restore could bring back what was erased on a day."""
    return (lag or BackupLag(days=UNKNOWN_LAG_DAYS)).gone_on(erased_on)
