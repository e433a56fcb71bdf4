"""Cells that no spreadsheet runs, and the rows of a CSV file for one data system."""

import csv
import io
import json
import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from dsar.domain.package.answer import Record, Value

GUARD: Final = "'"
BOM: Final = "\ufeff"
PATH_JOIN: Final = " › "

#: What starts a formula once wide and small forms are folded; U+2212 has no folding of its own.
FORMULA: Final = frozenset("=+-@\u2212")
#: What a spreadsheet may swallow, or split on, before it looks at the rest.
SPLITTING: Final = frozenset("\t\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
#: Shown as nothing though Unicode counts them as letters or symbols.
BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"})

SEPARATORS: Final[Mapping[str, str]] = {"nb": ";", "sv": ";", "en": ","}
FIXED: Final = (
    "id",
    "category",
    "label",
    "occurred_on",
    "provenance",
    "basis",
    "source",
    "text",
)
#: More columns than this are gathered, as JSON, in one last column.
MAX_COLUMNS: Final = 200


def cell(value: Value) -> str:
    """Return the value as text that a spreadsheet shows and never runs.

    A text whose first visible character starts a formula, or that opens with a tab or a
    line break, gets an apostrophe in front. Numbers, dates and truth values are written as
    they are: their text is made here, not by a stranger.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case date():
            return value.isoformat()
        case str():
            return _guard(value) + clean(value)
        case _:
            text = json.dumps(plain(value), ensure_ascii=False)
            return _guard(text) + text


def clean(text: str) -> str:
    """Return the text without what no UTF-8 file may hold: NUL and lone surrogates."""
    return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


def plain(value: object) -> object:
    """Return the value as JSON can hold it, untranslated; dates and moments in ISO 8601."""
    match value:
        case float() if not math.isfinite(value):
            return str(value)  # JSON has no word for these
        case bool() | int() | float() | None:
            return value
        case Mapping():
            return {clean(str(key)): plain(inner) for key, inner in value.items()}
        case Sequence() if not isinstance(value, str):
            return [plain(inner) for inner in value]
        case _:
            return value.isoformat() if isinstance(value, date) else clean(str(value))


def flatten(fields: Mapping[str, Value], above: str = "") -> Iterator[tuple[str, Value]]:
    """Yield every leaf with its path: address › street. A list of plain values is one leaf."""
    for label, value in fields.items():
        path = f"{above}{PATH_JOIN}{label}" if above else str(label)
        yield from _leaves(path, value)


def columns(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the labels that become columns, in order of first sight, at most MAX_COLUMNS."""
    return tuple(dict.fromkeys(labels))[:MAX_COLUMNS]


def csv_lines(
    records: Iterable[Record], labels: Sequence[str], header: Sequence[str], language: str
) -> Iterator[str]:
    """Yield a CSV file line by line: BOM and header first, every cell quoted and guarded.

    header names the fixed columns and, last, the column for what found no room.
    """
    yield BOM + _line([*header[:-1], *labels, header[-1]], language)
    for record in records:
        yield _line(_row(record, labels), language)


def _guard(text: str) -> str:
    for character in text:
        if character in SPLITTING:
            return GUARD
        if not _is_invisible(character):
            return GUARD if _starts_formula(character) else ""
    return ""


def _is_invisible(character: str) -> bool:
    return character in BLANK or unicodedata.category(character) in INVISIBLE


def _starts_formula(character: str) -> bool:
    return unicodedata.normalize("NFKC", character)[:1] in FORMULA


def _leaves(path: str, value: Value) -> Iterator[tuple[str, Value]]:
    if isinstance(value, Mapping) and value:
        yield from flatten(value, path)
    elif isinstance(value, Sequence) and not isinstance(value, str) and any(map(_nests, value)):
        yield from flatten({str(n): inner for n, inner in enumerate(value, 1)}, path)
    else:
        yield path, value


def _nests(value: Value) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str)


def _row(record: Record, labels: Sequence[str]) -> list[Value]:
    leaves = dict(flatten(record.fields))
    told = [leaves.pop(label, None) for label in labels]
    fixed: list[Value] = [getattr(record, name) for name in FIXED]
    return [*fixed, *told, leaves or None]


def _line(values: Sequence[Value], language: str) -> str:
    out = io.StringIO()
    separator = SEPARATORS.get(language, ",")
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL).writerow(map(cell, values))
    return out.getvalue()
