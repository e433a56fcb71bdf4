"""Do the periodic work. Any number of schedulers may run: a lease says which one leads."""

import os
import signal
from pathlib import Path
from threading import Event

import click

from dsar.cli.folder import load_settings, open_app, with_folder
from dsar.cli.parent import end_with_parent, with_parent
from dsar.jobs.lease import Leadership
from dsar.jobs.schedule import beat
from dsar.logs import log_to_stderr


@click.command("scheduler")
@with_folder
@with_parent
def scheduler(folder: Path, with_parent: bool) -> None:
    """Do the periodic work until told to stop."""
    os.umask(0o077)
    if with_parent:
        end_with_parent()
    log_to_stderr()
    config = load_settings(folder)
    app = open_app(config)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    beat(app, Leadership(config.scheduler.lease_seconds), stop)
