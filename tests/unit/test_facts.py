"""Whoever asks for words gives every fact that the words have a place for."""

import ast
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from dsar import i18n
from dsar.i18n import LANGUAGES, catalogue

ROOT = Path(i18n.__file__).parents[1]
PYTHON = sorted(ROOT.glob("dsar/**/*.py"))
TEMPLATES = sorted(
    p for p in ROOT.glob("templates/**/*") if p.suffix in {".html", ".txt", ".xml"}
)


def places(message_id):
    """Every placeholder of the words in any language, and n where they count."""
    found = set()
    for language in LANGUAGES:
        forms = catalogue(language).get(message_id, ())
        found |= {name for form in forms for name in i18n._PLACEHOLDER.findall(form)}
        found |= {"n"} if len(forms) > 1 else set()
    return found


def asked_in_python(tree):
    """Yield the ids and fact names of t("…", …) and translate(language, "…", …)."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        skip = {"t": 0, "translate": 1}.get(getattr(call.func, "id", ""))
        if skip is None or len(call.args) <= skip or not open_to_reading(call.args[skip]):
            continue
        if all(keyword.arg for keyword in call.keywords):
            yield call.args[skip].value, {keyword.arg for keyword in call.keywords}


def asked_in_template(tree):
    """Yield the ids and fact names of t("…", …) in a template."""
    for call in tree.find_all(nodes.Call):
        plain = isinstance(call.node, nodes.Name) and call.node.name == "t" and call.args
        if plain and isinstance(call.args[0], nodes.Const) and call.dyn_kwargs is None:
            yield call.args[0].value, {keyword.key for keyword in call.kwargs}


def open_to_reading(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def broken_rules(trees):
    """The message id of every error class that takes its facts as they come."""
    for node in (n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ClassDef)):
        if any(
            isinstance(part, ast.FunctionDef) and part.name == "__init__" for part in node.body
        ):
            continue
        for part in node.body:
            target = getattr(part, "target", None) or next(
                iter(getattr(part, "targets", ())), None
            )
            if getattr(target, "id", "") == "message_id" and open_to_reading(part.value):
                yield node.name, part.value.value


def raised(tree):
    """Yield the class name and the fact names of every raise that can be read."""
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.Raise)):
        call = node.exc
        if isinstance(call, ast.Name):
            yield call.id, set()
        if isinstance(call, ast.Call) and all(keyword.arg for keyword in call.keywords):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            yield name, {keyword.arg for keyword in call.keywords}


@pytest.mark.parametrize("path", PYTHON, ids=lambda p: str(p.relative_to(ROOT)))
def test_python_gives_every_fact(path):
    tree = ast.parse(path.read_text("utf-8"))
    missing = {key: places(key) - given for key, given in asked_in_python(tree)}
    assert {key: names for key, names in missing.items() if names} == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_template_gives_every_fact(path):
    tree = Environment(extensions=["jinja2.ext.do"], autoescape=True).parse(
        path.read_text("utf-8")
    )
    missing = {key: places(key) - given for key, given in asked_in_template(tree)}
    assert {key: names for key, names in missing.items() if names} == {}


def test_a_broken_rule_is_raised_with_every_fact():
    trees = {path: ast.parse(path.read_text("utf-8")) for path in PYTHON}
    rules = dict(broken_rules(trees.values()))
    missing = {
        f"{path.relative_to(ROOT)}: {name}": places(rules[name]) - given
        for path, tree in trees.items()
        for name, given in raised(tree)
        if name in rules
    }
    assert {where: names for where, names in missing.items() if names} == {}
