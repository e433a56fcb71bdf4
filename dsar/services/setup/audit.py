"""Is the log of a case whole? Every entry is hashed anew and compared with what was written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from dsar.domain.events import Actor, Entry, chain_hash
from dsar.models import Case, CaseEvent, EventHead, Organisation, db

#: What can be wrong with an entry.
CHANGED: Final = "changed"
MISSING: Final = "missing"
UNBOUND: Final = "unbound"
CUT: Final = "cut"
REWRITTEN: Final = "rewritten"


@dataclass(frozen=True, slots=True)
class BrokenEntry:
    """The first entry of a log that is not as it was written. seq counts from one."""

    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Verified:
    """The log of one case after a look at it; broken is None when it is whole."""

    organisation_key: str
    number: str
    broken: BrokenEntry | None


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a log at some time: what an off-host copy keeps of it."""

    case_id: str
    seq: int
    hash: str


#: A mark for a case of which nothing was kept elsewhere.
NO_MARK: Final = Head("", 0, "")
NO_MARKS: Final[Mapping[str, Head]] = {}


def verify_log(case_id: str, mark: Head = NO_MARK) -> BrokenEntry | None:
    """Return the first broken entry of a case's log, or None when it is whole.

    mark: the head as it was kept elsewhere; a log that was written anew does not lead to it.
    """
    previous, seq = "", 0
    query = select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)
    for row in db.session.scalars(query):
        seq += 1
        if why := _fault(row, seq, previous):
            return BrokenEntry(seq, why)
        if seq == mark.seq and row.hash != mark.hash:
            return BrokenEntry(seq, REWRITTEN)
        previous = row.hash
    head = db.session.get(EventHead, case_id)
    if head is None or seq < max(head.seq, mark.seq, 1):
        return BrokenEntry(seq + 1, CUT)
    return None if (head.seq, head.hash) == (seq, previous) else BrokenEntry(seq, UNBOUND)


def verify_all(
    organisation_key: str = "", marks: Mapping[str, Head] = NO_MARKS
) -> Iterator[Verified]:
    """Verify the log of each case, of one organisation or of all; no marked case may lack."""
    for case_id, number, key in _cases(organisation_key):
        broken = verify_log(case_id, marks.get(case_id, NO_MARK))
        yield Verified(key, number, broken)
    for case_id in marks.keys() - {case_id for case_id, _, _ in _cases("")}:
        yield Verified("?", case_id, BrokenEntry(1, CUT))


def heads() -> Iterator[Head]:
    """Yield the head of every log, to be kept on another host."""
    query = select(EventHead.case_id, EventHead.seq, EventHead.hash).order_by(EventHead.case_id)
    for case_id, seq, digest in db.session.execute(query):
        yield Head(case_id, seq, digest)


def _cases(organisation_key: str) -> list[tuple[str, str, str]]:
    query = select(Case.id, Case.number, Organisation.key).join(
        Organisation, Organisation.id == Case.organisation_id
    )
    if organisation_key:
        query = query.where(Organisation.key == organisation_key)
    found = db.session.execute(query.order_by(Organisation.key, Case.number))
    return [(case_id, number, key) for case_id, number, key in found]


def _fault(row: CaseEvent, seq: int, previous: str) -> str:
    """Return what is wrong with an entry that follows `previous`, or nothing."""
    if row.seq != seq:
        return MISSING
    if row.previous_hash != previous:
        return UNBOUND
    entry = Entry(row.at, row.kind, Actor(row.actor_kind, row.actor_ref), row.facts)
    return "" if row.hash == chain_hash(previous, entry) else CHANGED
