"""`dsar deadline` and `dsar calendar`, as a person at a terminal meets them."""

import csv
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner

from dsar.cli import calendar as calendar_module
from dsar.cli.calendar import calendar
from dsar.cli.deadline import deadline

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "data" / "deadline_vectors.csv"
HEADER = "id,due_date,unadjusted_date,conservative_due_date,extension_notice_by"
MOMENT = "2026-01-31T10:00+01:00"


def run(*args, command=deadline, text=None):
    return CliRunner().invoke(command, args, input=text)


def rows_of(text):
    return list(csv.DictReader(text.splitlines()))


class TestOneDeadline:
    def test_is_told_with_its_steps(self):
        found = run("NO", MOMENT, "--lang", "nb")
        assert found.exit_code == 0
        assert "Svar senest: mandag 2. mars 2026" in found.output
        assert "Slik har vi regnet" in found.output

    def test_takes_events_and_options(self):
        event = '{"type": "extend", "at": "2026-02-20T10:00+01:00"}'
        found = run("no", MOMENT, "--event", event, "--option", "roll=false", "--json")
        told = json.loads(found.output)
        assert told["binding_on"] == "2026-04-30"
        assert told["is_extended"] is True
        assert told["steps"][-1]["words"].endswith("30 April 2026.")

    def test_says_when_the_clock_is_on_hold(self):
        event = '{"type": "pause", "at": "2026-02-02T10:00+01:00", "reason": "identity"}'
        found = run("NO", MOMENT, "--event", event)
        assert "Answer due by: On hold" in found.output
        assert "Without the pause" in found.output

    @pytest.mark.parametrize(
        ("args", "says"),
        [
            (("XX", MOMENT), "no profile called “XX”"),
            (("NO", "2026-01-31T10:00"), "time zone"),
            (("NO", "yesterday"), "not a date and time"),
            (("NO", MOMENT, "--option", "colour=red"), "no option called “colour”"),
            (("NO", MOMENT, "--option", "colour"), "“colour” cannot have this value"),
            (("NO", MOMENT, "--event", "{"), "not JSON"),
            (("NO", MOMENT, "--event", "{}"), "no event called"),
            (("NO", "2045-01-01T10:00Z"), "does not cover 2045"),
            (("EEA", "9999-12-20T10:00Z"), "outside what a calendar can hold"),
            (("DE", MOMENT, "--option", "subdiv=XX"), "no part called “XX”"),
            (("NO",), "Profiles: BR, CA-FED"),
            (("NO", MOMENT, "--option", "deadline=ack"), "no deadline called “ack”"),
        ],
    )
    def test_says_what_is_wrong(self, args, says):
        found = run(*args)
        assert found.exit_code in (1, 2)
        assert says in found.output
        assert "Traceback" not in found.output


class TestAFileOfDeadlines:
    def test_gives_every_vector_its_dates(self):
        found = run("--vectors", str(VECTORS))
        assert found.exit_code == 0
        assert found.output.splitlines()[0] == HEADER
        with VECTORS.open(encoding="utf-8") as lines:
            expected = [
                {
                    "id": row["id"],
                    "due_date": row["expected_due_date"],
                    "unadjusted_date": row["unadjusted_date"],
                    "conservative_due_date": row["conservative_due_date"],
                    "extension_notice_by": row["extension_notice_by"],
                }
                for row in csv.DictReader(lines)
            ]
        assert rows_of(found.output) == expected

    def test_goes_on_after_a_bad_row_and_says_what_is_wrong(self, tmp_path):
        path = tmp_path / "mixed.csv"
        path.write_text(
            "id,profile,received_at,events,options,note\n"
            f"a,NO,{MOMENT},[],{{}},fine\n"
            f"b,XX,{MOMENT},[],{{}},\n"
            f"c,NO,{MOMENT},[,{{}},\n"
            f"d,NO,{MOMENT},{{}},{{}},\n"
            f"e,NO,{MOMENT},[],[],\n"
            "f,NO,,[],{},\n"
            "g\n"
            "h,EEA,9999-12-20T10:00Z,,,\n"
            f"i,no,{MOMENT},,,\n",
            "utf-8",
        )
        found = run("--vectors", str(path))
        rows = rows_of(found.output)
        assert found.exit_code == 1
        assert [row["id"] for row in rows] == list("abcdefghi")
        assert [row["id"] for row in rows if row["error"]] == list("bcdefgh")
        assert rows[0]["due_date"] == rows[8]["due_date"] == "2026-03-02"
        assert rows[1]["due_date"] == ""

    def test_reads_a_file_that_a_spreadsheet_saved(self, tmp_path):
        path = tmp_path / "bom.csv"
        path.write_text(f"id,profile,received_at\r\nx,NO,{MOMENT}\r\n", "utf-8-sig")
        found = run("--vectors", str(path))
        assert rows_of(found.output)[0]["due_date"] == "2026-03-02"

    def test_refuses_a_file_that_is_not_text(self, tmp_path):
        path = tmp_path / "binary.csv"
        path.write_bytes(b"id\n\xff\xfe\xfa\n")
        found = run("--vectors", str(path))
        assert (found.exit_code, "Traceback" in found.output) == (1, False)
        assert "UTF-8" in found.output

    def test_refuses_a_cell_without_end(self, tmp_path):
        path = tmp_path / "long.csv"
        path.write_text("id,profile\n" + "x" * 200_000 + ",NO\n", "utf-8")
        found = run("--vectors", str(path))
        assert found.exit_code == 1
        assert "not CSV" in found.output

    def test_may_come_from_a_pipe(self):
        found = run("--vectors", "-", text=f"id,profile,received_at\nx,NO,{MOMENT}\n")
        assert rows_of(found.output)[0]["due_date"] == "2026-03-02"

    @pytest.mark.slow
    def test_needs_no_settings_and_no_database(self, tmp_path):
        code = (
            "import sys; from dsar.cli.deadline import deadline\n"
            f"try: deadline(['NO', '{MOMENT}'])\n"
            "except SystemExit as end: assert not end.code\n"
            "bad = {'dsar.app', 'dsar.config', 'sqlalchemy'} & set(sys.modules)\n"
            "assert not bad, bad"
        )
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            check=True,
            capture_output=True,
        )


class TestTheCalendars:
    def test_reach_far_enough_today(self):
        found = run("check", command=calendar)
        assert found.exit_code == 0

    def test_are_reported_fourteen_months_before_they_run_out(self):
        with time_machine.travel(datetime(2039, 10, 31, tzinfo=UTC), tick=False):
            assert run("check", command=calendar).exit_code == 0
        with time_machine.travel(datetime(2039, 11, 1, tzinfo=UTC), tick=False):
            found = run("check", command=calendar)
        assert found.exit_code == 1
        assert "NO: ends with 2040" in found.output
        assert "EEA" not in found.output

    @pytest.mark.slow
    def test_show_what_the_package_would_change(self, monkeypatch):
        frozen = calendar_module.read_calendar("no")
        first = min(frozen.base)
        fewer = {day: name for day, name in frozen.base.items() if day != first}
        changed = type(frozen)("NO", frozen.years, fewer, {}, {}, "")
        real = calendar_module.read_calendar
        monkeypatch.setattr(
            calendar_module,
            "read_calendar",
            lambda name: changed if name == "no" else real(name),
        )
        found = run("propose", command=calendar)
        assert f"NO + base {first}" in found.output

    def test_say_clearly_when_the_package_is_missing(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "holidays", None)
        found = run("propose", command=calendar)
        assert found.exit_code == 1
        assert "pip install holidays" in found.output
