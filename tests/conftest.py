"""Fixtures that every test may ask for."""

from tests.databases import (
    database_urls,
    empty_urls,
    postgresql_server,
    postgresql_template,
    postgresql_urls,
    shared_folder,
    sqlite_template,
    sqlite_urls,
)

__all__ = [
    "database_urls",
    "empty_urls",
    "postgresql_server",
    "postgresql_template",
    "postgresql_urls",
    "shared_folder",
    "sqlite_template",
    "sqlite_urls",
]
