"""Look after the frozen holiday lists: what runs out, and what the package would change."""

from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType

import click

from dsar import profiles
from dsar.cli.calendar_recipes import RECIPES, made
from dsar.domain.calendars import HolidayLists, add_months
from dsar.profiles.holiday_files import read_calendar, written
from dsar.timesource import utcnow

FOLDER = Path(profiles.__file__).parent / "calendars"


@click.group("calendar", help="Look after the frozen holiday lists.")
def calendar() -> None:
    """Look after the frozen holiday lists."""


@calendar.command("check")
@click.option("--months", default=14, show_default=True, help="How far ahead to look.")
def check(months: int) -> None:
    """Say which lists run out within the months. Exits 1 when any does."""
    until = add_months(utcnow().date(), months)
    short = list(_running_out(until))
    for name, last_year in short:
        click.echo(f"{name}: ends with {last_year}, but dates will reach {until}", err=True)
    if short:
        raise SystemExit(1)
    click.echo(f"All {len(profiles.ids())} calendars reach {until}")


def _running_out(until: date) -> Iterator[tuple[str, int]]:
    for profile in profiles.load_all().values():
        years = profile.calendar.years
        if years is not None and years[-1] < until.year:
            yield profile.id, years[-1]


@calendar.command("propose")
@click.option("--write", "writes", is_flag=True, help="Write the proposal into the files.")
def propose(writes: bool) -> None:
    """Show what the installed `holidays` package would change, as a change to review."""
    package = _package()
    changes = 0
    for name in RECIPES:
        frozen = read_calendar(name.lower())
        proposed = made(package, name, utcnow().date())
        lines = list(_differences(frozen, proposed))
        changes += len(lines)
        for line in lines:
            click.echo(f"{name} {line}")
        if writes and lines:
            (FOLDER / f"{name.lower()}.txt").write_text(written(proposed), "utf-8")
    click.echo(f"{changes} differences from holidays {package.__version__}")


def _package() -> ModuleType:
    try:
        return import_module("holidays")
    except ModuleNotFoundError:
        raise click.ClickException(
            "The package `holidays` is not installed. The frozen lists need it only for"
            " proposals: pip install holidays"
        ) from None


def _differences(frozen: HolidayLists, proposed: HolidayLists) -> Iterator[str]:
    before, after = _flat(frozen), _flat(proposed)
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) == after.get(key):
            continue
        section, day = key
        if key in before:
            yield f"- {section} {day} {before[key]}"
        if key in after:
            yield f"+ {section} {day} {after[key]}"


def _flat(lists: HolidayLists) -> dict[tuple[str, date], str]:
    sections = {"base": lists.base, **lists.parts, **lists.switches}
    return {
        (section, day): title
        for section, days in sections.items()
        for day, title in days.items()
    }
