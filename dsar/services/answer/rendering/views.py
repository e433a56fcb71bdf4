"""What the page's template reads: every value already in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dsar.domain.package import Attachment, Record, SystemAnswer
from dsar.domain.package.cells import flatten
from dsar.domain.package.files import attachment_name
from dsar.domain.package.matrix import BOX
from dsar.domain.package.survey import Category, Survey
from dsar.services.answer.rendering.words import Shown, Words

#: A table is easier to read than cards only while it is narrow and its cells are short.
WIDEST: Final = 4
LONGEST_CELL: Final = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A label and its value."""

    label: str
    value: Shown


@dataclass(frozen=True, slots=True)
class Card:
    """One record."""

    title: str
    day: str
    lines: tuple[Line, ...]
    text: Shown | None
    notes: tuple[Line, ...]
    is_named: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Short records of one shape."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Shown, ...], ...]


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category: its records as table or cards, and what they have in common."""

    name: str
    total: int
    notes: tuple[Line, ...]
    table: Table | None
    cards: tuple[Card, ...]
    shown: int


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that lies beside the page."""

    title: str
    path: str
    description: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SystemView:
    """A system in which something is held."""

    number: int
    system: SystemAnswer
    box: tuple[Line, ...]
    categories: tuple[CategoryView, ...]
    derived: tuple[CategoryView, ...]
    files: tuple[FileView, ...]
    data: tuple[str, ...]
    rest: str


def view_box(system: SystemAnswer, words: Words) -> Iterator[Line]:
    """Yield the explanation of GDPR art. 15(1) and (2), as far as it is told."""
    for item in BOX:
        label = words.t(f"package.item.{item.key}")
        text = system.texts.get(item.key, "").strip()
        reason = system.not_applicable.get(item.key, "").strip()
        if text:
            yield Line(label, Shown(text))
        elif reason:
            yield Line(label, Shown(words.t("package.item.na", reason=reason), is_empty=True))


def view_categories(survey: Survey, words: Words, *, derived: bool) -> Iterator[CategoryView]:
    """Yield the categories that were given or seen, or those that were worked out."""
    for category in survey.categories:
        if category.is_derived is derived:
            yield view_category(category, words)


def view_category(category: Category, words: Words) -> CategoryView:
    """Return a category; what every record shares is said once."""
    notes = {_notes(record, words) for record in category.shown}
    shared = notes.pop() if len(notes) == 1 else ()
    table = _table(category.shown, words) if shared else None
    cards = () if table else tuple(view_cards(category.shown, words, shared))
    name = category.name or words.t("package.category.none")
    return CategoryView(name, category.total, shared, table, cards, len(category.shown))


def view_cards(
    records: Iterable[Record], words: Words, shared: tuple[Line, ...] = (), first: int = 1
) -> Iterator[Card]:
    """Yield records as cards; shared notes are left out, first is the first one's number."""
    for number, record in enumerate(records, first):
        notes = () if shared else _notes(record, words)
        title = record.label or words.t("package.record.untitled", n=number)
        yield _card(record, words, notes, title)


def view_files(
    attachments: Sequence[Attachment], first: int, folder: str, words: Words
) -> Iterator[FileView]:
    """Yield the files of a system, numbered on from first."""
    for number, attachment in enumerate(attachments, first):
        name = attachment_name(number, attachment.extension)
        title = words.t("package.attachment", n=number)
        yield FileView(
            title, f"{folder}/{name}", attachment.description, tuple(_facts(attachment, words))
        )


def _facts(attachment: Attachment, words: Words) -> Iterator[str]:
    if attachment.extension:
        yield attachment.extension.upper()
    if attachment.size is not None:
        yield words.size(attachment.size)
    if attachment.occurred_on:
        yield words.when(attachment.occurred_on)
    if attachment.note:
        yield words.t("package.attachment.note", note=attachment.note)


def _card(record: Record, words: Words, notes: tuple[Line, ...], title: str) -> Card:
    lines = tuple(Line(label, words.show(value)) for label, value in flatten(record.fields))
    text = words.show(record.text) if record.text else None
    return Card(title, _day(record, words), lines, text, notes, bool(record.label))


def _day(record: Record, words: Words) -> str:
    return words.when(record.occurred_on) if record.occurred_on else ""


def _notes(record: Record, words: Words) -> tuple[Line, ...]:
    notes = [("provenance", words.t(f"package.provenance.{record.provenance}"))]
    if record.source:
        notes.append(("source", record.source))
    if record.basis:
        notes.append(("basis", words.code("basis", record.basis)))
    return tuple(Line(words.t(f"package.record.{name}"), Shown(text)) for name, text in notes)


def _table(records: Sequence[Record], words: Words) -> Table | None:
    flat = [dict(flatten(record.fields)) for record in records]
    labels = tuple(flat[0])
    if len(records) < 2 or not 0 < len(labels) <= WIDEST:  # noqa: PLR2004  # one row is a card
        return None
    if any(record.text for record in records) or any(tuple(row) != labels for row in flat):
        return None
    rows = tuple(
        (*_lead(record, records, words), *(words.show(row[label]) for label in labels))
        for record, row in zip(records, flat, strict=True)
    )
    if any(len(value.text) > LONGEST_CELL for row in rows for value in row):
        return None
    return Table((*_lead_headers(records, words), *labels), rows)


def _lead_headers(records: Sequence[Record], words: Words) -> tuple[str, ...]:
    dated, named = _has_days(records), any(record.label for record in records)
    headers = (
        dated and words.t("package.record.date"),
        named and words.t("package.column.label"),
    )
    return tuple(header for header in headers if header)


def _lead(record: Record, records: Sequence[Record], words: Words) -> Iterator[Shown]:
    if _has_days(records):
        undated = words.t("package.record.undated")
        yield Shown(_day(record, words) or undated, is_empty=not record.occurred_on)
    if any(other.label for other in records):
        yield words.show(record.label)


def _has_days(records: Sequence[Record]) -> bool:
    return any(record.occurred_on for record in records)
