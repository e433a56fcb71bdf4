"""The office hours that count for a case: its law's zone and holidays, its house's days."""

from datetime import time

from dsar import profiles
from dsar.domain.clock import options_from
from dsar.domain.organisations import WORKING_WEEK, facts_of
from dsar.domain.reminders import Office
from dsar.models import Case, Organisation

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def office_of(case: Case, organisation: Organisation) -> Office:
    """Return when somebody of the organisation is there to read about this case."""
    profile = profiles.get(case.profile)
    hours = facts_of(organisation).office_hours
    days = hours.days or WORKING_WEEK
    closed = frozenset(number for number, day in enumerate(_WEEK) if day not in days)
    part = options_from(case.clock_options).subdiv or profile.default_subdiv
    calendar = profile.calendar.calendar(part, (), closed)
    return Office(profile.zone, calendar, time.fromisoformat(hours.opens))
