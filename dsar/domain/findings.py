"""What was found about a person, as a value: fields, a table or a file, kept as JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from dsar.domain.package.answer import Provenance, Record, Value
from dsar.domain.package.cells import flatten

#: A row of a table: the values of its columns, in their order.
Row = Sequence[Value]
#: A table whose JSON is longer lies in a sealed file of its own, one row a line.
INLINE_BYTES: Final = 256 * 1024
#: Grounds of GDPR art. 6(1), as staff choose them; the package has the words of each.
BASES: Final = (
    "consent",
    "contract",
    "legal_obligation",
    "legitimate_interests",
    "public_task",
    "vital_interests",
)


class Kind(StrEnum):
    """What a finding is made of."""

    FIELDS = "fields"
    TABLE = "table"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingBody:
    """One thing held about a person. Rows are empty where they lie in a file of their own.

    explanation is told to the person; extension belongs to a file, without its dot.
    """

    category: str = ""
    label: str = ""
    text: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    source: str = ""
    occurred_on: date | None = None
    explanation: str = ""
    extension: str = ""

    def as_json(self) -> str:
        """Return the body as it is sealed."""
        kept: dict[str, Any] = {
            name: getattr(self, name) for name in self.__slots__ if getattr(self, name)
        }
        if self.occurred_on:
            kept["occurred_on"] = self.occurred_on.isoformat()
        return json.dumps(kept, ensure_ascii=False)


def body_from_json(text: str) -> FindingBody:
    """Return the body that as_json kept."""
    kept = json.loads(text)
    if "occurred_on" in kept:
        kept["occurred_on"] = date.fromisoformat(kept["occurred_on"])
    for name in ("columns", "rows"):
        if name in kept:
            kept[name] = tuple(kept[name])
    return FindingBody(**kept)


@dataclass(frozen=True, slots=True)
class Origin:
    """Which finding a record comes from, where its data come from and on which ground."""

    id: str
    provenance: Provenance
    basis: str


def record_of(body: FindingBody, origin: Origin) -> Record:
    """Return typed fields, or a text, as one record."""
    return Record(
        origin.id,
        body.category,
        body.label,
        body.fields,
        body.text,
        origin.provenance,
        origin.basis,
        body.source,
        body.occurred_on,
    )


def table_records(body: FindingBody, rows: Iterable[Row], origin: Origin) -> Iterator[Record]:
    """Yield one record for each row; empty cells are left out where the row ends early."""
    for number, row in enumerate(rows, 1):
        yield Record(
            f"{origin.id}-{number}",
            body.category,
            body.label and f"{body.label} {number}",
            dict(zip(body.columns, row, strict=False)),
            "",
            origin.provenance,
            origin.basis,
            body.source,
            body.occurred_on,
        )


def holds_text(body: FindingBody, rows: Iterable[Row], wanted: str) -> bool:
    """Say whether a text, in whatever case, stands anywhere among the values."""
    sought = wanted.casefold()
    return any(sought in text.casefold() for text in _texts(body, rows))


def _texts(body: FindingBody, rows: Iterable[Row]) -> Iterator[str]:
    yield from (body.text, body.label)
    yield from (str(value) for _, value in flatten(body.fields))
    yield from (str(value) for row in rows for value in row)
