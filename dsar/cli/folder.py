"""The folder of an installation: where its settings, keys and data lie."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from flask import Flask

from dsar.app import create_app
from dsar.cli.installation import settings_path
from dsar.config import Config, ConfigError
from dsar.domain.errors import DomainError
from dsar.logs import log_to_stderr
from dsar.services.setup.plain_words import rule_words

Command = TypeVar("Command", bound=Callable[..., object])


def with_folder(command: Command) -> Command:
    """Give a command the option --folder; without it the usual settings file counts."""
    return click.option(
        "--folder",
        type=click.Path(file_okay=False, path_type=Path),
        callback=lambda _context, _option, given: given or settings_path().parent,
        help="Where settings, keys and data lie.  [default: instance]",
    )(command)


def load_settings(folder: Path) -> Config:
    """Return the settings of a folder, or stop with every wrong key named."""
    try:
        return Config.load(folder / settings_path().name)
    except ConfigError as error:
        raise click.ClickException(str(error)) from None


def open_app(config: Config, faces: tuple[str, ...] | None = None) -> Flask:
    """Return the application of these settings, or stop with what is wrong with its key."""
    try:
        return create_app(config, faces)
    except DomainError as error:
        raise click.ClickException(rule_words(error)) from None


def installed_app(folder: Path) -> Flask:
    """Return the application of a folder, logging as JSON lines."""
    log_to_stderr()
    return open_app(load_settings(folder))
