"""One pass over a system's records: what the page shows of them, in flat memory."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from dsar.domain.package.answer import Answer, Provenance, Record, SystemAnswer
from dsar.domain.package.cells import MAX_COLUMNS, flatten

#: The page shows so many records of a category, newest first; the data files hold all.
SHOWN: Final = 200
#: And so many characters of a category, so that one page stays one page.
SHOWN_CHARACTERS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Category:
    """The newest records of one kind, and how many there are in all."""

    name: str
    is_derived: bool
    total: int
    shown: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """What one pass over a system's records saw."""

    system: SystemAnswer
    total: int = 0
    labels: tuple[str, ...] = ()
    oldest: date | None = None
    newest: date | None = None
    categories: tuple[Category, ...] = ()

    @property
    def is_cut(self) -> bool:
        """Say whether the page shows fewer records than there are."""
        return any(len(category.shown) < category.total for category in self.categories)


@dataclass(slots=True)
class _Pile:
    """The newest records so far: a heap of (newness, turn, record)."""

    total: int = 0
    newest: list[tuple[tuple[int, int], int, Record]] = field(default_factory=list)

    def add(self, record: Record) -> None:
        self.total += 1
        entry = (newness(record), -self.total, record)
        keep = heapq.heappush if len(self.newest) < SHOWN else heapq.heappushpop
        keep(self.newest, entry)

    def shown(self) -> Iterator[Record]:
        room = SHOWN_CHARACTERS
        for place, (_, _, record) in enumerate(sorted(self.newest, key=_order, reverse=True)):
            room -= weight(record)
            if room < 0 and place:
                return
            yield record


def survey(system: SystemAnswer) -> Survey:
    """Return what the records of a system show; reads them once, keeps the newest."""
    piles: dict[tuple[bool, str], _Pile] = {}
    labels: dict[str, None] = {}
    days: list[date] = []
    for record in system.records():
        key = (record.provenance is Provenance.DERIVED, record.category)
        piles.setdefault(key, _Pile()).add(record)
        if len(labels) < MAX_COLUMNS:
            labels.update(dict.fromkeys(label for label, _ in flatten(record.fields)))
        if record.occurred_on:
            days = _span([*days, day_of(record.occurred_on)])
    return Survey(
        system,
        sum(pile.total for pile in piles.values()),
        tuple(labels)[:MAX_COLUMNS],
        days[0] if days else None,
        days[-1] if days else None,
        tuple(_categories(piles)),
    )


def survey_all(answer: Answer) -> tuple[Survey, ...]:
    """Return the survey of every system in which something is held, in the answer's order."""
    return tuple(survey(system) for system in answer.found)


def counts(answer: Answer, surveys: Iterable[Survey]) -> dict[str, int]:
    """Return the numbers that may be told outside the package: no names, no words."""
    return {
        "systems": len(answer.systems),
        "found": len(answer.found),
        "records": sum(survey.total for survey in surveys),
        "attachments": sum(len(system.attachments) for system in answer.found),
        "withheld": sum(held.count for held in answer.withheld),
    }


def day_of(moment: date | datetime) -> date:
    """Return the day of a day or a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


def newness(record: Record) -> tuple[int, int]:
    """Return what sorts records by age; those without a date count as the oldest."""
    moment = record.occurred_on
    if moment is None:
        return (0, 0)
    seconds = moment.hour * 3600 + moment.minute * 60 if isinstance(moment, datetime) else 0
    return (day_of(moment).toordinal(), seconds)


def weight(record: Record) -> int:
    """Return about how many characters a record puts on the page."""
    told = sum(len(label) + len(str(value)) for label, value in record.fields.items())
    return told + len(record.text)


def _order(entry: tuple[tuple[int, int], int, Record]) -> tuple[tuple[int, int], int]:
    return entry[0], entry[1]


def _span(days: list[date]) -> list[date]:
    return [min(days), max(days)]


def _categories(piles: dict[tuple[bool, str], _Pile]) -> Iterator[Category]:
    for (is_derived, name), pile in sorted(piles.items(), key=lambda item: item[0][0]):
        yield Category(name, is_derived, pile.total, tuple(pile.shown()))
