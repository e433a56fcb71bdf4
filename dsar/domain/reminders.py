"""The ladder of reminders: which step a date has reached, and when each was to go out."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dsar.domain.calendars import WorkingCalendar
from dsar.domain.roles import Role

#: Days before the due date on which staff are reminded; afterwards every working day.
STEPS: Final = (14, 7, 3, 1)
#: No step lies further ahead than this: the first one, before a long closed spell.
HORIZON: Final = timedelta(days=STEPS[0] + 14)
#: Who is told besides the owner, from so many days before the due date.
ALSO_TOLD: Final = ((7, Role.APPROVER), (3, Role.ADMIN), (1, Role.DATA_PROTECTION_OFFICER))
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Office:
    """When somebody is there to read: the zone, the open days, the hour."""

    zone: ZoneInfo
    calendar: WorkingCalendar
    opens: time

    def moment(self, day: date) -> datetime:
        """Return when the office opens on a day."""
        return datetime.combine(day, self.opens, self.zone)

    def today(self, now: datetime) -> date:
        """Return the local date."""
        return now.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: its name, its distance (below zero: late), its moment."""

    step: str
    days: int
    planned_at: datetime

    @property
    def roles(self) -> tuple[Role, ...]:
        """Return the roles that are told besides the owner of the case."""
        return tuple(role for days, role in ALSO_TOLD if self.days <= days)


def latest_rung(due: date, office: Office, now: datetime) -> Rung | None:
    """Return the newest step that a due date has reached, or None before the first.

    On a closed day the reminder goes out on the open day before. After days of downtime
    only the newest step counts: nobody needs five mails about one date.
    """
    overdue = _overdue(due, office, now)
    if overdue is not None:
        return overdue
    planned = [_ahead(due, days, office) for days in STEPS]
    reached = [rung for rung in planned if rung.planned_at <= now]
    return min(reached, key=lambda rung: rung.days, default=None)


def words_for(days_left: int) -> str:
    """Return the template that tells the truth about so many days left."""
    if days_left < 0:
        return "t07"
    today_and_tomorrow = ("t06.today", "t06")
    if days_left < len(today_and_tomorrow):
        return today_and_tomorrow[days_left]
    three, seven = STEPS[2], STEPS[1]
    if days_left <= three:
        return "t05"
    return "t04" if days_left <= seven else "t03"


def _ahead(due: date, days: int, office: Office) -> Rung:
    day = office.calendar.roll_back(due - timedelta(days=days))
    return Rung(f"before-{days}", days, office.moment(day))


def _overdue(due: date, office: Office, now: datetime) -> Rung | None:
    """Return the step of the newest open day after the due date whose hour has struck."""
    day = office.today(now)
    if now < office.moment(day):
        day -= _DAY
    day = office.calendar.roll_back(day)
    if day <= due:
        return None
    late = (day - due).days
    return Rung(f"late-{late}", -late, office.moment(day))
