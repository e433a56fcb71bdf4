"""The clock of a requested right: always replayed from the log, never edited."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dsar import profiles
from dsar.domain.cases import CLOCK_RUNS, State
from dsar.domain.clock import (
    ClockError,
    ClockEvent,
    ClockOptions,
    Reckoning,
    Step,
    check,
    earlier_of,
    options_from,
    replay,
)
from dsar.domain.events import EventKind
from dsar.domain.organisations import OrganisationFacts, clock_options, profiles_of
from dsar.models import Case, RequestedRight
from dsar.services.casefile import CaseFile
from dsar.services.clock.clock_log import added_at, clock_events, is_question_open
from dsar.services.transaction import Db


@dataclass(frozen=True, slots=True)
class Start:
    """What a clock starts from: the law as applied here, the choices, the receipt.

    site: the law that a site declares for itself, with its choices; the earlier date binds.
    """

    profile: str
    options: dict[str, Any]
    received_at: datetime
    site: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """The dates of one right as they are, and as they would be."""

    right: str
    before: Reckoning
    after: Reckoning


def count(start: Start, events: Iterable[ClockEvent] = ()) -> Reckoning:
    """Return the dates of a clock, with the steps that lead to them. Writes nothing."""
    past, received_at = tuple(events), start.received_at
    profile = profiles.get(start.profile)
    found = replay(profile, options_from(start.options), received_at, past)
    if start.site is None:
        return found
    law = profiles.get(start.site["profile"])
    return earlier_of(found, replay(law, _site_options(start), received_at, past), law)


def _site_options(start: Start) -> ClockOptions:
    return options_from(start.site["options"] if start.site else {})


def start_for(facts: OrganisationFacts, host: str, received_at: datetime) -> Start:
    """Return what a request to an organisation starts from, by the site that it came in at."""
    profile, *declared = profiles_of(facts, host)
    if not declared:
        return Start(profile, clock_options(facts, host), received_at)
    site = facts.site(host)
    promise = clock_options(replace(facts, clock={}, sites=()))
    options = {**(site.clock if site else {}), **promise}
    return Start(
        profile,
        clock_options(facts),
        received_at,
        {"profile": declared[0], "options": options},
    )


def start_of(case: Case) -> Start:
    """Return what the clocks of a case start from."""
    return Start(case.profile, case.clock_options, case.received_at, case.site_clock)


def reckon(session: Db, case: Case, right: str) -> Reckoning:
    """Return the dates of one right of a case, counted from its log. Writes nothing."""
    found, added = count(*_clock(session, case, right)), added_at(session, case.id).get(right)
    return found if added is None else _noted(session, case, found, added)


def reckon_added(session: Db, case: Case, received_at: datetime) -> Reckoning:
    """Return the dates that a right added then would have. Writes nothing."""
    found = count(replace(start_of(case), received_at=received_at))
    return _noted(session, case, found, received_at)


def _noted(session: Db, case: Case, found: Reckoning, added: datetime) -> Reckoning:
    """Flag a question that was open when the right came: it was not asked about it (R24)."""
    if not is_question_open(session, case.id, added):
        return found
    return replace(found, flags=(*found.flags, "asked_before_added"))


def preview(session: Db, case: Case, right: str, event: ClockEvent) -> Preview:
    """Return what an event would make of the dates of a right. Writes nothing."""
    start, past = _clock(session, case, right)
    return Preview(right, count(start, past), count(start, [*past, event]))


def check_event(session: Db, case: Case, right: str, event: ClockEvent) -> None:
    """Raise the named error where a law of the case does not honour the event.

    Where a site has a law of its own, both must: its error names that law (decision 6).
    """
    start, past = _clock(session, case, right)
    options = options_from(start.options)
    check(profiles.get(start.profile), options, start.received_at, past, event)
    if start.site is None:
        return
    law = profiles.get(start.site["profile"])
    try:
        check(law, _site_options(start), start.received_at, past, event)
    except ClockError as error:
        raise type(error)(**error.facts, law=law.name) from None


def _clock(session: Db, case: Case, right: str) -> tuple[Start, list[ClockEvent]]:
    start, added = start_of(case), added_at(session, case.id).get(right)
    if added is not None:
        start = replace(start, received_at=added)
    return start, clock_events(session, case.id, right, added)


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


def rights_of(session: Db, case_id: str) -> list[RequestedRight]:
    """Return the rights used in a case, in the order in which the person named them."""
    query = select(RequestedRight).where(RequestedRight.case_id == case_id)
    return list(session.scalars(query.order_by(RequestedRight.position)))


def recount(file: CaseFile, cause: EventKind) -> None:
    """Replay every open clock of the case; where a date moves, write and record it."""
    file.session.flush()  # the log just written is part of the replay
    for right in running_rights(file.session, file.case.id):
        before = right.binding_on
        set_dates(right, reckon(file.session, file.case, right.right))
        if before != right.binding_on:
            file.record(
                EventKind.DEADLINE_MOVED,
                right=right.right,
                before=before,
                cause=str(cause),
                **date_facts(right),
            )
    take_earliest(file)


def running_rights(session: Db, case_id: str) -> list[RequestedRight]:
    """Return the rights of a case whose clocks still run."""
    return [r for r in rights_of(session, case_id) if State(r.state) in CLOCK_RUNS]


def leading_right(session: Db, case_id: str) -> RequestedRight:
    """Return the right whose date is shown for its case: the earliest that still runs.

    A clock that stands still shows only where no other clock has a date that binds.
    """
    rights = running_rights(session, case_id) or rights_of(session, case_id)
    return min(rights, key=lambda right: (right.binding_on is None, right.sort_on))


def take_earliest(file: CaseFile) -> None:
    """Give the case the earliest date of those rights that still run (house: one case)."""
    session, case = file.session, file.case
    first = leading_right(session, case.id)
    case.binding_on, case.statutory_on = first.binding_on, first.statutory_on
    # Lists and reminders look at the earliest of all: a pause hides nothing from them.
    running = running_rights(session, case.id) or [first]
    case.sort_on = min(right.sort_on for right in running)


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
