"""Dates worked out on paper from the rules, month by month, before the engine was asked."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from dsar.cli.deadline import deadline

FILE = Path(__file__).parents[1] / "data" / "deadlines_by_hand.csv"
ROWS = list(csv.DictReader(FILE.read_text("utf-8").splitlines()))
DATES = ("due_date", "unadjusted_date", "conservative_due_date", "extension_notice_by")


@pytest.fixture(scope="module")
def counted():
    found = CliRunner().invoke(deadline, ["--vectors", str(FILE)])
    assert found.exit_code == 0, found.output
    return {row["id"]: row for row in csv.DictReader(found.stdout.splitlines())}


class TestADateWorkedOutOnPaper:
    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
    def test_is_the_date_of_the_engine(self, counted, row):
        found = counted[row["id"]]
        assert {name: found[name] for name in DATES} == {name: row[name] for name in DATES}
