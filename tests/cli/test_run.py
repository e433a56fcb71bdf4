"""`dsar run` and its family, as real processes."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-u", "-m", "dsar.cli")

pytestmark = pytest.mark.slow


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def dsar(*arguments, timeout=60):
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


#: Starts a program as a shell does in the background: deaf to Ctrl-C unless it asks for it.
BEHIND = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")


class Started:
    """A `dsar run` that prints what it has to say."""

    def __init__(self, folder, port):
        self.port = port
        self.process = subprocess.Popen(
            [*BEHIND, *PROGRAM, "run", "--folder", folder, "--port", str(port)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        while "Ctrl-C" not in self.said:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line

    def get(self, path):
        ask = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            ask.request("GET", path)
            answer = ask.getresponse()
            return answer.status, answer.read().decode()
        finally:
            ask.close()

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=40)
        self.said += rest
        return self.process.returncode


@pytest.fixture
def start(tmp_path):
    started = []

    def begin(folder=tmp_path / "instance", port=None):
        started.append(Started(folder, port or free_port()))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """An installation that was started once, until its scheduler had run."""
    folder = tmp_path_factory.mktemp("first") / "instance"
    run = Started(folder, free_port())
    wait_for(lambda: json.loads(run.get("/readyz")[1]).get("scheduler") == "ok")
    assert run.stop() == 0
    return folder


@pytest.fixture
def installed(first, tmp_path):
    """A copy of it, to be spoiled."""
    return shutil.copytree(first, tmp_path / "instance")


def wait_for(question, seconds=20):
    until = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < until
        time.sleep(0.2)
    return answer


class TestTheFirstStart:
    def test_makes_everything_and_says_where_it_is(self, start, tmp_path):
        run = start()
        folder = tmp_path / "instance"
        assert f"http://127.0.0.1:{run.port}" in run.said
        (link,) = re.findall(r"http://127\.0\.0\.1:\d+(/staff/setup/\S+)", run.said)
        assert run.get(link)[0] == 200
        assert run.get("/healthz") == (200, '{"status":"ok"}\n')
        wait_for(lambda: json.loads(run.get("/readyz")[1]).get("scheduler") == "ok")
        for name in ("config.toml", "master.key", "dsar.sqlite3", "dsar.log"):
            assert (folder / name).stat().st_mode & 0o077 == 0, name
        assert run.stop() == 0
        assert "Stopping" in run.said
        log = (folder / "dsar.log").read_text()
        assert link.rpartition("/")[2] not in log
        assert all(json.loads(line)["says"] for line in log.splitlines())

    def test_can_be_stopped_and_done_again_in_seconds(self, start):
        first = start()
        assert first.stop(signal.SIGTERM) == 0
        began = time.monotonic()
        second = start()
        assert time.monotonic() - began < 15
        assert second.get("/healthz")[0] == 200
        assert second.stop() == 0

    def test_leaves_no_child_behind_when_it_is_killed(self, start):
        run = start()
        run.process.kill()
        run.process.communicate()

        def gone():
            try:
                run.get("/healthz")
            except OSError:
                return True
            return False

        wait_for(gone)

    def test_stops_as_a_whole_when_a_part_dies(self, start, tmp_path):
        run = start()
        children = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(run.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        scheduler = next(line for line in children.splitlines() if " scheduler " in line)
        os.kill(int(scheduler.split()[0]), signal.SIGKILL)
        said, _ = run.process.communicate(timeout=40)
        assert run.process.returncode == 1
        assert "The part `scheduler` has stopped" in said


class TestAHalfFinishedStart:
    @pytest.mark.parametrize(
        "left",
        [
            {"config.toml": ""},
            {".config.toml.draft": "[ser"},
            {"config.toml": "", "master.key": "", "dsar.sqlite3": ""},
        ],
        ids=str,
    )
    def test_is_repaired(self, start, tmp_path, left):
        folder = tmp_path / "instance"
        folder.mkdir()
        for name, text in left.items():
            (folder / name).write_text(text)
        run = start()
        assert run.get("/healthz")[0] == 200
        assert run.stop() == 0


class TestAStartThatCannotBe:
    def test_names_a_busy_port(self, tmp_path):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            said = dsar("run", "--folder", tmp_path / "i", "--port", port)
        assert said.returncode == 1
        assert f"Port {port} on 127.0.0.1 is in use" in said.stderr
        assert f"dsar run --port {port + 1}" in said.stderr
        assert "Traceback" not in said.stderr

    def test_names_a_folder_that_is_none(self, tmp_path):
        (tmp_path / "file").write_text("")
        said = dsar("run", "--folder", tmp_path / "file" / "i")
        assert said.returncode == 1
        assert "cannot be written to" in said.stderr

    def test_names_a_wrong_setting(self, tmp_path):
        (tmp_path / "config.toml").write_text("[server]\nprot = 1\n")
        said = dsar("run", "--folder", tmp_path)
        assert said.returncode == 1
        assert "server.prot" in said.stderr
        assert "Traceback" not in said.stderr

    def test_names_a_database_newer_than_the_program(self, installed):
        with sqlite3.connect(installed / "dsar.sqlite3") as database:
            database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.close()
        said = dsar("run", "--folder", installed, "--port", free_port())
        assert said.returncode == 1
        assert "newer than this program" in said.stderr

    def test_does_not_make_a_second_key_for_data_that_has_one(self, installed):
        (installed / "master.key").unlink()
        said = dsar("run", "--folder", installed, "--port", free_port())
        assert said.returncode == 1
        assert "master key" in said.stderr
        assert not (installed / "master.key").exists()


class TestTheDoctor:
    def test_finds_nothing_wrong_with_a_new_installation(self, installed):
        said = dsar("doctor", "--folder", installed)
        assert said.returncode == 0, said.stdout
        assert "WRONG" not in said.stdout
        assert "mail is kept" in said.stdout

    def test_names_what_is_wrong(self, installed):
        config = installed / "config.toml"
        text = config.read_text().replace('host = ""', 'host = "127.0.0.1"')
        config.write_text(text.replace("port = 587", f"port = {free_port()}"))
        said = dsar("doctor", "--folder", installed)
        assert said.returncode == 1
        assert "does not take mail (connectionrefusederror)" in said.stdout

    def test_names_a_key_that_others_may_read(self, installed):
        (installed / "master.key").chmod(0o644)
        said = dsar("doctor", "--folder", installed)
        assert said.returncode == 1
        assert "Others can read the master key" in said.stderr


class TestTheCommandLine:
    def test_lists_its_commands_and_its_jobs(self):
        assert "doctor" in dsar("--help").stdout
        assert "deadline_reminders" in dsar("jobs", "list").stdout

    def test_runs_one_job_by_hand(self, installed):
        said = dsar("jobs", "run", "draft_cleanup", "--folder", installed)
        assert (said.returncode, said.stdout) == (0, "draft_cleanup: done, 0 failed\n")

    def test_counts_a_deadline_without_settings(self, tmp_path):
        said = dsar("--folder", tmp_path / "none", "deadline", "NO", "2026-01-31T10:00+01:00")
        assert said.returncode == 0
