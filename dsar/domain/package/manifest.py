"""The list of a package's files, written last, and the machine's form of one record."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

from dsar.domain.errors import DomainError
from dsar.domain.package.answer import Answer, Record, SystemAnswer
from dsar.domain.package.cells import plain
from dsar.domain.package.survey import Survey

SCHEMA_VERSION: Final = "1.1"


class PackageChangedError(DomainError):
    """The records were not the same when they were read again."""

    message_id = "error.package_changed"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of the package; system and records are empty where they do not apply."""

    path: str
    kind: str
    size: int
    sha256: str
    system: str | None = None
    records: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every other file of a package, with what proves it whole."""

    answer: Answer
    surveys: tuple[Survey, ...]
    files: tuple[FileEntry, ...]

    def as_json(self) -> str:
        """Return the manifest as it stands in the package."""
        totals = {survey.system.key: survey.total for survey in self.surveys}
        systems = [_system_line(system, totals) for system in self.answer.systems]
        document = head(self.answer, "manifest") | {
            "created_at": self.answer.created_at.isoformat(),
            "received_on": self.answer.received_on.isoformat(),
            "due_on": self.answer.due_on.isoformat(),
            "records": sum(totals.values()),
            "withheld": sum(held.count for held in self.answer.withheld),
            "systems": systems,
            "files": [asdict(entry) for entry in self.files],
        }
        return json.dumps(plain(document), ensure_ascii=False, indent=2) + "\n"


def system_json(answer: Answer, survey: Survey) -> Iterator[str]:
    """Yield the data file of one system, one record a line. Raises PackageChangedError."""
    system = survey.system
    document = head(answer, "system") | {
        "system": {"key": system.key, "name": system.name},
        "answer": str(system.answer),
        "processing": dict(system.texts),
        "not_applicable": dict(system.not_applicable),
        "record_count": survey.total,
    }
    opening = json.dumps(plain(document), ensure_ascii=False, indent=2)
    yield opening[:-2] + ',\n  "records": ['
    count = 0
    for count, record in enumerate(system.records(), 1):
        comma = "," if count > 1 else ""
        yield f"{comma}\n    {json.dumps(record_document(record), ensure_ascii=False)}"
    if count != survey.total:
        raise PackageChangedError(before=survey.total, after=count)
    yield "\n  ]\n}\n"


def record_document(record: Record) -> dict[str, object]:
    """Return a record with stable English keys and untranslated values."""
    return {
        "id": record.id,
        "category": plain(record.category),
        "label": plain(record.label),
        "occurred_on": plain(record.occurred_on),
        "provenance": str(record.provenance),
        "basis": plain(record.basis),
        "source": plain(record.source),
        "fields": plain(record.fields),
        "text": plain(record.text),
    }


def head(answer: Answer, kind: str) -> dict[str, object]:
    """Return what every JSON file of a package begins with."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "case_number": answer.case_number,
        "controller": answer.organisation.name,
        "right": answer.right,
        "language": answer.language,
    }


def _system_line(system: SystemAnswer, totals: dict[str, int]) -> dict[str, object]:
    return {
        "key": system.key,
        "name": system.name,
        "answer": str(system.answer),
        "how_searched": system.how,
        "answered_on": plain(system.answered_on),
        "records": totals.get(system.key, 0),
        "attachments": len(system.attachments),
    }
