"""What a start needs on disk: made where it is missing, repaired where it is half made."""

import os
import shutil
import socket
import tempfile
from pathlib import Path

import click

from dsar.config import Config
from dsar.resources import res
from dsar.services.setup import installation

EXAMPLE = "config.example.toml"


def prepare_folder(folder: Path) -> None:
    """Make the folder, or stop where it cannot be written to."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            return
    except OSError as error:
        raise click.ClickException(
            f"{folder}: this folder cannot be written to ({error.strerror}). Choose another "
            "with --folder, or give yourself the right to write there"
        ) from None


def write_settings(path: Path) -> None:
    """Copy the example, whole or not at all; settings that are there stay as they are."""
    if path.exists() and path.stat().st_size > 0:
        return
    draft = path.with_name(f".{path.name}.draft")
    shutil.copyfile(res(EXAMPLE), draft)
    draft.chmod(0o600)
    draft.replace(path)


def on_port(config: Config, port: int | None) -> Config:
    """Return the settings for another port; the address of this machine follows it."""
    if port is None:
        return config
    server = config.server
    own = f"http://127.0.0.1:{server.port}"
    base_url = f"http://127.0.0.1:{port}" if server.base_url == own else server.base_url
    changed = server.model_copy(update={"port": port, "base_url": base_url})
    return config.model_copy(update={"server": changed})


def make_key(config: Config) -> None:
    """Make the master key of a new installation."""
    url = config.address(config.database.keys_url)
    name = url.removeprefix("sqlite:///")
    store = Path(name) if name != url else None
    installation.make_master_key(config.place(config.vault.master_key), store)


def check_port(config: Config) -> None:
    """Stop where another program listens on the port."""
    server = config.server
    try:
        family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((server.host, server.port))
    except PermissionError:
        raise click.ClickException(
            f"Port {server.port} may only be used by root. Choose one above 1023: "
            f"dsar run --port {server.port + 8000}"
        ) from None
    except OSError as error:
        raise click.ClickException(
            f"Port {server.port} on {server.host} is in use ({error.strerror}). Stop the other "
            f"program, or choose another port: dsar run --port {server.port + 1}"
        ) from None


def environment(config: Config) -> dict[str, str]:
    """Return the environment of the processes that a start makes."""
    return {
        **os.environ,
        "DSAR_SERVER__PORT": str(config.server.port),
        "DSAR_SERVER__BASE_URL": config.server.base_url,
    }
