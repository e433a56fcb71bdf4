"""Fixtures that every test may ask for."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import time_machine
from flask import g
from hypothesis import settings

from dsar.app import create_app
from dsar.config import Config
from dsar.models import db
from dsar.vault import create_master_key, current_vault
from tests import factories, routes
from tests.databases import (
    database_urls,
    empty_urls,
    postgresql_server,
    postgresql_urls,
    postgresql_worker,
    shared_folder,
    sqlite_template,
    sqlite_urls,
)

__all__ = [
    "app",
    "config",
    "database_urls",
    "empty_urls",
    "make",
    "now",
    "postgresql_server",
    "postgresql_urls",
    "postgresql_worker",
    "shared_folder",
    "sqlite_template",
    "sqlite_urls",
]

routes.remember()
settings.register_profile("house", deadline=None)  # the workers share two cores
settings.load_profile("house")


@pytest.fixture
def now():
    """The clock stands still: Friday 20 November 2026, 10.00 in Oslo."""
    moment = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        yield moment


@pytest.fixture
def config(database_urls, tmp_path):
    """Settings of an installation of this test's own, on both databases in turn."""
    create_master_key(tmp_path / "master.key")
    urls = {"url": database_urls.main, "keys_url": database_urls.keys}
    return Config.build(
        tmp_path, {"database": urls, "server": {"base_url": "http://localhost"}}
    )


@pytest.fixture
def app(config):
    """The whole program, both faces, inside an application context."""
    app = create_app(config)
    app.config["TESTING"] = True
    app.teardown_request(lambda _: vars(g).clear())  # requests of one test share this context
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
        current_vault().ring.store.dispose()


@pytest.fixture
def make(app, now):
    """Makers of what a test needs: make.organisation(), make.staff(), make.case()."""
    names = [name for name in dir(factories) if name.startswith("make_")]
    return SimpleNamespace(
        **{name.removeprefix("make_"): getattr(factories, name) for name in names}
    )
