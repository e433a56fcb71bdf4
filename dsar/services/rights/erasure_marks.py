"""What must be erased again if a backup is restored: digests that name nobody."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select, update

from dsar.domain.errors import DomainError
from dsar.models import (
    CasePerson,
    DataSystem,
    ErasureMark,
    Measure,
    Organisation,
    db,
    new_id,
)
from dsar.services.casefile import CaseFile
from dsar.services.transaction import Db
from dsar.vault import current_vault, last_digits, normalise_address

EMAIL, PHONE = "email", "phone"
_ADDRESS: Final = re.compile(r"[^\s<>,;:\"'|()\[\]]+@[^\s<>,;:\"'|()\[\]]+")
_NUMBER: Final = re.compile(r"(?<![\w@.+])\+?\(?\d[\d ()\u00a0.-]{5,}\d(?![\w@])")


class SystemUnknown(DomainError):
    """No such system, or no such organisation."""

    message_id = "error.system_unknown"


@dataclass(frozen=True, slots=True)
class MarkList:
    """What is remembered of one erasure: how many identifiers, until when. No person."""

    organisation: str
    system: str
    number: str
    erased_at: datetime
    until_on: date
    identifiers: int


@dataclass(frozen=True, slots=True)
class Again:
    """A line of a restored system that is erased again: where, for which case, found how."""

    line: int
    number: str
    kind: str


def mark(file: CaseFile, system_id: str, until_on: date) -> None:
    """Remember under which identifiers something was erased, in the caller's transaction."""
    session, case = file.session, file.case
    digests = {
        _digest(case.organisation_id, kind, text)
        for kind, text in _identifiers(session, case.id)
    }
    known = session.scalars(
        select(ErasureMark.digest).where(
            ErasureMark.system_id == system_id, ErasureMark.erased_at == file.now
        )
    )
    for digest in sorted(digests - {bytes(each) for each in known}):
        session.add(
            ErasureMark(
                id=new_id(),
                organisation_id=case.organisation_id,
                system_id=system_id,
                case_number=case.number,
                digest=digest,
                erased_at=file.now,
                until_on=until_on,
            )
        )


def keep_marks(file: CaseFile, row: Measure, until_on: date) -> None:
    """Keep the marks of an erasure longer, in the caller's transaction; never shorter."""
    file.session.execute(
        update(ErasureMark)
        .where(
            ErasureMark.organisation_id == file.case.organisation_id,
            ErasureMark.case_number == file.case.number,
            ErasureMark.system_id == row.system_id,
            ErasureMark.erased_at == row.executed_at,
            ErasureMark.until_on < until_on,
        )
        .values(until_on=until_on)
    )


def listing() -> list[MarkList]:
    """Return what is remembered of each erasure, by organisation, system and case."""
    mark_ = ErasureMark
    rows = db.session.execute(
        select(
            Organisation.key,
            DataSystem.key,
            mark_.case_number,
            mark_.erased_at,
            mark_.until_on,
            func.count(mark_.id),
        )
        .join(DataSystem, DataSystem.id == mark_.system_id)
        .join(Organisation, Organisation.id == mark_.organisation_id)
        .group_by(
            Organisation.key,
            DataSystem.key,
            mark_.case_number,
            mark_.erased_at,
            mark_.until_on,
        )
        .order_by(Organisation.key, DataSystem.key, mark_.erased_at, mark_.case_number)
    )
    return [MarkList(*row) for row in rows]


def again(
    organisation: str, system: str, lines: Iterable[str], copied_on: date | None = None
) -> Iterator[Again]:
    """Yield the lines of a restored system's export that are to be erased again.

    copied_on: the day of the backup; what was erased before that day is not in it.
    Raises SystemUnknown.
    """
    row = _system(organisation, system)
    marks = db.session.execute(
        select(ErasureMark.digest, ErasureMark.case_number, ErasureMark.erased_at)
        .where(ErasureMark.system_id == row.id)
        .order_by(ErasureMark.erased_at)
    )
    known = {
        bytes(digest): number
        for digest, number, erased_at in marks
        if copied_on is None or erased_at.date() >= copied_on
    }
    return _hits(row.organisation_id, known, lines)


def _hits(house: str, known: dict[bytes, str], lines: Iterable[str]) -> Iterator[Again]:
    for number, line in enumerate(lines, 1):
        found = ((known.get(_digest(house, k, text)), k) for k, text in _candidates(line))
        met = {case: kind for case, kind in found if case is not None}
        yield from (Again(number, case, kind) for case, kind in sorted(met.items()))


def _candidates(line: str) -> Iterator[tuple[str, str]]:
    """Yield everything in a line that has the shape of an address or a number."""
    yield from ((EMAIL, each.strip(".")) for each in _ADDRESS.findall(line))
    yield from ((PHONE, each) for each in _NUMBER.findall(line))


def _identifiers(session: Db, case_id: str) -> list[tuple[str, str]]:
    """Return the addresses and numbers of the person the data is about.

    Those of who asked for her, where she has none of her own.
    """
    query = select(CasePerson).where(CasePerson.case_id == case_id)
    people = {person.kind: _of(person) for person in session.scalars(query)}
    return people.get("data_subject") or people.get("requester") or []


def _of(person: CasePerson) -> list[tuple[str, str]]:
    vault = current_vault()
    found = [(kind, vault.open_optional(person, kind) or "") for kind in (EMAIL, PHONE)]
    return [(kind, text) for kind, text in found if _normal(kind, text)]


def _digest(house: str, kind: str, text: str) -> bytes:
    value = f"{house}:{kind}:{_normal(kind, text)}"
    return bytes.fromhex(current_vault().blind("erasure_mark", value))


def _normal(kind: str, text: str) -> str:
    return normalise_address(text) if kind == EMAIL else last_digits(text)


def _system(organisation: str, system: str) -> DataSystem:
    row = db.session.scalar(
        select(DataSystem)
        .join(Organisation, Organisation.id == DataSystem.organisation_id)
        .where(Organisation.key == organisation, DataSystem.key == system)
    )
    if row is None:
        raise SystemUnknown
    return row
