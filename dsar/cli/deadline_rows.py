"""Count the deadline of every row of a CSV file; a bad row never stops the others."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dsar import profiles
from dsar.cli.deadline_words import fault_words
from dsar.domain.clock import Reckoning, event_from, moment_from, options_from, replay
from dsar.domain.errors import DomainError
from dsar.i18n import translate

HEADER: Final = (
    "id",
    "due_date",
    "unadjusted_date",
    "conservative_due_date",
    "extension_notice_by",
)
SUSPENDED: Final = "SUSPENDED"
#: No cell of a file of deadlines is longer.
CELL_CHARACTERS: Final = 100_000


class BadCell(Exception):
    """A cell cannot be read; carries the message id and the column."""

    def __init__(self, message_id: str, column: str) -> None:
        super().__init__(message_id)
        self.message_id, self.column = message_id, column


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the answer."""

    id: str
    dates: tuple[str, str, str, str] = ("", "", "", "")
    error: str = ""


def count_rows(lines: Iterable[str], language: str) -> list[Row]:
    """Return one answer for each row of the CSV text, in its order."""
    csv.field_size_limit(CELL_CHARACTERS)  # process-wide, so each reader says its own
    return [_row(cells, language) for cells in csv.DictReader(lines)]


def _row(cells: Mapping[str, str | None], language: str) -> Row:
    name = cells.get("id") or ""
    try:
        return Row(name, _dates(_counted(cells)))
    except BadCell as fault:
        return Row(name, error=translate(language, fault.message_id, column=fault.column))
    except DomainError as error:
        return Row(name, error=fault_words(error, language))
    except (ValueError, OverflowError):
        return Row(name, error=fault_words(None, language))


def _counted(cells: Mapping[str, str | None]) -> Reckoning:
    events = _json(cells, "events", "[]")
    if not isinstance(events, list):
        raise BadCell("clock.cli.not_a_list", "events")
    return replay(
        profiles.get(_text(cells, "profile").upper()),
        options_from(_json(cells, "options", "{}")),
        moment_from(_text(cells, "received_at")),
        [event_from(event) for event in events],
    )


def _text(cells: Mapping[str, str | None], column: str) -> str:
    text = (cells.get(column) or "").strip()
    if not text:
        raise BadCell("clock.cli.missing", column)
    return text


def _json(cells: Mapping[str, str | None], column: str, empty: str) -> object:
    try:
        return json.loads((cells.get(column) or "").strip() or empty)
    except (json.JSONDecodeError, RecursionError):
        raise BadCell("clock.cli.bad_json", column) from None


def _dates(found: Reckoning) -> tuple[str, str, str, str]:
    return (
        str(found.binding_on or SUSPENDED),
        str(found.unadjusted_on or SUSPENDED),
        str(found.earliest_on),
        str(found.extension_notice_on or ""),
    )


def write_rows(rows: Iterable[Row], header: list[str]) -> str:
    """Return the answers as CSV text under the header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([row.id, *row.dates, row.error][: len(header)])
    return text.getvalue()
