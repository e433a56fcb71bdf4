"""The house rules that a machine can check: who imports whom, who commits, how long."""

import ast
import re
import sys

import pytest

from tests.architecture.source import (
    FILES,
    FUNCTIONS,
    ROOT,
    calls,
    functions,
    imports,
    name,
    part,
    tree,
)

#: package -> what it may import from dsar (itself is implied); app may import everything
MAY_IMPORT = {
    "resources": set(),
    "logs": set(),
    "timesource": set(),
    "domain": set(),
    "config": {"domain", "resources"},
    "i18n": {"domain", "resources"},
    "profiles": {"domain", "resources"},
    "vault": {"domain", "config"},
    "models": {"domain", "vault", "resources"},
    "connectors": {"domain", "config"},
    "channels": {"domain", "config"},
    "queries": {"domain", "models"},
    "access": {"domain", "models"},
    "services": {
        "domain",
        "profiles",
        "models",
        "vault",
        "connectors",
        "channels",
        "i18n",
        "resources",
    },
    "jobs": {"domain", "profiles", "config", "queries", "services", "timesource"},
    "cli": {
        "domain",
        "profiles",
        "config",
        "queries",
        "services",
        "timesource",
        "jobs",
        "app",
        "logs",
        "resources",
        "i18n",
    },
    "web": {"domain", "queries", "services", "access", "i18n", "timesource"},
    "app": None,
}
#: library -> the only parts of dsar that may import it
AT_HOME = {
    "flask_login": {"web", "app"},
    "flask_wtf": {"web", "app"},
    "wtforms": {"web"},
    "apscheduler": {"jobs", "cli"},
    "smtplib": {"channels"},
    "flask_sqlalchemy": {"models", "services", "app"},
    "flask": {"web", "app", "access", "i18n", "cli", "jobs", "services", "vault"},
    "sqlalchemy": {"models", "vault", "queries", "access", "services", "app", "cli"},
}
#: what a request or a browser is: nothing that a service may know
OF_THE_WEB = {"request", "session", "flash", "redirect", "url_for", "abort", "make_response"}
#: where a moment may be asked for: everywhere else it is an argument
EDGES = {"web", "jobs", "cli", "app", "timesource"}
CLOCKS = {"datetime.now", "datetime.utcnow", "date.today", "time.time", "datetime.today"}
WRITES = {"add", "add_all", "delete", "merge", "flush", "commit", "bulk_insert_mappings"}
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Match)

each_file = pytest.mark.parametrize("path", FILES, ids=name)


@each_file
class TestAFile:
    def test_imports_inwards_only(self, path):
        here = part(path)
        if path == ROOT / "dsar" / "__init__.py":
            assert not [each for each in imports(path) if each.startswith("dsar.")]
            return
        assert here in MAY_IMPORT, f"{here} has no line in the import table of this test"
        allowed = MAY_IMPORT[here]
        inside = {each.split(".")[1] for each in imports(path) if each.startswith("dsar.")}
        if allowed is not None:
            assert inside - {here, "__version__"} <= allowed

    def test_leaves_a_library_where_it_is_at_home(self, path):
        names = {
            each for each in imports(path) if not re.match(r"sqlalchemy(\.orm)?\.exc\.", each)
        }
        libraries = {each.split(".")[0] for each in names} & AT_HOME.keys()
        assert [each for each in libraries if part(path) not in AT_HOME[each]] == []
        if part(path) in {"services", "vault", "models", "queries"}:
            assert names.isdisjoint(f"flask.{each}" for each in OF_THE_WEB)

    def test_is_at_most_300_lines_long(self, path):
        assert len(path.read_text("utf-8").splitlines()) <= 300

    def test_has_functions_of_at_most_40_lines(self, path):
        long = [f.name for f in functions(path) if f.end_lineno - f.lineno + 1 > 40]
        assert long == []

    def test_nests_at_most_two_levels_deep(self, path):
        assert [f.name for f in functions(path) if depth(f.body) > 2] == []

    def test_asks_for_the_time_at_edges_only(self, path):
        asked = {call for call in calls(tree(path)) if call.endswith(tuple(CLOCKS))}
        if part(path) != "timesource":
            assert asked == set()
        if part(path) not in EDGES:
            assert "dsar.timesource.utcnow" not in imports(path)

    def test_uses_the_words_of_the_glossary(self, path):
        wrong = ("Manager", "Helper", "Util", "Utils", "Info")
        nodes = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
        assert [node.name for node in nodes if node.name.endswith(wrong)] == []
        verbs = ("process_", "handle_", "do_")  # methods may have to be called so by a library
        own = [node.name for node in tree(path).body if isinstance(node, FUNCTIONS)]
        assert [each for each in own if each.startswith(verbs)] == []
        assert path.stem not in {"utils", "util", "helpers", "misc", "common"}

    def test_catches_nothing_that_it_cannot_finish(self, path):
        # A job logs it and goes on to the next piece; the error page is the end of every road.
        if part(path) != "jobs" and name(path) != "dsar/web/errors.py":
            caught = [n for n in ast.walk(tree(path)) if isinstance(n, ast.ExceptHandler)]
            assert [n.lineno for n in caught if swallows(n)] == []


class TestTheDomain:
    @pytest.mark.parametrize("path", [p for p in FILES if part(p) == "domain"], ids=name)
    def test_needs_the_standard_library_only(self, path):
        outside = {each.split(".")[0] for each in imports(path)} - {"dsar"}
        assert outside <= set(sys.stdlib_module_names)


class TestTheDatabase:
    def test_is_committed_in_one_place(self):
        guilty = [name(p) for p in FILES if any(c.endswith(".commit") for c in calls(tree(p)))]
        assert guilty == ["dsar/services/transaction.py"]

    @pytest.mark.parametrize(
        "path", [p for p in FILES if part(p) in {"queries", "access"}], ids=name
    )
    def test_is_only_read_by_queries_and_doors(self, path):
        writes = {f"session.{verb}" for verb in WRITES}
        assert [call for call in calls(tree(path)) if call.endswith(tuple(writes))] == []
        assert imports(path).isdisjoint(
            f"sqlalchemy.{verb}" for verb in ("insert", "update", "delete")
        )


class TestTheStateOfARight:
    def test_is_changed_through_next_state_only(self):
        guilty = [
            f"{name(path)}:{node.lineno}"
            for path in FILES
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Assign) and sets_state_of_a_right(node)
            if "next_state" not in ast.unparse(node.value)
        ]
        assert guilty == []


def depth(body, level=0):
    """How many blocks lie within each other; `elif`, `with` and `try` go no deeper."""
    deepest = level
    for node in body:
        inner = level + isinstance(node, BLOCKS)
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            below = getattr(node, field, None) or []
            is_elif = field == "orelse" and len(below) == 1 and isinstance(below[0], ast.If)
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) and isinstance(
                below, list
            ):
                deepest = max(deepest, depth(below, level if is_elif else inner))
    return deepest


def swallows(handler):
    """Whether a handler takes every error and does not raise again."""
    caught = ast.unparse(handler.type) if handler.type else "BaseException"
    raises = any(isinstance(node, ast.Raise) for node in ast.walk(handler))
    return caught in {"Exception", "BaseException"} and not raises


def sets_state_of_a_right(node):
    """Whether an assignment writes `right.state` or `case.state`."""
    owners = {"right", "case", "requested", "requested_right"}
    return any(
        isinstance(target, ast.Attribute)
        and target.attr == "state"
        and ast.unparse(target.value).split(".")[-1] in owners
        for target in node.targets
    )
