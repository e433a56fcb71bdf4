"""Between what is typed in a form and what an organisation's entry holds."""

from collections.abc import Callable, Iterable
from typing import Any

from dsar.domain.organisation_file import Document

#: Changes an organisation's entry, its systems included.
Edit = Callable[[Document], None]


def put(table: dict[str, Any], name: str, value: object) -> None:
    """Write a value; an empty one only where the key stands already: nothing is added."""
    if value not in ("", [], {}, False, None) or name in table:
        table[name] = value
    if value is None:
        table.pop(name, None)


def number(text: str | None) -> object:
    """Return the number that was typed, or the text itself for the check to refuse."""
    typed = (text or "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() else typed


def lines(text: str | None) -> list[str]:
    """Return the lines that say something."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def joined(values: Iterable[str]) -> str:
    """Return values one a line."""
    return "\n".join(values)
