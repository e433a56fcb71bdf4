"""dsar erasure: what to erase again in a system that was restored from a backup."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from dsar.cli.installation import with_installation
from dsar.services.rights import erasure_marks as service
from dsar.services.rights.erasure_marks import Again

#: How the first bytes of an export tell its encoding; others are tried in turn.
MARKS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
KINDS: Final = {service.EMAIL: "e-mail address", service.PHONE: "phone number"}

erasure = click.Group("erasure", help="What to erase again after a system was restored.")


@erasure.command("list")
@with_installation
def list_all() -> None:
    """Print what is remembered of each erasure: organisation, system, case, dates, count."""
    for row in service.listing():
        erased = row.erased_at.date().isoformat()
        count = f"{row.identifiers} identifier(s)"
        facts = (row.organisation, row.system, row.number, erased, row.until_on, count)
        click.echo("\t".join(map(str, facts)))


@erasure.command("again")
@click.option("--organisation", required=True, help="The key of the organisation.")
@click.option("--system", required=True, help="The key of the system that was restored.")
@click.option(
    "--copied-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of the backup: what was erased before it is not in it.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_installation
def again(organisation: str, system: str, copied_on: datetime | None, file: Path) -> None:
    """Say which lines of FILE, an export of a restored system, are to be erased again.

    FILE is text, one entry a line, in any CSV. Lines are named by number, never by what
    they hold. Nothing is changed. Exits 1 when there is something to erase.
    """
    day = copied_on.date() if copied_on else None
    try:
        found = list(service.again(organisation, system, _lines(file), day))
    except service.SystemUnknown:
        raise click.ClickException(f"{organisation} has no system {system}") from None
    for each in found:
        click.echo(_told(each))
    lines = len({each.line for each in found})
    click.echo(f"{lines} line(s) to erase again" if found else "Nothing to erase again")
    raise SystemExit(1 if found else 0)


def _told(each: Again) -> str:
    return f"line {each.line}: erase again, case {each.number} (by {KINDS[each.kind]})"


def _lines(file: Path) -> Iterator[str]:
    """Yield the lines of an export; Windows' older letters are read where UTF-8 fails."""
    encoding = _encoding(file)
    with file.open(encoding=encoding, errors="replace", newline=None) as lines:
        yield from lines


def _encoding(file: Path) -> str:
    with file.open("rb") as opened:
        start = opened.read(2)
    if start in MARKS:
        return MARKS[start]
    try:
        with file.open(encoding="utf-8") as lines:
            for _ in lines:
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"
