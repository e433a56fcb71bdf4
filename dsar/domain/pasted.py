"""What staff paste or upload, read as a table, as fields or as plain text."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dsar.domain.errors import DomainError
from dsar.domain.findings import Row
from dsar.domain.package.answer import Value

DELIMITERS: Final = ("\t", ";", ",")
#: One cell may hold a long letter; Python's own limit is 128 kB.
CELL_CHARACTERS: Final = 5_000_000
FEWEST_COLUMNS: Final = 2
MOST_COLUMNS: Final = 100
#: What stands before a colon in a longer line is prose, not a label.
LABEL_CHARACTERS: Final = 60


class Unreadable(DomainError):
    """The text is neither a table nor JSON; `line` says where reading stopped."""

    message_id = "error.upload_unreadable"


@dataclass(frozen=True, slots=True)
class Pasted:
    """Columns with rows, or fields, or plain text: exactly one of the three is filled."""

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    fields: dict[str, Value] = field(default_factory=dict)
    text: str = ""


def decode(content: bytes) -> str:
    """Return the text of a file: by its byte order mark, else UTF-8, else Western European."""
    marks = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
    encoding = next((name for mark, name in marks if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def read_pasted(text: str) -> Pasted:
    """Return what a text holds. Raises Unreadable with the line where it breaks off."""
    csv.field_size_limit(CELL_CHARACTERS)
    plain = text.removeprefix("\ufeff").strip("\r\n ")
    if "\0" in plain:
        raise Unreadable(line=plain[: plain.index("\0")].count("\n") + 1)
    if plain[:1] in ("{", "["):
        return _read_json(plain)
    delimiter = sniff_delimiter(plain)
    return _read_csv(plain, delimiter) if delimiter else Pasted(text=plain)


def sniff_delimiter(text: str) -> str:
    """Return what divides the columns, or nothing where the text is no table.

    The heading and the first row must both be divided: a comma in a sentence is no column.
    """
    widths = {mark: _widths(text, mark) for mark in DELIMITERS}
    likely = [mark for mark in DELIMITERS if min(widths[mark]) >= FEWEST_COLUMNS]
    return max(likely, key=lambda mark: min(widths[mark]), default="")


def _widths(text: str, mark: str) -> tuple[int, int]:
    """Return how many cells the heading and the first row have, if this divides them.

    A row that breaks off is taken to be as wide as the heading: reading it says what is wrong.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    heading = 0
    try:
        heading = len(next(reader, ()))
        return heading, len(next(reader, ()))
    except csv.Error:
        return heading, heading


def _read_csv(text: str, delimiter: str) -> Pasted:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = named(next(reader))
        rows = tuple(_rows(reader, columns))
    except csv.Error:
        raise Unreadable(line=reader.line_num) from None
    return Pasted(columns, rows)


def _rows(reader: Any, columns: Sequence[str]) -> Iterator[Row]:
    for cells in reader:
        if len(cells) > len(columns):
            raise Unreadable(line=reader.line_num)
        if any(cell.strip() for cell in cells):
            yield [cell.strip() or None for cell in cells] + [None] * (
                len(columns) - len(cells)
            )


def named(heading: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns: none empty, no two alike."""
    if len(heading) > MOST_COLUMNS:
        raise Unreadable(line=1)
    names: list[str] = []
    for number, cell in enumerate(heading, 1):
        base = " ".join(cell.split()) or str(number)
        name, again = base, 2
        while name in names:
            name, again = f"{base} ({again})", again + 1
        names.append(name)
    return tuple(names)


def _read_json(text: str) -> Pasted:
    try:
        value = json.loads(text, object_pairs_hook=_keeping_all, parse_constant=str)
    except json.JSONDecodeError as error:
        raise Unreadable(line=error.lineno) from None
    except (RecursionError, ValueError):  # too deep, or a number too long
        raise Unreadable(line=1) from None
    if isinstance(value, dict):
        return Pasted(fields=value) if value else Pasted(text=text)
    return _listed(value) if value else Pasted(text=text)


def _keeping_all(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Keep every value of a name that stands twice: the person has a right to all of them."""
    names = named([name for name, _ in pairs]) if pairs else ()
    return dict(zip(names, (value for _, value in pairs), strict=True))


def _listed(items: list[Any]) -> Pasted:
    if not all(isinstance(item, dict) for item in items):
        return Pasted(fields={str(number): item for number, item in enumerate(items, 1)})
    columns = tuple(dict.fromkeys(name for item in items for name in item))
    if len(columns) > MOST_COLUMNS:
        raise Unreadable(line=1)
    return Pasted(columns, tuple([item.get(name) for name in columns] for item in items))


def read_fields(text: str) -> Pasted:
    """Return typed lines of the kind `label: value` as fields; else the whole as plain text.

    A line without a label goes on with the value above it. A label that stands twice is kept.
    """
    pairs: list[tuple[str, list[str]]] = []
    for line in text.strip().splitlines():
        label, mark, value = line.partition(":")
        if mark and label.strip() and len(label) <= LABEL_CHARACTERS:
            pairs.append((label, [value.strip()]))
        elif pairs:
            pairs[-1][1].append(line.strip())
        else:
            return Pasted(text=text.strip())
    names = named([label for label, _ in pairs]) if pairs else ()
    values = ("\n".join(lines).strip() for _, lines in pairs)
    return Pasted(fields=dict(zip(names, values, strict=True)))
