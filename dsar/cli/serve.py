"""Serve the pages: gunicorn with threads, without its control socket and its access log."""

import logging
import os
from pathlib import Path
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from dsar.cli.folder import load_settings, open_app, with_folder
from dsar.cli.parent import end_with_parent, with_parent
from dsar.config import Config
from dsar.logs import log_to_stderr


@click.command("serve")
@with_folder
@click.option(
    "--faces",
    type=click.Choice(["public", "staff"]),
    multiple=True,
    help="Serve only this face; may be given twice. Else as the settings say.",
)
@with_parent
def serve(folder: Path, faces: tuple[str, ...], with_parent: bool) -> None:
    """Serve the pages. Touches no database before the first request."""
    os.umask(0o077)
    if with_parent:
        end_with_parent()
    log_to_stderr()
    config = load_settings(folder)
    WebServer(open_app(config, faces or None), config).run()


class WebServer(BaseApplication):
    """gunicorn around an application that was made before it forks."""

    def __init__(self, app: Flask, config: Config) -> None:
        """Keep the application: a worker that is born later cannot fail at making it."""
        self._app, self._config = app, config
        super().__init__()

    def load_config(self) -> None:
        """Set what gunicorn must know."""
        for name, value in options(self._config).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application."""
        return self._app


class JsonLog(Logger):
    """Sends gunicorn's own words through the program's log, where secrets are masked."""

    def setup(self, cfg: Any) -> None:
        """Attach no handler: the root has the one there is."""
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.setLevel(logging.INFO)
        self.access_log.disabled = True


def options(config: Config) -> dict[str, Any]:
    """Return gunicorn's settings."""
    server = config.server
    return {
        "bind": f"{server.host}:{server.port}",
        "worker_class": "gthread",
        "workers": server.workers,
        "threads": server.threads,
        "preload_app": True,
        "control_socket_disable": True,
        "limit_request_line": 8190,
        "limit_request_field_size": 16_380,
        "accesslog": None,
        "logger_class": JsonLog,
        "proc_name": "dsar",
        "timeout": 60,
        "graceful_timeout": 20,
        "forwarded_allow_ips": "",
        "worker_tmp_dir": None,
    }
