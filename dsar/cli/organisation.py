"""dsar organisation: import, export, list, check, set and publish organisations."""

import sys
from pathlib import Path
from typing import Final

import click

from dsar.cli.installation import with_installation
from dsar.domain.events import Actor
from dsar.domain.organisation_file import OrganisationFileError
from dsar.queries.organisations import list_organisations
from dsar.services.setup import organisations as service
from dsar.services.setup.organisation_words import problem_words
from dsar.timesource import utcnow

ACTOR: Final = Actor("cli", "organisation")

organisation = click.Group("organisation", help="Look after the organisations that people ask.")
FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True)
)


@organisation.command("import")
@FILES
@with_installation
def import_files(files: tuple[Path, ...]) -> None:
    """Create or update the organisations of FILES. A file with a fault changes nothing."""
    texts = [(path, _read(path)) for path in files]
    _check(texts)
    for path, text in texts:
        try:
            done = service.import_organisation(text, ACTOR, utcnow())
        except OrganisationFileError as error:
            _fail(path, error)
        for one in done:
            click.echo(f"{one.key}: {'created' if one.is_new else 'updated'}")


@organisation.command("check")
@FILES
def check_files(files: tuple[Path, ...]) -> None:
    """Say everything that is wrong with FILES, and change nothing. Exits 1 for any fault."""
    texts = [(path, _read(path)) for path in files]
    _check(texts)
    for path, text in texts:
        keys = ", ".join(document["key"] for document in service.read_organisations(text))
        click.echo(f"{path}: fine ({keys})")


@organisation.command("export")
@click.argument("key")
@with_installation
def export(key: str) -> None:
    """Print the organisation's file; importing it again changes nothing."""
    click.echo(service.export_organisation(key), nl=False)


@organisation.command("list")
@with_installation
def list_all() -> None:
    """Print each organisation: key, name, law, whether its form is open, what is missing."""
    for row in list_organisations():
        state = "open" if row.is_open else "closed"
        lacks = f" (missing: {', '.join(row.missing)})" if row.missing else ""
        click.echo(f"{row.key}\t{row.name}\t{row.profile}\t{state}{lacks}")


@organisation.command("set")
@click.argument("key")
@click.argument("path")
@click.argument("value")
@with_installation
def set_fact(key: str, path: str, value: str) -> None:
    """Set one fact: PATH as in promise.n or system.newsletter.retention."""
    try:
        service.set_fact(key, path, value, (ACTOR, utcnow()))
    except OrganisationFileError as error:
        _fail(Path(key), error)
    click.echo(f"{key}: {path} set")


@organisation.command("publish")
@click.argument("key")
@with_installation
def publish(key: str) -> None:
    """Open the form to the public; refused while name or contact is missing."""
    try:
        service.publish(key, ACTOR, utcnow())
    except service.OrganisationIncomplete as error:
        raise click.ClickException(f"{key}: missing: {', '.join(error.missing)}") from None
    click.echo(f"{key}: open")


@organisation.command("unpublish")
@click.argument("key")
@with_installation
def unpublish(key: str) -> None:
    """Close the form to the public; open cases go on."""
    service.unpublish(key, ACTOR)
    click.echo(f"{key}: closed")


def _read(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(f"{path}: not UTF-8 text") from None
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None


def _check(texts: list[tuple[Path, str]]) -> None:
    """Print every fault of every file, and stop if there is one."""
    faulty = [path for path, text in texts if not _is_fine(path, text)]
    if faulty:
        raise SystemExit(1)


def _is_fine(path: Path, text: str) -> bool:
    try:
        service.read_organisations(text)
    except OrganisationFileError as error:
        _say(path, error)
        return False
    return True


def _fail(path: Path, error: OrganisationFileError) -> None:
    _say(path, error)
    raise SystemExit(1)


def _say(path: Path, error: OrganisationFileError) -> None:
    for problem in error.problems:
        click.echo(f"{path}: {problem_words(problem, 'en')}", err=True)
