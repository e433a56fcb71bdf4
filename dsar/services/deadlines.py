"""The clock of a requested right: always replayed from the log, never edited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dsar import profiles
from dsar.domain.cases import CLOCK_RUNS, State
from dsar.domain.clock import ClockEvent, ClockEventKind, Reckoning, Step, options_from, replay
from dsar.domain.events import EventKind
from dsar.models import Case, CaseEvent, RequestedRight
from dsar.services.casefile import CaseFile
from dsar.services.transaction import Db

#: Which entries of the log move the clock, and the reason that each carries.
CLOCK_ENTRIES = {
    EventKind.IDENTITY_NOTICE_SENT: (ClockEventKind.ASKED, "identity"),
    EventKind.IDENTITY_ANSWERED: (ClockEventKind.ANSWERED, "identity"),
    EventKind.DELIVERED: (ClockEventKind.INFORMED, None),
}


@dataclass(frozen=True, slots=True)
class Start:
    """What a clock starts from: the law as applied here, the choices, the receipt."""

    profile: str
    options: dict[str, Any]
    received_at: datetime


def count(start: Start, events: Iterable[ClockEvent] = ()) -> Reckoning:
    """Return the dates of a clock, with the steps that lead to them. Writes nothing."""
    profile = profiles.get(start.profile)
    return replay(profile, options_from(start.options), start.received_at, tuple(events))


def start_of(case: Case) -> Start:
    """Return what the clocks of a case start from."""
    return Start(case.profile, case.clock_options, case.received_at)


def local_today(profile_id: str, now: datetime) -> date:
    """Return which day it is where the organisation answers."""
    return profiles.get(profile_id).local_date(now)


def set_dates(right: RequestedRight, reckoning: Reckoning) -> None:
    """Write a reckoning into the row of a right."""
    # While suspended the law names no day: then the one without the pause stands in.
    right.unadjusted_on = reckoning.unadjusted_on or reckoning.unpaused_on
    right.statutory_on = reckoning.statutory_on or reckoning.unpaused_on
    right.earliest_on = reckoning.earliest_on
    right.promise_on = reckoning.promise_on
    right.binding_on = reckoning.binding_on
    right.unpaused_on = reckoning.unpaused_on
    right.target_on = reckoning.target_on
    right.extension_notice_on = reckoning.extension_notice_on
    right.sort_on = reckoning.sort_on
    right.is_suspended = reckoning.is_suspended
    right.clock_flags = list(reckoning.flags)
    right.clock_steps = steps_document(reckoning)
    right.rule_version = reckoning.rule_version
    right.calendar_hash = reckoning.calendar_hash


def steps_document(reckoning: Reckoning) -> list[dict[str, Any]]:
    """Return the steps as JSON holds them; read_steps() gives them back."""
    return [
        {
            "message_id": step.message_id,
            "rule": step.rule,
            "source": step.source,
            "facts": {name: _encoded(value) for name, value in step.facts.items()},
        }
        for step in reckoning.steps
    ]


def read_steps(document: Iterable[dict[str, Any]]) -> tuple[Step, ...]:
    """Return steps as they were counted: dates, moments and zones are values again."""
    return tuple(
        Step(
            message_id=entry["message_id"],
            rule=entry["rule"],
            source=entry["source"],
            facts={name: _decoded(value) for name, value in entry["facts"].items()},
        )
        for entry in document
    )


def _encoded(value: object) -> object:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    return {"zone": value.key} if isinstance(value, ZoneInfo) else value


def _decoded(value: Any) -> object:
    match value:
        case {"at": moment}:
            return datetime.fromisoformat(moment)
        case {"on": day}:
            return date.fromisoformat(day)
        case {"zone": zone}:
            return ZoneInfo(zone)
    return value


def clock_events(session: Db, case_id: str, right: str | None = None) -> list[ClockEvent]:
    """Return what moves the clock of one right of a case, from its log, in order.

    Without a right: what moves any of them. An entry that names a right moves that one only.
    """
    rows = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.case_id == case_id, CaseEvent.kind.in_(map(str, CLOCK_ENTRIES)))
        .order_by(CaseEvent.seq)
    )
    return [_clock_event(row) for row in rows if _moves(row, right)]


def rights_of(session: Db, case_id: str) -> list[RequestedRight]:
    """Return the rights used in a case, in the order in which the person named them."""
    query = select(RequestedRight).where(RequestedRight.case_id == case_id)
    return list(session.scalars(query.order_by(RequestedRight.position)))


def recount(file: CaseFile, cause: EventKind) -> None:
    """Replay every open clock of the case; where a date moves, write and record it."""
    file.session.flush()  # the log just written is part of the replay
    start = start_of(file.case)
    for right in rights_of(file.session, file.case.id):
        if State(right.state) not in CLOCK_RUNS:
            continue
        before = right.binding_on
        events = clock_events(file.session, file.case.id, right.right)
        set_dates(right, count(start, events))
        if before != right.binding_on:
            file.record(
                EventKind.DEADLINE_MOVED,
                right=right.right,
                before=before,
                cause=str(cause),
                **date_facts(right),
            )
    take_earliest(file)


def take_earliest(file: CaseFile) -> None:
    """Give the case the earliest date of those rights that still run (house: one case)."""
    rights = rights_of(file.session, file.case.id)
    running = [right for right in rights if State(right.state) in CLOCK_RUNS] or rights
    first = min(running, key=lambda right: right.sort_on)
    file.case.sort_on = first.sort_on
    file.case.binding_on = first.binding_on
    file.case.statutory_on = first.statutory_on


def date_facts(right: RequestedRight) -> dict[str, object]:
    """Return the dates of a right as an entry of the log carries them."""
    return {
        "binding": right.binding_on,
        "statutory": right.statutory_on,
        "promise": right.promise_on,
        "sort_on": right.sort_on,
        "rule_version": right.rule_version,
        "calendar": right.calendar_hash,
    }


def _moves(row: CaseEvent, right: str | None) -> bool:
    """Say whether an entry moves the clock: not where it names another right, or no pause."""
    named = row.facts.get("right")
    return bool(row.facts.get("pauses", True)) and (right is None or named in (None, right))


def _clock_event(row: CaseEvent) -> ClockEvent:
    kind, reason = CLOCK_ENTRIES[EventKind(row.kind)]
    return ClockEvent(kind=kind, at=row.at, reason=reason)
