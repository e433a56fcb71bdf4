"""Bring the database up to date."""

from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from dsar import __version__
from dsar.cli.folder import installed_app, with_folder
from dsar.services.setup import installation
from dsar.services.setup.installation import Schema


@click.command("migrate")
@with_folder
def migrate(folder: Path) -> None:
    """Bring the database up to date. Any number may try at once: one of them works."""
    with installed_app(folder).app_context():
        bring_up_to_date()
    click.echo("The database is up to date")


def bring_up_to_date() -> None:
    """Migrate inside an application context, or stop with a sentence."""
    try:
        if installation.schema_state() is Schema.NEWER:
            raise click.ClickException(
                f"The database is newer than this program ({__version__}). Install the newer "
                "program again, or restore a backup from before it"
            )
        installation.migrate()
    except SQLAlchemyError as error:
        kind = type(error.__cause__ or error).__name__
        raise click.ClickException(f"The database cannot be used ({kind})") from None
