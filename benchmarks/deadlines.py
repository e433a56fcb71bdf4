"""How fast are deadlines? Against bare date addition on the same rows, and with 50 events.

Both sides get the same parsed rows (tests/data/deadline_vectors.csv). The bare side takes the
local date and adds a month or the days: no holidays, no pauses, no explanation.
Run: python -m benchmarks.deadlines
"""

import csv
import json
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from dsar import profiles
from dsar.domain.calendars import add_months
from dsar.domain.clock import (
    ClockEvent,
    ClockEventKind,
    ClockOptions,
    event_from,
    moment_from,
    options_from,
    replay,
)
from dsar.domain.profiles import JurisdictionProfile, Unit

VECTORS = Path(__file__).parents[1] / "tests" / "data" / "deadline_vectors.csv"
ROUNDS = 15
EVENTS = 50

Row = tuple[JurisdictionProfile, ClockOptions, datetime, list[ClockEvent]]


def main() -> None:
    """Measure both, and print a table."""
    rows = _rows()
    bare, full = _microseconds(lambda: _bare(rows)), _microseconds(lambda: _full(rows))
    simple = [(profile, ClockOptions(), moment, []) for profile, _, moment, _ in rows]
    plain = _microseconds(lambda: _full(simple))
    print(f"{len(rows)} rows, median of {ROUNDS} rounds")
    print(f"bare date addition        {bare / len(rows):8.2f} µs a date")
    print(f"replay, no events         {plain / len(rows):8.2f} µs   {plain / bare:6.1f} x bare")
    print(f"replay, rows as they are  {full / len(rows):8.2f} µs   {full / bare:6.1f} x bare")
    print(f"dates a second            {len(rows) / full * 1e6:8.0f}")
    many = _many_events()
    took = _microseconds(lambda: replay(*many))
    print(f"replay of {EVENTS} events       {took:8.2f} µs   {took / EVENTS:6.2f} µs an event")


def _rows() -> list[Row]:
    with VECTORS.open(encoding="utf-8") as lines:
        return [
            (
                profiles.get(row["profile"]),
                options_from(json.loads(row["options"])),
                moment_from(row["received_at"]),
                [event_from(raw) for raw in json.loads(row["events"])],
            )
            for row in csv.DictReader(lines)
        ]


def _bare(rows: list[Row]) -> None:
    for profile, _, moment, _ in rows:
        day, period = moment.astimezone(profile.zone).date(), profile.response
        if period.unit is Unit.MONTHS:
            add_months(day, period.length)
        else:
            day + timedelta(days=period.length)


def _full(rows: list[Row]) -> None:
    for row in rows:
        replay(*row)


def _many_events() -> Row:
    """Questions and answers in turn, a day apart: every one of them is honoured."""
    received = moment_from("2026-01-02T10:00+01:00")
    kinds = (ClockEventKind.ASKED, ClockEventKind.ANSWERED)
    events = [
        ClockEvent(kinds[n % 2], received + timedelta(hours=20 * n), reason="identity")
        for n in range(EVENTS)
    ]
    return profiles.get("NO"), ClockOptions(), received, events


def _microseconds(work: Callable[[], object]) -> float:
    work()
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        rounds.append((time.perf_counter() - started) * 1e6)
    return statistics.median(rounds)


if __name__ == "__main__":
    main()
