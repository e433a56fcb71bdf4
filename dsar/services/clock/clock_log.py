"""What the log says of the clocks of a case: where each one starts, and what has moved it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from dsar.domain.cases import Outcome
from dsar.domain.clock import CLARIFICATION, IDENTITY, ClockEvent, ClockEventKind
from dsar.domain.events import EventKind
from dsar.domain.fees import FeeEnd
from dsar.models import CaseEvent
from dsar.services.transaction import Db

E, C = EventKind, ClockEventKind


def clock_events(
    session: Db, case_id: str, right: str | None = None, since: datetime | None = None
) -> list[ClockEvent]:
    """Return what moves the clock of one right of a case, from its log, in order.

    Without a right: what moves any of them. An entry that names a right moves that one only.
    since: what happened before a right was added does not touch its clock.
    """
    rows = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case_id, CaseEvent.kind.in_(map(str, CLOCK_ENTRIES)))
        .order_by(CaseEvent.seq)
    )
    late_enough = [row for row in rows if since is None or row.at >= since]
    given_up = _fees_given_up(late_enough)
    counted = [row for row in late_enough if row.facts.get("notice") not in given_up]
    found = (CLOCK_ENTRIES[E(row.kind)](row) for row in counted if _names(row, right))
    return [event for event in found if event is not None]


def is_question_open(session: Db, case_id: str, at: datetime) -> bool:
    """Return whether a question that stops a clock waited for its answer at that moment."""
    waiting: set[str | None] = set()
    for event in clock_events(session, case_id):
        if event.at < at and event.kind is C.ASKED:
            waiting.add(event.reason)
        elif event.at < at and event.kind is C.ANSWERED:
            waiting.discard(event.reason)
    return bool(waiting)


def _fees_given_up(rows: Iterable[CaseEvent]) -> set[str]:
    """Return the fees that were never paid: the clock runs as if nobody had asked."""
    ends = (row.facts for row in rows if row.kind == E.FEE_SETTLED)
    return {facts["notice"] for facts in ends if facts["end"] != FeeEnd.PAID}


def added_at(session: Db, case_id: str) -> dict[str, datetime]:
    """Return the receipt of each right that was added to the case later (R9)."""
    rows = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case_id, CaseEvent.kind == str(E.RIGHT_ADDED))
        .order_by(CaseEvent.seq)
    )
    return {
        row.facts["right"]: datetime.fromisoformat(row.facts["received_at"]) for row in rows
    }


def _names(row: CaseEvent, right: str | None) -> bool:
    return right is None or row.facts.get("right") in (None, right)


Reader = Callable[[CaseEvent], ClockEvent | None]


def _plain(kind: ClockEventKind, reason: str | None = None) -> Reader:
    """Read an entry that always counts, unless it says that it pauses nothing."""

    def read(row: CaseEvent) -> ClockEvent | None:
        counts = row.facts.get("pauses", True)
        return ClockEvent(kind, row.at, reason) if counts else None

    return read


def _asked(row: CaseEvent) -> ClockEvent | None:
    event = _plain(C.ASKED, CLARIFICATION)(row)
    facts: Mapping[str, Any] = row.facts
    explained = bool(facts.get("explained"))
    return event and replace(event, large_quantity=True, delay_explained=explained)


def _extended(row: CaseEvent) -> ClockEvent:
    until = row.facts.get("until")
    return ClockEvent(
        C.EXTENDED,
        row.at,
        until=date.fromisoformat(until) if until else None,
        reasons=tuple(row.facts["reasons"]),
    )


def _closed(row: CaseEvent) -> ClockEvent | None:
    is_withdrawn = row.facts.get("outcome") == Outcome.WITHDRAWN
    return ClockEvent(C.WITHDRAWN, row.at) if is_withdrawn else None


#: Which entries of the log move a clock, and how each is read.
CLOCK_ENTRIES: Final[Mapping[EventKind, Reader]] = {
    E.IDENTITY_NOTICE_SENT: _plain(C.ASKED, IDENTITY),
    E.IDENTITY_ANSWERED: _plain(C.ANSWERED, IDENTITY),
    E.QUESTION_NOTICE_SENT: _asked,
    E.QUESTION_ANSWERED: _plain(C.ANSWERED, CLARIFICATION),
    E.EXTENSION_NOTIFIED: _extended,
    E.FEE_NOTICE_SENT: _plain(C.FEE_ASKED),
    E.FEE_SETTLED: _plain(C.FEE_PAID),
    E.DELIVERED: _plain(C.INFORMED),
    E.RIGHT_CLOSED: _closed,
    E.RIGHT_REOPENED: _plain(C.REOPENED),
}
