"""The installation that a command works on: its settings file, its database."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy.exc import SQLAlchemyError

from dsar.app import create_app
from dsar.config import Config, ConfigError
from dsar.domain.errors import DomainError
from dsar.services.setup.installation import close_key_store
from dsar.services.setup.plain_words import rule_words

#: Where the settings lie unless the command line or the environment says otherwise.
SETTINGS: Final = Path("instance/config.toml")


def settings_path() -> Path:
    """Return the settings file: of the command line, the environment, or the usual place."""
    given = click.get_current_context().find_root().obj
    return given if isinstance(given, Path) else Path(os.environ.get("DSAR_CONFIG", SETTINGS))


def with_installation(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the installation; a broken rule is one clear line, exit 1."""

    @click.option(
        "--folder",
        type=click.Path(file_okay=False, path_type=Path),
        help="Where settings, keys and data lie.  [default: instance]",
    )
    @wraps(command)
    def inside(*args: Any, folder: Path | None = None, **kwargs: Any) -> Any:
        path = folder / settings_path().name if folder else settings_path()
        try:
            with _opened(path):
                return command(*args, **kwargs)
        except ConfigError as error:
            raise click.ClickException(str(error)) from None
        except DomainError as error:
            raise click.ClickException(rule_words(error)) from None
        except SQLAlchemyError as error:
            kind = type(error.__cause__ or error).__name__
            raise click.ClickException(
                f"The database cannot be used ({kind}): try dsar migrate, or dsar doctor"
            ) from None

    return inside


@contextmanager
def _opened(path: Path) -> Iterator[None]:
    """Open the installation of a settings file, and let go of its databases after."""
    app = create_app(Config.load(path))
    with app.app_context():
        engines = list(app.extensions["sqlalchemy"].engines.values())
    try:
        with app.app_context():
            yield
    finally:
        for engine in engines:
            engine.dispose()
        with app.app_context():
            close_key_store()
