"""The periodic work by hand."""

from pathlib import Path

import click

from dsar.cli.folder import installed_app, with_folder
from dsar.jobs.schedule import JOBS, run_job


@click.group("jobs")
def jobs() -> None:
    """List the periodic work, or do a piece of it now."""


@jobs.command("list")
def list_jobs() -> None:
    """Name every job with its rhythm: minutes and seconds of each hour."""
    for name, (_, second, minute) in JOBS.items():
        click.echo(f"{name:20} minutes {minute:7} seconds {second}")


@jobs.command("run")
@click.argument("name", type=click.Choice(list(JOBS)))
@with_folder
def run_one(name: str, folder: Path) -> None:
    """Do one job now. It is no sign of life of the scheduler. Exits 1 when a piece failed."""
    with installed_app(folder).app_context():
        failures = run_job(name)
    click.echo(f"{name}: done, {failures} failed")
    raise SystemExit(1 if failures else 0)
