"""Starting on a fresh machine: what is missing is said in one sentence."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: what the script itself calls, apart from Python, npm and apt-get
TOOLS = (
    "sh",
    "dirname",
    "basename",
    "cat",
    "rm",
    "mkdir",
    "id",
    "sha256sum",
    "touch",
    "cp",
    "chmod",
)
#: a Python that answers like the one the test asks for, and copies itself for a venv
PYTHON = """#!/bin/sh
case "$*" in
  --version) echo "Python {version}" ;;
  *ensurepip*) exit {no_venv} ;;
  *version_info*) exit {too_old} ;;
  "-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip install"*"-e ."*) {install} ;;
esac
"""
INSTALL = "echo pip >> pip.log; touch .venv/bin/dsar; chmod +x .venv/bin/dsar"


class Machine:
    """A folder with a checkout, and a PATH on which only the chosen programs are."""

    def __init__(self, folder):
        self.checkout = folder / "checkout"
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        for name in ("pyproject.toml", "hatch_build.py", "package-lock.json"):
            self.file(name).write_text("")
        for name in ("run.txt", "build.txt", "dev.txt", "node.txt"):
            self.file(f"requirements/{name}").write_text("")
        self.file("dsar/static/vendor/stamp.txt").write_text("")
        shutil.copy(ROOT / "scripts" / "bootstrap.sh", self.file("scripts/bootstrap.sh"))

    def file(self, name):
        path = self.checkout / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def has_python(self, version="3.12.1", *, venv=True, install=INSTALL, name="python3"):
        too_old = int(tuple(map(int, version.split(".")[:2])) < (3, 11))
        facts = {"version": version, "too_old": too_old, "no_venv": int(not venv)}
        self.program(name, PYTHON.format(**facts, install=install))

    def program(self, name, text):
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)

    def start(self, mode="run", **options):
        command = [shutil.which("sh"), str(self.checkout / "scripts" / "bootstrap.sh"), mode]
        surroundings = {"PATH": str(self.bin)}
        return subprocess.run(
            command, env=surroundings, capture_output=True, text=True, check=False, **options
        )

    def installs(self):
        log = self.checkout / "pip.log"
        return len(log.read_text().splitlines()) if log.exists() else 0


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


class TestAFirstStart:
    def test_installs_what_is_locked(self, machine):
        machine.has_python()
        done = machine.start()
        assert (done.returncode, done.stderr) == (0, "")
        assert machine.installs() == 1

    def test_takes_any_python_that_is_new_enough(self, machine):
        machine.has_python("3.9.2")
        machine.has_python("3.13.0", name="python3.13")
        assert "Python 3.13.0" in machine.start().stdout

    def test_names_the_python_that_is_too_old(self, machine):
        machine.has_python("3.9.2")
        done = machine.start()
        assert done.returncode == 1
        assert (
            "Python 3.11 or newer is needed, and this machine has Python 3.9.2." in done.stderr
        )

    def test_says_that_there_is_no_python(self, machine):
        done = machine.start()
        assert done.returncode == 1
        assert "Python 3.11 or newer is needed" in done.stderr

    def test_names_the_package_when_venv_is_missing(self, machine):
        machine.has_python(venv=False)
        done = machine.start()
        assert done.returncode == 1
        assert "apt-get install python3-venv" in done.stderr

    def test_installs_venv_when_it_may(self, machine):
        machine.has_python(venv=False)
        (machine.bin / "id").unlink()
        machine.program("id", "#!/bin/sh\necho 0\n")
        machine.program(
            "apt-get", f'#!/bin/sh\nsed -i s/"exit 1"/"exit 0"/ {machine.bin}/python3\n'
        )
        (machine.bin / "sed").symlink_to(shutil.which("sed"))
        done = machine.start()
        assert done.returncode == 0
        assert "Installing python3-venv" in done.stdout

    def test_says_that_the_folder_is_not_writable(self):
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            Path(folder).chmod(0o755)
            machine = Machine(Path(folder))
            machine.has_python()
            machine.checkout.chmod(0o555)
            nobody = {"user": 65534, "group": 65534, "extra_groups": []}
            done = machine.start(**(nobody if os.geteuid() == 0 else {}))
        assert done.returncode == 1
        assert f"this folder cannot be written to: {machine.checkout}" in done.stderr


class TestALaterStart:
    def test_installs_nothing(self, machine):
        machine.has_python()
        machine.start()
        assert machine.start().stdout == ""
        assert machine.installs() == 1

    @pytest.mark.parametrize(
        "name", ["requirements/run.txt", "pyproject.toml", "package-lock.json"]
    )
    def test_installs_anew_when_a_lock_changed(self, machine, name):
        machine.has_python()
        machine.start()
        machine.file(name).write_text("changed")
        machine.start()
        assert machine.installs() == 2

    def test_needs_nothing_more_after_a_start_for_the_tests(self, machine):
        machine.has_python()
        machine.start("dev")
        machine.start("run")
        assert machine.installs() == 1

    def test_goes_on_after_packages_could_not_be_fetched(self, machine):
        machine.has_python(install="exit 1")
        failed = machine.start()
        assert failed.returncode == 1
        assert "Is the package index reachable?" in failed.stderr
        fetched = machine.file(".venv/lib/fetched")
        fetched.write_text("")
        machine.has_python()
        shutil.copy(machine.bin / "python3", machine.file(".venv/bin/python"))
        assert machine.start().returncode == 0
        assert fetched.exists()

    def test_repairs_one_that_was_cut_short(self, machine):
        machine.has_python(install="kill -9 $PPID")
        assert machine.start().returncode == -signal.SIGKILL
        half_done = machine.file(".venv/lib/half")
        half_done.write_text("")
        machine.has_python()
        assert machine.start().returncode == 0
        assert not half_done.exists()

    def test_repairs_a_virtual_environment_whose_python_is_gone(self, machine):
        machine.has_python()
        machine.start()
        machine.file(".venv/bin/python").unlink()
        assert machine.start().returncode == 0
        assert machine.installs() == 2

    def test_repairs_front_end_files_that_were_removed(self, machine):
        machine.has_python()
        machine.start()
        machine.file("dsar/static/vendor/stamp.txt").unlink()
        machine.start()
        assert machine.installs() == 2


class TestWhatTheTestsNeed:
    def start(self, machine):
        script = machine.file("scripts/needs.sh")
        shutil.copy(ROOT / "scripts" / "needs.sh", script)
        where = {"PATH": str(machine.bin)}
        return subprocess.run(
            ["/bin/sh", script], env=where, capture_output=True, text=True, check=False
        )

    def test_is_named_when_it_may_not_be_installed(self, machine):
        (machine.bin / "ls").symlink_to(shutil.which("false"))
        done = self.start(machine)
        assert done.returncode == 1
        assert "apt-get install --no-install-recommends chromium postgresql" in done.stderr

    def test_is_installed_as_root(self, machine):
        (machine.bin / "ls").symlink_to(shutil.which("false"))
        (machine.bin / "id").unlink()
        machine.program("id", "#!/bin/sh\necho 0\n")
        machine.program("apt-get", f'#!/bin/sh\necho "$@" >> {machine.checkout}/apt.log\n')
        done = self.start(machine)
        asked = (machine.checkout / "apt.log").read_text()
        assert done.returncode == 0
        assert "--no-install-recommends chromium postgresql" in asked

    def test_is_left_alone_when_it_is_there(self, machine):
        machine.program("chromium", "#!/bin/sh\n")
        (machine.bin / "ls").symlink_to(shutil.which("true"))
        assert self.start(machine).returncode == 0
