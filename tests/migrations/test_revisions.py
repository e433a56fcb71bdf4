"""Every revision goes up and down with rows in the tables, on both databases."""

import ast
import subprocess
import sys

import pytest
import sqlalchemy as sa

from dsar.models import db
from tests.architecture.source import ROOT
from tests.migrations.plain_rows import (
    fill,
    go_to,
    opened,
    rows,
    shape,
    tables,
    triggers,
)

#: Each step up and down with rows in every table: for the whole run.
pytestmark = pytest.mark.slow

SCRIPTS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
REVISIONS = [path.name.partition("_")[0] for path in SCRIPTS]
NEWEST = REVISIONS[-1]
#: What the database itself keeps from being changed.
APPEND_ONLY = ("case_events",)
#: A process that brings a database up to date.
START = """
import sys
from dsar.models import schema
from tests.migrations.plain_rows import opened
with opened(sys.argv[1]) as engine:
    schema.upgrade(engine)
    have, known = schema.revisions(engine)
    assert have == known[0]
"""


def before(revision):
    """The revision before one, or base."""
    return ["base", *REVISIONS][REVISIONS.index(revision)]


def named(path, name):
    """The value of a top-level assignment of a script."""
    body = ast.parse(path.read_text("utf-8")).body
    found = [
        node.value
        for node in body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    ]
    return ast.literal_eval(found[0])


def kept(old, new):
    """Rows of tables and columns that both have, twice."""
    pairs = []
    for name in old.keys() & new.keys():
        for one, other in zip(old[name], new[name], strict=True):
            both = one.keys() & other.keys()
            pairs.append(({k: one[k] for k in both}, {k: other[k] for k in both}))
    return pairs


@pytest.fixture
def engine(empty_urls):
    """An empty database of this test's own, on SQLite and PostgreSQL."""
    with opened(empty_urls.main) as engine:
        yield engine


class TestTheScripts:
    def test_are_numbered_without_a_gap(self):
        assert [f"{n:04}" for n in range(1, len(REVISIONS) + 1)] == REVISIONS

    @pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
    def test_follow_each_other_in_the_order_of_their_names(self, path):
        revision = named(path, "revision")
        assert path.name.startswith(f"{revision}_")
        assert (named(path, "down_revision") or "base") == before(revision)

    @pytest.mark.parametrize(
        "path", [*SCRIPTS, ROOT / "migrations" / "columns.py"], ids=lambda path: path.stem
    )
    def test_import_no_model(self, path):
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        plain = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
        modules = plain | {n.module for n in nodes if isinstance(n, ast.ImportFrom)}
        assert {name.partition(".")[0] for name in modules} <= {
            "typing",
            "sqlalchemy",
            "alembic",
            "columns",
        }


class TestARevision:
    @pytest.mark.parametrize("revision", REVISIONS)
    def test_goes_up_and_down_and_up_again_and_keeps_every_row(self, engine, revision):
        go_to(engine, before(revision))
        fill(engine)
        old_shape, old_rows, old_triggers = shape(engine), rows(engine), triggers(engine)

        go_to(engine, revision)
        new_shape, new_triggers = shape(engine), triggers(engine)
        assert all(one == other for one, other in kept(old_rows, rows(engine)))
        fill(engine)

        go_to(engine, before(revision))
        assert (shape(engine), triggers(engine)) == (old_shape, old_triggers)
        assert rows(engine) == old_rows

        go_to(engine, revision)
        assert (shape(engine), triggers(engine)) == (new_shape, new_triggers)

    def test_leaves_nothing_behind_when_all_have_gone_down_with_rows(self, engine):
        go_to(engine, NEWEST)
        fill(engine)
        assert all(len(found) == 2 for found in rows(engine).values())
        for revision in reversed(REVISIONS):
            go_to(engine, before(revision))
        assert tables(engine) == {}
        assert triggers(engine) == set()

    @pytest.mark.slow
    def test_is_made_once_when_four_processes_start_at_once(self, empty_urls):
        command = [sys.executable, "-c", START, empty_urls.main]
        started = [subprocess.Popen(command, cwd=ROOT) for _ in range(4)]
        assert [process.wait(60) for process in started] == [0] * 4


class TestTheNewestSchema:
    def test_is_the_one_that_the_models_describe(self, engine):
        go_to(engine, NEWEST)
        migrated = shape(engine)
        go_to(engine, "base")
        db.metadata.create_all(engine)
        described = shape(engine)
        assert migrated.keys() == described.keys()
        for name, table in described.items():
            assert migrated[name] == table, name

    def test_is_strict_everywhere(self, engine):
        go_to(engine, NEWEST)
        assert [name for name, table in shape(engine).items() if not table["strict"]] == []

    def test_refuses_a_value_of_the_wrong_type(self, engine):
        go_to(engine, NEWEST)
        wrong = sa.text("INSERT INTO case_counters VALUES ('a', 'many', 1)")
        with pytest.raises(sa.exc.DBAPIError), engine.begin() as connection:
            connection.execute(wrong)

    def test_refuses_a_row_whose_owner_is_not_there(self, engine):
        go_to(engine, NEWEST)
        orphan = sa.text("INSERT INTO case_counters VALUES ('nobody', 2026, 1)")
        with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
            connection.execute(orphan)


@pytest.mark.parametrize("table", APPEND_ONLY)
class TestAnAppendOnlyTable:
    @pytest.fixture
    def filled(self, engine):
        """A database with rows, whose newest half went down and came up again."""
        go_to(engine, NEWEST)
        go_to(engine, "0002")
        go_to(engine, NEWEST)
        fill(engine)
        return engine

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE {} SET id = 'z'",
            "UPDATE {} SET id = id WHERE id = 'a'",
            "DELETE FROM {}",
            "DELETE FROM {} WHERE id = 'a'",
        ],
    )
    def test_refuses_to_change_or_lose_a_row(self, filled, table, change):
        old = rows(filled)[table]
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), filled.begin() as c:
            c.execute(sa.text(change.format(table)))
        assert rows(filled)[table] == old

    def test_refuses_to_be_emptied_or_overwritten(self, filled, table):
        old = rows(filled)[table]
        change = {
            "sqlite": "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
            "postgresql": "TRUNCATE {0}",
        }[filled.dialect.name]
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), filled.begin() as c:
            c.execute(sa.text(change.format(table)))
        assert rows(filled)[table] == old

    def test_takes_a_row_more(self, filled, table):
        names = list(tables(filled)[table].columns.keys())
        fresh = ", ".join("'c'" if name == "id" else f'"{name}"' for name in names)
        fresh = fresh.replace('"seq"', "3")
        listed = ", ".join(f'"{name}"' for name in names)
        with filled.begin() as connection:
            connection.execute(
                sa.text(
                    f"INSERT INTO {table} ({listed}) SELECT {fresh} FROM {table} WHERE id = 'a'"
                )
            )
        assert len(rows(filled)[table]) == 3
