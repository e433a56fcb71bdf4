"""docs/security.md is true: every threat has a row, and every test that it names exists."""

import ast
import re

import pytest

from tests.architecture.source import ROOT, tree

PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROWS = {
    cells[1].strip(): cells
    for cells in (line.split("|") for line in PAGE.splitlines())
    if len(cells) > 5 and re.fullmatch(r"T\d+", cells[1].strip())
}
NAMED = sorted(set(re.findall(r"`([\w/]+\.py(?:::\w+)+)`", PAGE)))


def has_test(name):
    """Whether a test of this file, class and name exists."""
    path, *steps = name.split("::")
    file = ROOT / "tests" / path
    body = tree(file).body if file.exists() else []
    for step in steps:
        found = [n for n in body if getattr(n, "name", None) == step]
        if not found:
            return False
        body = found[0].body
    return isinstance(found[0], ast.FunctionDef) and steps[-1].startswith("test_")


class TestTheSecurityPage:
    def test_has_a_row_for_each_threat(self):
        assert list(ROWS) == [f"T{number}" for number in range(1, 45)]

    @pytest.mark.parametrize("name", NAMED)
    def test_names_a_test_that_exists(self, name):
        assert has_test(name)

    def test_says_for_each_threat_what_defends_and_what_proves_it_or_lacks(self):
        for key, cells in ROWS.items():
            here, proof, lacking = (cell.strip() for cell in cells[3:6])
            assert here, key
            assert "`" in proof or lacking or "there " in here, key

    def test_marks_nothing_as_a_test_that_it_does_not_check(self):
        assert len(NAMED) == len(set(re.findall(r"`([^`]*test_[^`]*)`", PAGE)))
