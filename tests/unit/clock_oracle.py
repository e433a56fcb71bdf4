"""A second opinion on every date: it walks the calendar one day at a time and shares no code.

It knows the law as a table of its own, reads the frozen lists as plain text, and counts days as
sets. Slow and plain on purpose: where it and the engine differ, one of them is wrong.
"""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

CALENDARS = Path(__file__).parents[2] / "dsar" / "profiles" / "calendars"
ONE = timedelta(days=1)
NEVER = date(9999, 12, 31)

MONTHLY = {"unit": "months", "first": 1, "more": 2, "pauses": {"identity", "clarification"}}
AMERICAN = {"unit": "days", "first": 45, "more": 45, "rolls": False}
LAWS = {
    "EEA": {**MONTHLY, "tz": "Europe/Brussels"},
    "NO": {**MONTHLY, "tz": "Europe/Oslo"},
    "SE": {**MONTHLY, "tz": "Europe/Stockholm"},
    "DK": {**MONTHLY, "tz": "Europe/Copenhagen"},
    "FI": {**MONTHLY, "tz": "Europe/Helsinki"},
    "DE": {**MONTHLY, "tz": "Europe/Berlin"},
    "FR": {**MONTHLY, "tz": "Europe/Paris"},
    "NL": {**MONTHLY, "tz": "Europe/Amsterdam"},
    "IE": {**MONTHLY, "tz": "Europe/Dublin"},
    "UK": {
        **MONTHLY,
        "tz": "Europe/London",
        "pauses": {"identity", "clarification", "fee"},
        "method": "restart",
        "part": "ENG",
    },
    "CH": {"unit": "days", "first": 30, "until": True, "tz": "Europe/Zurich"},
    "US-CA": {**AMERICAN, "tz": "America/Los_Angeles", "receipt_counts_in_earliest": True},
    "US-VA": {**AMERICAN, "tz": "America/New_York"},
    "US-CO": {**AMERICAN, "tz": "America/Denver"},
    "BR": {"unit": "days", "first": 15, "rolls": False, "tz": "America/Sao_Paulo"},
    "CA-FED": {
        "unit": "days",
        "first": 30,
        "more": 30,
        "rolls": False,
        "closed": {6},
        "tz": "America/Toronto",
    },
    "CA-QC": {"unit": "days", "first": 30, "rolls": False, "tz": "America/Toronto"},
}
ORDER = {"pause": 0, "extend": 1, "resume": 2}
LISTS_ON = {"se_eves": True, "nl_may5": True}


