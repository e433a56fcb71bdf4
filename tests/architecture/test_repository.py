"""What is committed: nothing of one machine, nothing unfinished, locks that fit the bounds."""

import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.source import FILES, ROOT, committed, imports, name

COMMITTED = committed()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
#: what Flask is made of comes with Flask
TRANSITIVE = {"werkzeug", "jinja2", "markupsafe", "click", "pydantic_core"}
#: a path that only one machine has
MACHINE = re.compile(r"/(?:root|home/[a-z]\w*|Users/\w+)/|/opt/pypi|[A-Z]:\\Users")
INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|\bregistry\s*=|https?://|file://")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b|NotImplemented" r"Error")
SILENCED = re.compile(r"# (?:noqa|type: ignore)(?P<rest>.*)|mark\.(?:skip|xfail)\b(?P<call>.*)")


def pins(lock):
    """Package name -> pinned version."""
    found = re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock.read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(package): Version(version) for package, version in found}


def unmet(requirements, lock):
    """The requirements that a lock does not fulfil."""
    have = pins(lock)
    wanted = [Requirement(each) for each in requirements]
    return [
        str(each)
        for each in wanted
        if have.get(canonicalize_name(each.name), Version("0")) not in each.specifier
    ]


class TestCommittedFiles:
    def test_name_no_path_of_one_machine(self):
        guilty = [p for p in COMMITTED if MACHINE.search(p.read_text("utf-8", "replace"))]
        assert [name(p) for p in guilty if p.name != "test_repository.py"] == []

    def test_end_with_a_newline_and_use_unix_lines(self):
        texts = {p: p.read_bytes() for p in COMMITTED if p.suffix in {".py", ".html", ".toml"}}
        assert [
            name(p) for p, t in texts.items() if b"\r" in t or (t and t[-1:] != b"\n")
        ] == []

    def test_hold_nothing_unfinished(self):
        source = [p for p in COMMITTED if p.suffix in {".py", ".html", ".sh", ".js", ".css"}]
        assert [name(p) for p in source if UNFINISHED.search(p.read_text("utf-8"))] == []

    def test_silence_a_check_only_with_a_reason_on_the_line(self):
        guilty = []
        for path in (
            p for p in COMMITTED if p.suffix == ".py" and p.name != "test_repository.py"
        ):
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                found = SILENCED.search(line)
                if found and not has_reason(found):
                    guilty.append(f"{name(path)}:{number}")
        assert not guilty, "\n".join(guilty)

    def test_carry_nothing_of_third_parties(self):
        assert [name(p) for p in COMMITTED if "vendor" in p.parts or p.suffix == ".woff2"] == []


class TestLockFiles:
    @pytest.mark.parametrize("lock", LOCKS, ids=name)
    def test_hold_hashes_and_no_address(self, lock):
        text = lock.read_text("utf-8")
        assert not INDEX.search(text)
        assert text.count("--hash=sha256:") >= len(pins(lock)) > 0

    def test_hold_what_the_package_needs(self):
        project = PROJECT["project"]
        wanted = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]
        assert unmet(wanted, ROOT / "requirements" / "run.txt") == []

    def test_hold_every_library_that_the_program_imports(self):
        project = PROJECT["project"]
        wanted = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]
        declared = {canonicalize_name(Requirement(each).name) for each in wanted}
        used = {each.split(".")[0] for path in FILES for each in imports(path)}
        owners = packages_distributions()
        foreign = used - {"dsar", *sys.stdlib_module_names}
        missing = {
            each
            for each in foreign
            if declared.isdisjoint(map(canonicalize_name, owners.get(each, [])))
        }
        assert missing - TRANSITIVE == set()

    def test_hold_what_the_build_needs(self):
        wanted = PROJECT["build-system"]["requires"]
        lines = (ROOT / "requirements" / "build.in").read_text().splitlines()
        assert [line for line in lines if not line.startswith("#")] == wanted
        assert unmet(wanted, ROOT / "requirements" / "build.txt") == []

    def test_hold_what_the_tests_need(self):
        wanted = PROJECT["dependency-groups"]["dev"]
        assert unmet(wanted, ROOT / "requirements" / "dev.txt") == []

    def test_agree_with_each_other(self):
        run, build, dev = (
            pins(ROOT / "requirements" / f"{n}.txt") for n in ("run", "build", "dev")
        )
        assert {**run, **build}.items() <= dev.items()

    def test_hold_the_front_end_by_hash_and_without_address(self):
        lock = json.loads((ROOT / "package-lock.json").read_text())
        wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
        packages = {key: value for key, value in lock["packages"].items() if key}
        assert lock["packages"][""]["dependencies"] == wanted
        assert [key for key, value in packages.items() if "resolved" in value] == []
        assert [key for key, value in packages.items() if "integrity" not in value] == []


class TestMigrations:
    @pytest.mark.parametrize(
        "path", sorted((ROOT / "migrations" / "versions").glob("*.py")), ids=name
    )
    def test_do_not_import_the_program(self, path):
        assert not re.search(r"^\s*(?:from|import) dsar", path.read_text("utf-8"), re.MULTILINE)


class TestTheServer:
    def test_runs_the_command_of_the_readme(self):
        assert "make test" in (ROOT / ".ci" / "run").read_text()


def has_reason(found):
    """Whether a silenced check says why: `# noqa: X  # why`, `# noqa: X - why`, or reason=."""
    if found["call"] is not None:
        return "reason=" in found["call"]
    return bool(re.search(r"(?:# | - )\w", found["rest"]))
