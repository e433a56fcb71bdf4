"""The log of one case, newest first, with the names that its ids stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dsar.models import CaseEvent, DataSystem, EventHead, Staff, db

PAGE = 100


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry as it was written; facts hold ids, dates, codes and counts."""

    seq: int
    at: datetime
    kind: str
    actor_kind: str
    actor_ref: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Log:
    """One page of a log; `staff` and `systems` give the names of the ids in it."""

    rows: tuple[LogRow, ...]
    total: int
    staff: Mapping[str, str]
    systems: Mapping[str, str]

    @property
    def older(self) -> int | None:
        """Return the number before which the next page begins."""
        return self.rows[-1].seq if self.rows and self.rows[-1].seq > 1 else None


def log_of(case_id: str, before: int | None = None) -> Log:
    """Return the newest entries of a case, or those before an entry; three queries for any."""
    query = select(CaseEvent).where(CaseEvent.case_id == case_id)
    if before is not None:
        query = query.where(CaseEvent.seq < before)
    found = db.session.scalars(query.order_by(CaseEvent.seq.desc()).limit(PAGE))
    rows = tuple(
        LogRow(row.seq, row.at, row.kind, row.actor_kind, row.actor_ref, row.facts)
        for row in found
    )
    head = db.session.get(EventHead, case_id)
    return Log(rows, head.seq if head else 0, _staff(rows), _systems(rows))


def _staff(rows: Sequence[LogRow]) -> dict[str, str]:
    ids = {row.actor_ref for row in rows if row.actor_kind == "staff"}
    ids |= {row.facts["staff"] for row in rows if row.facts.get("staff")}
    query = select(Staff.id, Staff.name).where(Staff.id.in_(ids))
    return {staff_id: name for staff_id, name in db.session.execute(query)}


def _systems(rows: Sequence[LogRow]) -> dict[str, str]:
    ids = {row.facts["system"] for row in rows if row.facts.get("system")}
    query = select(DataSystem).where(DataSystem.id.in_(ids))
    return {row.id: str(row.document.get("name", row.key)) for row in db.session.scalars(query)}
