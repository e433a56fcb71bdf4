"""A deadline as a calendar entry (RFC 5545): a day, a case number, a link; never a person."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One all-day event. uid is stable, so that a second import replaces the first."""

    uid: str
    day: date
    title: str
    link: str


def to_ics(entry: CalendarEntry, made_at: datetime) -> str:
    """Return the entry as a file for a calendar, with alarms 7, 3 and 1 days before."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//dsar//deadlines//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_text(entry.uid)}",
        f"DTSTAMP:{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(entry.title)}",
        f"DESCRIPTION:{_text(entry.link)}",
        *(line for days in (7, 3, 1) for line in _alarm(days, entry.title)),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(part for line in lines for part in _folded(line)) + "\r\n"


def _alarm(days: int, title: str) -> tuple[str, ...]:
    return (
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"TRIGGER:-P{days}D",
        f"DESCRIPTION:{_text(title)}",
        "END:VALARM",
    )


def _text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str) -> list[str]:
    """Fold at 60 characters, which stays under the 75 bytes a line may have (§ 3.1)."""
    parts = [line[i : i + 60] for i in range(0, len(line), 60)] or [""]
    return [parts[0], *(f" {part}" for part in parts[1:])]
