"""Start everything on this machine with one command, and stop it together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Final

import click

from dsar.cli import preparation
from dsar.cli.folder import load_settings, open_app, with_folder
from dsar.cli.installation import settings_path
from dsar.cli.migrate import bring_up_to_date
from dsar.config import Config
from dsar.services.staff import accounts
from dsar.timesource import utcnow

LOG: Final = "dsar.log"
START_SECONDS: Final = 30
STOP_SECONDS: Final = 20
POLL_SECONDS: Final = 0.1


@click.command("run")
@with_folder
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Another port than the settings say."
)
def run(folder: Path, port: int | None) -> None:
    """Start web and scheduler; make or repair what they need. Ctrl-C stops both."""
    os.umask(0o077)
    preparation.prepare_folder(folder)
    preparation.write_settings(folder / settings_path().name)
    config = preparation.on_port(load_settings(folder), port)
    preparation.check_port(config)
    preparation.make_key(config)
    link = _first_link(config)
    with (folder / LOG).open("ab") as log:
        (folder / LOG).chmod(0o600)
        family = Family(folder, preparation.environment(config), log)
        try:
            family.start()
            family.wait_until_up(config)
            _greet(config, folder, link)
            family.wait()
        except KeyboardInterrupt:
            click.echo("\n  Stopping")
        finally:
            family.stop()


def _first_link(config: Config) -> str | None:
    """Bring the database up to date; return the setup link while there is no account."""
    with open_app(config).app_context():
        bring_up_to_date()
        if accounts.has_staff():
            return None
        token = accounts.make_setup_link(utcnow())
    return f"{config.server.base_url}/staff/setup/{token}"


def _greet(config: Config, folder: Path, link: str | None) -> None:
    click.echo(f"\n  The tracker runs at {config.server.base_url}")
    if link:
        click.echo(f"  Make the first account here (works once, for 72 hours):\n  {link}")
    else:
        click.echo(f"  Staff sign in at {config.server.base_url}/staff/sign-in")
    if not config.mail.host:
        click.echo(f"  No mail server is set: mail is kept in {config.place(config.mail.kept)}")
    click.echo(f"  Settings, keys and data are in {folder.resolve()}, the log is {LOG} there")
    click.echo("  Ctrl-C stops it\n")


class Family:
    """The web server and the scheduler, children of this process."""

    def __init__(self, folder: Path, environment: Mapping[str, str], log: IO[bytes]) -> None:
        """Keep what the children need."""
        self._folder, self._environment, self._log = folder, environment, log
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start both; a signal to this process ends them in order.

        Also Ctrl-C is asked for: a shell that starts us in the background lets us ignore it.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        program = (sys.executable, "-m", "dsar.cli")
        for name in ("serve", "scheduler"):
            self._children[name] = subprocess.Popen(  # noqa: S603  # our own program
                [*program, name, "--folder", str(self._folder), "--with-parent"],
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                start_new_session=True,
            )

    def wait_until_up(self, config: Config) -> None:
        """Return when pages are served, or stop with a sentence."""
        until = time.monotonic() + START_SECONDS
        while not _is_up(config):
            self._check_alive()
            if time.monotonic() > until:
                raise click.ClickException(f"The pages do not answer; see {self._log.name}")
            time.sleep(POLL_SECONDS)

    def wait(self) -> None:
        """Stop with a sentence when a child has ended by itself; Ctrl-C ends the waiting."""
        while True:
            self._check_alive()
            time.sleep(POLL_SECONDS * 5)

    def stop(self) -> None:
        """End both, gently at first."""
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _check_alive(self) -> None:
        for name, child in self._children.items():
            if child.poll() is not None:
                raise click.ClickException(
                    f"The part `{name}` has stopped (code {child.returncode}), so everything "
                    f"stops; see {self._log.name}"
                )


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _is_up(config: Config) -> bool:
    host = "127.0.0.1" if config.server.host in {"0.0.0.0", "::"} else config.server.host  # noqa: S104  # read, not bound
    ask = HTTPConnection(host, config.server.port, timeout=2)
    try:
        ask.request("GET", "/healthz")
        return ask.getresponse().status < 500  # noqa: PLR2004  # any answer but a broken one
    except (OSError, HTTPException):
        return False
    finally:
        ask.close()
