"""Fixtures that every test may ask for."""

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
    "database_urls",
    "empty_urls",
    "postgresql_server",
    "postgresql_urls",
    "postgresql_worker",
    "shared_folder",
    "sqlite_template",
    "sqlite_urls",
]
