"""Rows and descriptions of a database through plain SQL: no model has a say here."""

from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dsar.models import engine as connections
from dsar.models import schema

#: Two rows a table. Every text is the row's letter, so that every reference finds its row.
LETTERS = ("a", "b")
VERSIONS = "alembic_version"


@contextmanager
def opened(url):
    """An engine as the program itself opens it."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, **settings(url))
    connections.prepare(engine)
    yield engine
    engine.dispose()


def settings(url):
    return {k: v for k, v in connections.options(url).items() if k != "pool_pre_ping"}


def tables(engine):
    """The tables as the database has them, without Alembic's own."""
    found = sa.MetaData()
    found.reflect(engine)
    return {name: table for name, table in found.tables.items() if name != VERSIONS}


def fill(engine):
    """Write two rows into every table that is still empty."""
    with engine.begin() as connection:
        for table in tables(engine).values():
            if connection.scalar(sa.select(sa.func.count()).select_from(table)):
                continue
            for number, letter in enumerate(LETTERS, 1):
                connection.execute(sa.text(statement(table)), values(table, number, letter))


def statement(table):
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    places = ", ".join(
        f"CAST(:{column.name} AS JSONB)"
        if isinstance(column.type, JSONB)
        else f":{column.name}"
        for column in table.columns
    )
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({places})'


def values(table, number, letter):
    return {column.name: value(column.type, number, letter) for column in table.columns}


def value(kind, number, letter):
    """A value of a column's type; a new type must be named here."""
    made = {
        JSONB: f'{{"letter": "{letter}"}}',
        sa.Text: letter,
        sa.Boolean: number % 2 == 1,
        sa.Integer: number,
        sa.LargeBinary: letter.encode(),
        sa.DateTime: f"2026-11-2{number}T09:00:00+00:00",
        sa.Date: f"2026-11-2{number}",
    }
    return next(each for known, each in made.items() if isinstance(kind, known))


def rows(engine):
    """Every row of every table, in order."""
    with engine.connect() as connection:
        return {
            name: sorted(
                (plain(row) for row in connection.execute(sa.select(table)).mappings()),
                key=repr,
            )
            for name, table in tables(engine).items()
        }


def plain(row):
    return {
        name: bytes(value) if isinstance(value, memoryview) else value
        for name, value in row.items()
    }


def shape(engine):
    """All that the database knows about its tables, in an order that says nothing."""
    look = sa.inspect(engine)
    return {
        name: {
            "columns": {each["name"]: column(each) for each in look.get_columns(name)},
            "key": look.get_pk_constraint(name),
            "references": by_name(look.get_foreign_keys(name)),
            "unique": by_name(look.get_unique_constraints(name)),
            "indexes": by_name(look.get_indexes(name)),
            "checks": by_name(look.get_check_constraints(name)),
            "strict": is_strict(engine, name),
        }
        for name in sorted(look.get_table_names())
        if name != VERSIONS
    }


def column(each):
    return repr(each["type"]), each["nullable"], each["default"]


def by_name(parts):
    return {part["name"]: part for part in parts}


def is_strict(engine, name):
    """Whether SQLite refuses a wrong type in this table; PostgreSQL always does."""
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        listed = connection.execute(sa.text(f'PRAGMA table_list("{name}")')).mappings()
        return bool(listed.one()["strict"])


def triggers(engine):
    """The names of all triggers with their tables."""
    ask = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger "
        "WHERE NOT tgisinternal",
    }[engine.dialect.name]
    with engine.connect() as connection:
        return {tuple(row) for row in connection.execute(sa.text(ask))}


def go_to(engine, revision):
    """Upgrade or downgrade to a revision, as the program does."""
    have, _ = schema.revisions(engine)
    if revision == "base" or (have is not None and revision < have):
        schema.downgrade(engine, revision)
    else:
        schema.upgrade(engine, revision)
