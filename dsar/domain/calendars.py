"""Working-day calendars: pure values, loaded by the caller, for stated years only."""

import calendar as gregorian
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Final

from dsar.domain.errors import DomainError

WEEKEND: Final = frozenset({5, 6})
_DAY: Final = timedelta(days=1)
_LAST_DAY: Final = 28


class CalendarGap(DomainError):
    """The frozen holiday list does not cover the year that was reached."""

    message_id = "clock.error.calendar_gap"


class UnknownSubdivision(DomainError):
    """The calendar has no list for this state, nation, Land or canton."""

    message_id = "clock.error.unknown_subdivision"


def add_months(day: date, months: int) -> date:
    """Return the same day number that many months on, or that month's last day (R11)."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= _LAST_DAY:
        return date(year, month0 + 1, day.day)
    last = gregorian.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """The days on which one place is closed: weekdays, and named holidays of stated years."""

    holidays: Mapping[date, str]
    years: range | None = None
    closed: frozenset[int] = WEEKEND
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        days = ",".join(day.isoformat() for day in sorted(self.holidays))
        text = f"{sorted(self.closed)};{self.years};{days}"
        object.__setattr__(self, "digest", sha256(text.encode()).hexdigest()[:16])

    def is_working(self, day: date) -> bool:
        """Return whether the day is open. Raises CalendarGap outside the stated years."""
        if self.years is not None and day.year not in self.years:
            raise CalendarGap(year=day.year)
        return day.weekday() not in self.closed and day not in self.holidays

    def roll_forward(self, day: date) -> date:
        """Return the day itself when open, else the next open day."""
        while not self.is_working(day):
            day += _DAY
        return day

    def roll_back(self, day: date) -> date:
        """Return the day itself when open, else the open day before it; knows no gap."""
        while day.weekday() in self.closed or day in self.holidays:
            day -= _DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """Return the count-th open day after the day; the day itself is day zero."""
        while count > 0:
            day += _DAY
            count -= self.is_working(day)
        return day


@lru_cache
def weekday_calendar(closed: frozenset[int] = WEEKEND) -> WorkingCalendar:
    """Return a calendar without holidays; it covers every year."""
    return WorkingCalendar({}, None, closed)


@dataclass(frozen=True, eq=False)
class HolidayLists:
    """The frozen lists of one profile: its base days, its parts, and lists to switch on."""

    id: str
    years: range | None
    base: Mapping[date, str]
    parts: Mapping[str, Mapping[date, str]]
    switches: Mapping[str, Mapping[date, str]]
    source: str = ""
    checked_on: date | None = None
    digest: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)

    def part_named(self, name: str) -> str:
        """Return the part's own name for a name or alias in any case, or raise."""
        wanted = name.strip().upper()
        part = self.aliases.get(wanted, wanted)
        if part not in self.parts:
            raise UnknownSubdivision(calendar=self.id, subdiv=wanted[:40])
        return part

    def calendar(
        self, part: str | None, switched: Iterable[str], closed: frozenset[int] = WEEKEND
    ) -> WorkingCalendar:
        """Return base, part and switched lists as one calendar; made once."""
        return _joined(self, part, tuple(switched), closed)


@lru_cache(maxsize=512)
def _joined(
    lists: HolidayLists, part: str | None, switched: tuple[str, ...], closed: frozenset[int]
) -> WorkingCalendar:
    days = dict(lists.base)
    if part is not None:
        days |= lists.parts[lists.part_named(part)]
    for name in switched:
        days = dict(lists.switches[name]) | days
    return WorkingCalendar(days, lists.years, closed)