@cache
def sections(name):
    found, here = {}, None
    for line in (CALENDARS / f"{name.lower()}.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            here = found.setdefault(line[1:-1], set())
        elif here is not None and line:
            here.add(date.fromisoformat(line[:10]))
    return found


@cache
def holidays(name, part, lists):
    found = sections(name)
    days = set(found.get("base", set()))
    if part:
        days |= found[f"part {part}"]
    for one in lists:
        days |= found[f"switch {one}"]
    return frozenset(days)


def month_later(day, months):
    """Walk until the month has changed often enough, then to the same number or the end."""
    here, turned = day, 0
    while turned < months:
        following = here + ONE
        turned += following.month != here.month
        here = following
    while here.day < day.day and (here + ONE).month == here.month:
        here += ONE
    return here


def walk(day, steps):
    for _ in range(steps):
        day += ONE
    return day


class Oracle:
    """One request under one law."""

    def __init__(self, profile, options, received_at):
        law = LAWS[profile]
        self.law, self.options = law, options
        self.zone = ZoneInfo(law["tz"])
        self.received = received_at.astimezone(self.zone).date()
        self.other_clock = options.get("deadline")
        self.method = options.get("pause_method", law.get("method", "toll_min"))
        if not law.get("pauses") or self.other_clock:
            self.method = "none"
        part = options.get("subdiv", law.get("part"))
        wanted = [name[7:] for name in sections(profile) if name.startswith("switch ")]
        on = tuple(n for n in wanted if options.get(n, LISTS_ON.get(n, False)))
        self.closed = holidays(profile, part, on)
        self.rolls = options.get("roll", law.get("rolls", True))
        self.profile, self.part = profile, part
        self.open, self.answered = {}, []
        self.extended, self.until, self.told = False, None, False
        self.told_day = None

    # -- single days ------------------------------------------------------------------------
    def is_open_day(self, day):
        return day.weekday() not in self.law.get("closed", {5, 6}) and day not in self.closed

    def roll(self, day):
        while self.rolls and not self.is_open_day(day):
            day += ONE
        return day

    # -- periods ----------------------------------------------------------------------------
    def first(self, start):
        law = self.law
        if self.other_clock:
            return self.weekdays(start, {"ack": 10, "opt_out": 15}[self.other_clock])
        if law["unit"] == "months":
            return month_later(start, law["first"])
        n = law["first"] * (
            2 if self.options.get("small_agent") and self.profile == "BR" else 1
        )
        return walk(start, n - bool(self.options.get("count_receipt_day")))

    def weekdays(self, start, n, holidays_too=None):
        skip = self.options.get("bd_holidays") if holidays_too is None else holidays_too
        closed = holidays(self.profile, self.part, ()) if skip else frozenset()
        day = start
        while n:
            day += ONE
            n -= day.weekday() < 5 and day not in closed
        return day

    def whole(self, start):
        law = self.law
        if not self.extended:
            return self.first(start)
        if self.until:
            return self.until
        if law["unit"] == "months":
            if self.options.get("extension_base") == "first_deadline":
                return month_later(month_later(start, 1), 2)
            return month_later(start, 3)
        return walk(self.first(start), law["more"])

    # -- pauses -----------------------------------------------------------------------------
    def start_and_days(self, today):
        """Return where the period starts and the set of days that do not count."""
        spans = [*self.answered]
        if today:
            spans += [(reason, asked, today) for reason, asked in self.open.items()]
        start = self.received
        if self.method == "restart":
            arrivals = [end for why, _, end in self.answered if why != "clarification"]
            start = max([start, *arrivals])
            spans = [span for span in spans if span[0] == "clarification"]
        default = "inclusive" if self.law.get("method") == "restart" else "half_open"
        inclusive = self.options.get("pause_bounds", default) == "inclusive"
        days = set()
        for _, asked, end in spans:
            day = asked if inclusive else asked + ONE
            while day <= end:
                days.add(day)
                day += ONE
        return start, {day for day in days if day > start}

    def unadjusted(self, today=None, extended=None):
        was, self.extended = self.extended, self.extended if extended is None else extended
        start, days = self.start_and_days(today)
        added = walk(self.whole(start), len(days))
        if self.extended and self.until:
            added = shifted = self.until
        else:
            shifted = self.whole(walk(start, len(days)))
        self.extended = was
        if self.method == "shift_start":
            return shifted
        return min(added, shifted) if self.method == "toll_min" else added

    def limit(self, today, extended):
        if self.method == "restart" and set(self.open) - {"clarification"}:
            return NEVER
        return self.roll(self.unadjusted(today, extended))

    # -- events -----------------------------------------------------------------------------
    def take(self, kind, at, reason, until):
        day = at.astimezone(self.zone).date()
        if day < self.received:
            return
        if kind == "pause":
            self.pause(day, reason)
        elif kind == "resume" and reason in self.open:
            self.answered.append((reason, self.open.pop(reason), day))
        elif kind == "extend":
            self.extend(day, until)

    def pause(self, day, reason):
        wanted = self.options.get("pause_reasons", self.law.get("pauses", set()))
        if self.method == "none" or reason not in wanted or reason in self.open:
            return
        if day <= self.limit(day, self.extended):
            self.open[reason] = day
            self.told, self.told_day = True, None

    def extend(self, day, until):
        law = self.law
        if self.extended or self.other_clock or not (law.get("more") or law.get("until")):
            return
        if law.get("until") and (until is None or until <= self.first(self.received)):
            return
        last = self.limit(day, False)
        if self.options.get("extension_notice_rule") == "text":
            last = self.notice()
        if day <= last:
            if until and not law.get("until") and until > self.limit(day, False):
                self.told_day = until
            self.extended, self.told = True, True
            self.until = until if law.get("until") else None

    # -- answers ----------------------------------------------------------------------------
    def notice(self):
        if self.other_clock:
            return None
        if self.method != "restart":
            return self.first(self.received)
        start, days = self.start_and_days(None)
        return walk(self.first(start), len(days))

    def earliest(self):
        start = self.received
        if self.other_clock:
            plain = {"ack": 10, "opt_out": 15}[self.other_clock]
            return self.weekdays(start, plain, holidays_too=False)
        counts = self.options.get("count_receipt_day")
        if self.law.get("receipt_counts_in_earliest") and not counts:
            start -= ONE
        found = self.first(start)
        if self.extended and self.until:
            found = self.until
        elif self.extended and self.law["unit"] == "months":
            found = min(month_later(start, 3), month_later(month_later(start, 1), 2))
        elif self.extended:
            found = walk(found, self.law["more"])
        return min(found, self.promise() or found, self.told_day or found)

    def promise(self):
        n = self.options.get("policy_days")
        return walk(self.received, n) if n and not self.other_clock else None

    def dates(self):
        """Return due, unadjusted, earliest and notice, as the vectors have them."""
        if self.open:
            return "SUSPENDED", "SUSPENDED", self.earliest(), self.notice()
        plain = self.unadjusted()
        due = plain if self.other_clock else self.roll(plain)
        if self.promise() and not self.told:
            due = min(due, self.promise())
        due = min(due, self.told_day or due)
        return due, plain, self.earliest(), self.notice()


def second_opinion(profile, options, received_at, events):
    """Return the four dates for events of (kind, at, reason, until)."""
    oracle = Oracle(profile, options, received_at)
    for event in sorted(events, key=lambda e: (e[1], ORDER[e[0]], e[2] or "")):
        oracle.take(*event)
    return oracle.dates()
