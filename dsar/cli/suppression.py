"""dsar suppression: hold a mailing list against the addresses that must not be used."""

import csv
import sys
from pathlib import Path
from typing import Final

import click

from dsar.cli.installation import with_installation
from dsar.queries.organisations import list_organisations
from dsar.services.rights import suppressing as service

#: What stands before a line that must not be used.
MARK: Final = "stop"

suppression = click.Group("suppression", help="Filter mailing lists by who must be left alone.")
KEY = click.argument("key", metavar="ORGANISATION")
CONSENT = click.option(
    "--consent", default="", help="Also what was withdrawn: the use, in the words of the case."
)


@suppression.command("check")
@KEY
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@CONSENT
@with_installation
def check(key: str, file: Path, consent: str) -> None:
    """Print FILE (CSV), with a first column that says stop where a line must not be used.

    Every cell is looked at, as an address or a number. Exits 1 where a line is marked.
    """
    lines = _read(file)
    cells = {cell for line in lines for cell in line}
    stopped = service.suppressed(_known(key), cells, consent)
    out = csv.writer(sys.stdout, lineterminator="\n")
    marked = 0
    for line in lines:
        is_stopped = not stopped.isdisjoint(line)
        marked += is_stopped
        out.writerow([MARK if is_stopped else "", *line])
    click.echo(f"{len(lines)} lines, {marked} must not be used", err=True)
    raise SystemExit(1 if marked else 0)


@suppression.command("count")
@KEY
@with_installation
def count(key: str) -> None:
    """Print how many addresses are suppressed, by purpose."""
    for purpose, n in sorted(service.counted(_known(key)).items()):
        click.echo(f"{purpose}: {n}")


@suppression.command("allow")
@KEY
@click.argument("address")
@CONSENT
@with_installation
def allow(key: str, address: str, consent: str) -> None:
    """Use ADDRESS again, because its owner asks for it. Exits 1 where it was not suppressed."""
    is_done = service.allow_again(_known(key), address, consent)
    click.echo("may be used again" if is_done else "was not suppressed", err=not is_done)
    raise SystemExit(0 if is_done else 1)


def _known(key: str) -> str:
    if key not in {row.key for row in list_organisations()}:
        raise click.ClickException(f"{key}: there is no such organisation")
    return key


def _read(file: Path) -> list[list[str]]:
    """Return the lines of a list, with commas or semicolons between its cells."""
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file}: not UTF-8") from None
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    return [line for line in csv.reader(text.splitlines(), delimiter=delimiter) if line]
