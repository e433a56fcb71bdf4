"""The wheel alone is the whole program: installed elsewhere, it starts and serves."""

import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.architecture.test_repository import unmet

ROOT = Path(__file__).parents[2]
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
pytestmark = [pytest.mark.wheel, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel that `make wheel` builds."""
    folder = tmp_path_factory.mktemp("dist")
    build = ["wheel", "--no-build-isolation", "--no-deps", "-w", str(folder), str(ROOT)]
    subprocess.run([*PIP, *build], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The programs of a virtual environment that holds the wheel and the locked libraries.

    The libraries are those of the environment that runs the tests, by a path; what that
    environment itself says about dsar (the checkout) is not read from there.
    """
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    target = ["--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([*PIP, *target], check=True)
    (site,) = folder.glob("lib/python3*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


class TestTheWheel:
    def test_carries_templates_migrations_settings_and_organisations(self, contents):
        for folder, inside in {
            "templates": "dsar/_templates",
            "migrations": "dsar/_migrations",
            "examples/organisations": "dsar/_examples/organisations",
        }.items():
            wanted = [
                p for p in (ROOT / folder).rglob("*") if p.is_file() and p.suffix != ".pyc"
            ]
            paths = {p.relative_to(ROOT / folder).as_posix() for p in wanted}
            assert {f"{inside}/{path}" for path in paths} <= contents.keys()
        assert "dsar/config.example.toml" in contents

    def test_carries_everything_of_the_package(self, contents):
        command = ["git", "ls-files", "dsar"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        there = {line for line in listed.stdout.splitlines() if (ROOT / line).exists()}
        assert there - contents.keys() == set()

    def test_carries_the_front_end_with_its_licences(self, contents):
        vendor = {name for name in contents if name.startswith("dsar/static/vendor/")}
        endings = ("designsystemet.css", "inter-latin.woff2", "Inter-Regular.ttf")
        for ending in (*endings, "licenses/inter.txt", "licenses/designsystemet-css.txt"):
            assert [name for name in vendor if name.endswith(ending)], ending

    def test_carries_no_tests_and_nothing_of_this_machine(self, contents):
        tops = {name.split("/")[0] for name in contents}
        assert {top for top in tops if not top.endswith(".dist-info")} == {"dsar"}
        assert [name for name, text in contents.items() if str(ROOT).encode() in text] == []

    def test_asks_for_nothing_that_the_lock_lacks(self, contents):
        (metadata,) = [text for name, text in contents.items() if name.endswith("/METADATA")]
        asked = HeaderParser().parsestr(metadata.decode()).get_all("Requires-Dist")
        plain = [str(Requirement(each.partition(";")[0])) for each in asked]
        assert unmet(plain, ROOT / "requirements" / "run.txt") == []


class TestTheInstalledProgram:
    def test_is_not_the_checkout(self, installed, tmp_path):
        where = [installed / "python", "-c", "import dsar; print(dsar.__file__)"]
        answer = subprocess.run(where, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert answer.stdout.startswith(str(installed.parent))

    def test_starts_serves_a_page_and_its_style_and_stops(self, installed, tmp_path):
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        settings = {"DSAR_SERVER__PORT": str(port), "DSAR_SERVER__BASE_URL": address}
        process = start([installed / "dsar", "run"], tmp_path, settings)
        try:
            page = fetch(f"{address}/", process)
            styles = re.findall(r'<link[^>]+href="(/static/[^"]+\.css[^"]*)"', page)
            assert "</html>" in page
            assert styles
            for style in styles:
                assert "{" in fetch(address + style, process)
        finally:
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=30)
        assert process.returncode == 0, said
        assert address in said
        assert (tmp_path / "instance").is_dir()


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(command, folder, settings):
    """Starts a program in *folder*; what it says is kept."""
    return subprocess.Popen(
        [str(word) for word in command],
        cwd=folder,
        env=os.environ | settings | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def fetch(url, process, seconds=60):
    """The page at *url*, as soon as the program serves it."""
    for _ in range(seconds * 5):
        assert process.poll() is None, process.stdout.read()
        try:
            with urllib.request.urlopen(url) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer in {seconds} seconds")
