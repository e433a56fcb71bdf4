"""Is the log whole? Verify it, and keep its heads on another host."""

from pathlib import Path
from typing import Final

import click

from dsar.cli.installation import with_installation
from dsar.queries.organisations import list_organisations
from dsar.services.setup import audit as service
from dsar.services.setup.audit import Head

WORDS: Final = {
    service.CHANGED: "was changed after it was written",
    service.MISSING: "is missing",
    service.UNBOUND: "does not follow the entry before it",
    service.CUT: "is missing, and perhaps more after it",
    service.REWRITTEN: "is not the one that was kept elsewhere",
}

audit = click.Group("audit", help="Verify that nobody has changed the log.")


@audit.command("verify")
@click.option("--organisation", "key", default="", help="Only the cases of this organisation.")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Heads that were kept elsewhere: finds a log that was written anew as a whole.",
)
@with_installation
def verify(key: str, against: Path | None) -> None:
    """Verify the log of every case. Names each broken one, and exits 1 for any."""
    if key and key not in {row.key for row in list_organisations()}:
        raise click.ClickException(f"{key}: there is no such organisation")
    done = broken = 0
    for each in service.verify_all(key, _read(against) if against else {}):
        done += 1
        if each.broken is not None:
            broken += 1
            why = WORDS[each.broken.why]
            click.echo(
                f"{each.organisation_key} {each.number}: entry {each.broken.seq} {why}",
                err=True,
            )
    click.echo(f"{done} logs verified, {broken} broken")
    raise SystemExit(1 if broken else 0)


@audit.command("heads")
@with_installation
def print_heads() -> None:
    """Print the head of every log, one a line: keep this on another host."""
    for head in service.heads():
        click.echo(f"{head.case_id} {head.seq} {head.hash}")


def _read(path: Path) -> dict[str, Head]:
    marks = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        parts = line.split()
        if len(parts) != len(Head.__slots__) or not parts[1].isdigit():
            raise click.ClickException(f"{path}: line {number}: not a head of a log")
        marks[parts[0]] = Head(parts[0], int(parts[1]), parts[2])
    return marks
