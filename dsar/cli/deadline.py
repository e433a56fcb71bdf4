"""Count deadlines on the command line: one, or a file full. No settings, no database."""

import csv
import json
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from dsar import profiles
from dsar.cli.calendar import calendar
from dsar.cli.deadline_rows import HEADER, count_rows, write_rows
from dsar.cli.deadline_words import as_json, as_text, fault_words
from dsar.domain.clock import (
    ClockEvent,
    Reckoning,
    event_from,
    moment_from,
    option_from,
    options_from,
    replay,
)
from dsar.domain.errors import DomainError
from dsar.i18n import LANGUAGES

_USAGE = """Say when an answer is due, and why.

  dsar deadline NO 2026-01-31T10:00+01:00
  dsar deadline NO 2026-01-31T10:00+01:00 --event JSON --option promise_days=30 --lang nb
  dsar deadline --vectors FILE.csv
  dsar deadline recompute [--apply]

An event is an object such as {"type": "extend", "at": "2026-02-20T10:00+01:00"}.
Its types are pause, resume and extend, or a name from docs/deadlines.md.
"""


#: Subcommands that need settings and a database, and where they are.
LATER: Final = {"recompute": "dsar.cli.deadline_recompute"}


class DeadlineGroup(click.Group):
    """A group whose own arguments count a deadline; other words are its subcommands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the subcommands, also the one that is loaded only when it is used."""
        return [*super().list_commands(ctx), *LATER]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the subcommand; counting loads nothing that needs an installation."""
        if cmd_name not in LATER:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(LATER[cmd_name]), cmd_name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Send everything that names no subcommand to `count`."""
        known = {*self.commands, *LATER}
        if args and args[0] not in known and args[0] not in ctx.help_option_names:
            args = ["count", *args]
        return super().parse_args(ctx, args)


@click.group("deadline", cls=DeadlineGroup, help="\b\n" + _USAGE.replace("\n\n", "\n\n\b\n"))
def deadline() -> None:
    """Say when an answer is due, and why."""


@deadline.command("count")
@click.argument("profile_id", metavar="PROFILE", required=False)
@click.argument("received_at", metavar="MOMENT", required=False)
@click.option("--event", "events", multiple=True, metavar="JSON", help="What happened since.")
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="A choice.")
@click.option("--json", "wants_json", is_flag=True, help="Print JSON.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option(
    "--vectors",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="A CSV file with id, profile, received_at, events, options. Writes CSV.",
)
@click.pass_context
def count(ctx: click.Context, /, **given: object) -> None:
    """Count one deadline, or every row of a CSV file."""
    language = str(given["lang"])
    if isinstance(given["vectors"], Path):
        ctx.exit(_count_file(given["vectors"], language))
    if not given["profile_id"] or not given["received_at"]:
        known = ", ".join(profiles.ids())
        raise click.UsageError(f"Name a profile and a moment. Profiles: {known}")
    try:
        found = _count_one(given)
    except DomainError as error:
        raise click.ClickException(fault_words(error, language)) from None
    except (ValueError, OverflowError):
        raise click.ClickException(fault_words(None, language)) from None
    click.echo(as_json(found, language) if given["wants_json"] else as_text(found, language))


def _count_one(given: dict[str, object]) -> Reckoning:
    texts, choices = given["events"], given["options"]
    assert isinstance(texts, tuple)  # noqa: S101  # click makes a tuple of a multiple option
    assert isinstance(choices, tuple)  # noqa: S101  # likewise
    chosen: dict[str, object] = {}
    for choice in choices:
        chosen |= option_from(choice)
    return replay(
        profiles.get(str(given["profile_id"]).upper()),
        options_from(chosen),
        moment_from(given["received_at"]),
        [_event(text) for text in texts],
    )


def _event(text: str) -> ClockEvent:
    try:
        return event_from(json.loads(text))
    except json.JSONDecodeError as error:
        raise click.BadParameter(f"not JSON: {error.msg}", param_hint="--event") from None


def _count_file(path: Path, language: str) -> int:
    """Write every row that can be counted, and say what is wrong with the others."""
    try:
        with click.open_file(str(path), encoding="utf-8-sig") as lines:
            rows = count_rows(lines, language)
    except UnicodeDecodeError:
        raise click.ClickException("The file is not UTF-8") from None
    except csv.Error as error:
        raise click.ClickException(f"The file is not CSV: {error}") from None
    failed = [row for row in rows if row.error]
    header = [*HEADER, "error"] if failed else list(HEADER)
    click.echo(write_rows(rows, header), nl=False)
    return 1 if failed else 0


COMMANDS = (deadline, calendar)
