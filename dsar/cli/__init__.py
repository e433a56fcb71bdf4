"""The command line: `dsar`. Each command is a module of this folder, loaded when it is used."""

from importlib import import_module
from pathlib import Path
from typing import Final

import click

from dsar import __version__

#: The name of the settings file in its folder.
SETTINGS: Final = "config.toml"

#: Command to what it does, for the list; so that the list loads nothing.
COMMANDS: Final = {
    "run": "Start everything on this machine: settings, database, web and scheduler.",
    "serve": "Serve the pages, for production behind a proxy.",
    "scheduler": "Do the periodic work; any number may run, one of them leads.",
    "jobs": "List the periodic work, or do a piece of it now.",
    "migrate": "Bring the database up to date.",
    "doctor": "Check this installation and say what is wrong.",
    "organisation": "Import, export, list, check and set organisations.",
    "staff": "Invite staff, reset credentials, close accounts.",
    "bounce": "Register the addresses of a mail that came back, to be erased.",
    "suppression": "Filter mailing lists by who must be left alone.",
    "backup": "Copy an installation while it works.",
    "restore": "Bring an installation back from a backup.",
    "erasure": "Say what to erase again in a system that was restored.",
    "audit": "Verify that nobody has changed the log.",
    "deadline": "Count a deadline; needs no settings and no database.",
    "calendar": "Check the holiday calendars and propose new years.",
}


class Commands(click.Group):
    """Finds a command in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"dsar.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list without loading a single command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="dsar")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where settings, keys and data lie.  [default: instance]",
)
@click.pass_context
def main(ctx: click.Context, folder: Path | None) -> None:
    """Track data subject requests: a date that is right, an answer that is complete."""
    ctx.obj = folder / SETTINGS if folder else None
