"""The databases that tests run on are real, migrated, and nobody else's."""

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool


def tables(url):
    return inspect(create_engine(url, poolclass=NullPool)).get_table_names()


class TestDatabaseUrls:
    @pytest.mark.parametrize("turn", [1, 2])
    def test_gives_each_test_a_migrated_database_of_its_own(self, database_urls, turn):
        assert "cases" in tables(database_urls.main)
        assert "leftover" not in tables(database_urls.main)
        with create_engine(database_urls.main, poolclass=NullPool).begin() as connection:
            connection.execute(text("CREATE TABLE leftover (n integer)"))

    def test_gives_a_second_database_for_the_keys(self, database_urls):
        assert tables(database_urls.keys) == []


class TestEmptyUrls:
    def test_gives_databases_without_tables(self, empty_urls):
        assert tables(empty_urls.main) == []


class TestPostgresqlUrls:
    @pytest.mark.parametrize("turn", [1, 2])
    def test_removes_the_rows_of_the_test_before(self, postgresql_urls, turn):
        with create_engine(postgresql_urls.main, poolclass=NullPool).begin() as connection:
            count = connection.execute(text("SELECT count(*) FROM case_counters")).scalar()
            assert count == 0
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(
                text("INSERT INTO case_counters VALUES ('organisation', 2026, 1)")
            )
