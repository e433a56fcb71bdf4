"""Where the files that are not Python lie: in the checkout, or inside the installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def res(name: str) -> Path:
    """Path of a folder or file of the project, such as `templates` or `migrations`."""
    for place in (PACKAGE / f"_{name}", PACKAGE / name, PACKAGE.parent / name):
        if place.exists():
            return place
    raise FileNotFoundError(name)
