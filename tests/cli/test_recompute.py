"""dsar deadline recompute, on a real installation; counting needs none."""

import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from dsar.models import Case, RequestedRight, db
from dsar.services.transaction import transaction


@pytest.fixture
def case(make):
    case = make.case(make.organisation())
    with transaction() as session:
        right = session.scalars(select(RequestedRight)).one()
        right.binding_on = right.sort_on = case.sort_on + timedelta(days=3)
        right.calendar_hash = "older"
    return db.session.get_one(Case, case.id)


class TestRecompute:
    def test_lists_and_writes_only_when_told(self, dsar, case):
        number, due = case.number, case.sort_on
        line = (
            f"meetings {number} access: {due + timedelta(days=3)} -> {due} (earlier; calendar)"
        )
        listed = dsar("deadline", "recompute").stdout
        assert line in listed
        assert "1 date(s) in 1 case(s) would move" in listed
        assert "--apply" in listed
        assert line in dsar("deadline", "recompute", "--apply").stdout
        assert dsar("deadline", "recompute").stdout == "0 date(s) in 0 case(s) would move\n"

    def test_does_not_load_the_program_to_count(self):
        script = (
            "import sys\nfrom dsar.cli import main\n"
            "try:\n    main(['deadline', 'NO', '2026-01-31T10:00+01:00'])\n"
            "except SystemExit as end:\n    assert not end.code\n"
            "assert 'sqlalchemy' not in sys.modules, 'the database was loaded'\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "2 March 2026" in done.stdout
