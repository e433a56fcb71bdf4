"""Read and write the frozen holiday lists: one day a line, sealed with a hash of the days."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from dsar.domain.calendars import HolidayLists
from dsar.domain.errors import DomainError

WEEKENDS_ONLY: Final = "every year"
_HEADER: Final = (
    "# Frozen holiday list: reviewed data. `dsar calendar propose` shows what the installed\n"
    "# package would change; a person decides, with --write, and commits the difference.\n"
)


class CalendarAltered(DomainError):
    """The days of a frozen list do not fit the hash in its head."""

    message_id = "clock.error.calendar_altered"


@cache
def read_calendar(name: str) -> HolidayLists:
    """Return the frozen lists of this name. Raises CalendarAltered when a day was changed."""
    text = (files("dsar.profiles") / "calendars" / f"{name}.txt").read_text("utf-8")
    return parse_calendar(text)


def parse_calendar(text: str) -> HolidayLists:
    """Return the lists that the text of a calendar file holds."""
    head_text, _, body = text.partition("\n\n")
    head = dict(
        line.split(": ", 1) for line in head_text.splitlines() if not line.startswith("#")
    )
    digest = sha256(body.encode()).hexdigest()
    if digest != head["sha256"]:
        raise CalendarAltered(calendar=head["calendar"], digest=digest)
    sections = _sections(body)
    return HolidayLists(
        id=head["calendar"],
        years=_years(head["years"]),
        base=sections.get("base", {}),
        parts=_named(sections, "part "),
        switches=_named(sections, "switch "),
        source=head["source"],
        checked_on=date.fromisoformat(head["checked_on"]),
        digest=digest,
        aliases=dict(
            pair.strip().split("=", 1) for pair in head.get("aliases", "").split(",") if pair
        ),
    )


def _years(text: str) -> range | None:
    if text == WEEKENDS_ONLY:
        return None
    first, _, last = text.partition("-")
    return range(int(first), int(last) + 1)


def _sections(body: str) -> dict[str, dict[date, str]]:
    sections: dict[str, dict[date, str]] = {}
    days: dict[date, str] = {}
    for line in body.splitlines():
        if line.startswith("["):
            days = sections.setdefault(line.strip("[]"), {})
        elif line:
            iso, _, name = line.partition(" ")
            days[date.fromisoformat(iso)] = name
    return sections


def _named(sections: Mapping[str, dict[date, str]], kind: str) -> dict[str, dict[date, str]]:
    return {
        name.removeprefix(kind): days
        for name, days in sections.items()
        if name.startswith(kind)
    }


def written(lists: HolidayLists) -> str:
    """Return the text of the calendar file that holds these lists, with a fresh hash."""
    body = _body(lists)
    years = WEEKENDS_ONLY
    if lists.years is not None:
        years = f"{lists.years[0]}-{lists.years[-1]}"
    head = {
        "calendar": lists.id,
        "years": years,
        "checked_on": str(lists.checked_on),
        "source": lists.source,
        "aliases": ", ".join(f"{alias}={name}" for alias, name in lists.aliases.items()),
        "sha256": sha256(body.encode()).hexdigest(),
    }
    lines = (f"{key}: {value}\n" for key, value in head.items() if value)
    return f"{_HEADER}{''.join(lines)}\n{body}"


def _body(lists: HolidayLists) -> str:
    sections = {"base": lists.base}
    sections |= {f"part {name}": days for name, days in sorted(lists.parts.items())}
    sections |= {f"switch {name}": days for name, days in sorted(lists.switches.items())}
    return "".join(
        f"[{name}]\n" + "".join(f"{day} {title}\n" for day, title in sorted(days.items()))
        for name, days in sections.items()
    )


def sealed(lists: HolidayLists) -> HolidayLists:
    """Return the lists with the hash that their own days give."""
    return replace(lists, digest=sha256(_body(lists).encode()).hexdigest())
