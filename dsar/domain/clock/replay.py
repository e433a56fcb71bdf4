"""Replay the events of one clock, and reckon its dates; no date is ever carried on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dsar.domain.clock.arithmetic import (
    Excluded,
    counted_days,
    earliest,
    excluded,
    moved,
    reading,
)
from dsar.domain.clock.errors import BadClockEvent
from dsar.domain.clock.events import ClockEvent, in_order
from dsar.domain.clock.ledger import Ignored, Ledger, apply, opened
from dsar.domain.clock.objections import Weight, limit_of_notice, notice_day, objections
from dsar.domain.clock.options import ClockOptions, zone_named
from dsar.domain.clock.reckoning import Pause, Reckoning
from dsar.domain.clock.steps import Dates, told
from dsar.domain.clock.terms import RULE_VERSION, terms_of
from dsar.domain.profiles import JurisdictionProfile, Unit


def replay(
    profile: JurisdictionProfile,
    options: ClockOptions,
    received_at: datetime,
    events: Sequence[ClockEvent] = (),
) -> Reckoning:
    """Return every date of the clock. What the law does not honour is ignored and flagged.

    Raises only for what is no clock at all: an unknown option, clock or subdivision, a moment
    without a time zone, or a year that the frozen calendar does not cover.
    """
    if received_at.utcoffset() is None:
        raise BadClockEvent(problem="no_time_zone", field="received_at")
    ledger = opened(terms_of(profile, options), received_at)
    for event in in_order(events):
        _take(ledger, event)
    return _reckoned(ledger)


def check(  # noqa: PLR0913, PLR0917  # the four inputs of a clock, and the event asked about
    profile: JurisdictionProfile,
    options: ClockOptions,
    received_at: datetime,
    events: Sequence[ClockEvent],
    event: ClockEvent,
) -> None:
    """Raise the named error when the event may not be recorded now; change nothing."""
    ledger = opened(terms_of(profile, options), received_at)
    for past in in_order(events):
        _take(ledger, past)
    on = _local(ledger, event)
    found = [o for o in objections(ledger, event, on) if o.weight >= Weight.UNFIT]
    if found:
        worst = max(found, key=lambda objection: objection.weight)
        raise worst.error(profile=profile.id, on=on, code=worst.code)


def _take(ledger: Ledger, event: ClockEvent) -> None:
    on = _local(ledger, event)
    found = list(objections(ledger, event, on))
    for objection in found:
        ledger.flag(objection.code)
    if any(objection.weight is Weight.VOID for objection in found):
        ledger.ignored.append(Ignored(on, event.kind, found[-1].code))
    else:
        apply(ledger, event, on)


def _local(ledger: Ledger, event: ClockEvent) -> date:
    return event.at.astimezone(ledger.terms.zone).date()


@dataclass(frozen=True, slots=True)
class _Promise:
    """The organisation's own date, and whether it still holds."""

    on: date | None
    holds: bool

    def bound(self, day: date) -> date:
        """Return the earlier of the day and the promise, where the promise holds."""
        return min(day, self.on) if self.on and self.holds else day


def _reckoned(ledger: Ledger) -> Reckoning:
    terms = ledger.terms
    out = excluded(terms, ledger.received_on, ledger.spans, None)
    found = reading(terms, out, ledger.is_extended(), ledger.until)
    statutory = moved(terms, found.chosen)
    promise = _promise(ledger)
    suspended = bool(ledger.open_spans())
    told_by = min(filter(None, (statutory, ledger.told_on)))
    binding = None if suspended else promise.bound(told_by)
    unpaused = _unpaused(ledger, promise)
    dates = Dates(
        out=out,
        reading=found,
        statutory_on=statutory,
        promise_on=promise.on,
        promise_holds=promise.holds,
        binding_on=binding,
        unpaused_on=unpaused,
        earliest_on=_earliest(ledger, promise),
    )
    _flag_reading(ledger, dates)
    return _assembled(ledger, dates)


def _assembled(ledger: Ledger, dates: Dates) -> Reckoning:
    terms, binding = ledger.terms, dates.binding_on
    suspended = bool(ledger.open_spans())
    target = min(filter(None, (dates.earliest_on, dates.promise_on)))
    return Reckoning(
        received_on=ledger.received_on,
        unadjusted_on=None if suspended else dates.reading.chosen,
        statutory_on=None if suspended else dates.statutory_on,
        earliest_on=dates.earliest_on,
        promise_on=dates.promise_on,
        promise_moved_on=ledger.promise_moved_on if dates.promise_on else None,
        binding_on=binding,
        unpaused_on=dates.unpaused_on,
        sort_on=binding or dates.unpaused_on,
        target_on=terms.calendar.roll_back(target),
        extension_notice_on=_notice_on(ledger),
        last_notice_on=_last_notice_on(ledger),
        refusal_on=None if suspended else _refusal_on(ledger, dates.out),
        is_suspended=suspended,
        is_extended=ledger.is_extended(),
        is_stopped=ledger.stopped_on is not None,
        informed_on=ledger.informed_on,
        due_at=end_of_day(binding, terms.zone) if binding else None,
        excluded_days=dates.out.days,
        pauses=_pauses(ledger),
        flags=tuple(ledger.flags),
        steps=told(ledger, dates),
        rule_version=RULE_VERSION,
        calendar_hash=terms.rolling.digest,
    )


def _pauses(ledger: Ledger) -> tuple[Pause, ...]:
    terms = ledger.terms
    return tuple(
        Pause(s.reason, s.asked_on, s.answered_on, counted_days(terms, s)) for s in ledger.spans
    )


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the end of the last hour of a local day (24:00), as an instant in UTC."""
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


def _promise(ledger: Ledger) -> _Promise:
    """The promise runs from receipt and does not move, unless its own text says so (R33)."""
    terms, options = ledger.terms, ledger.terms.options
    days: list[date] = []
    if options.promise_days is not None:
        days.append(ledger.received_on + timedelta(days=options.promise_days))
    if options.promise_working_days is not None:
        count = options.promise_working_days
        days.append(terms.calendar.add_working_days(ledger.received_on, count))
    if not days or not terms.is_response:
        return _Promise(None, holds=False)
    on = min(days)
    if options.promise_rolls:
        on = terms.calendar.roll_forward(on)
    return _Promise(on, holds=ledger.promise_moved_on is None)


def _unpaused(ledger: Ledger, promise: _Promise) -> date:
    """Return the last day as if no question had been asked; an extension still counts."""
    terms = ledger.terms
    whole = reading(terms, Excluded(ledger.received_on, 0), ledger.is_extended(), ledger.until)
    day = moved(terms, whole.chosen)
    if promise.on and not ledger.is_extended():
        return min(day, promise.on)
    return day


def _earliest(ledger: Ledger, promise: _Promise) -> date:
    """Return the strictest reading; an earlier promise and an earlier zone count (D14, D18)."""
    terms, starts = ledger.terms, [ledger.arrived_on]
    if terms.options.person_tz:
        zone = zone_named(terms.options.person_tz)
        starts.append(ledger.received_at.astimezone(zone).date())
    day = earliest(terms, min(starts), ledger.is_extended(), ledger.until)
    return min(filter(None, (day, promise.on, ledger.told_on)))


def _notice_on(ledger: Ledger) -> date | None:
    terms = ledger.terms
    if terms.first.unit is Unit.WORKING_DAYS or not (terms.is_response or terms.extension):
        return None
    return notice_day(ledger)


def _last_notice_on(ledger: Ledger) -> date | None:
    if ledger.open_spans() or ledger.terms.extension is None:
        return None
    return limit_of_notice(ledger, ledger.received_on)


def _refusal_on(ledger: Ledger, out: Excluded) -> date:
    terms = ledger.terms
    extended = ledger.is_extended() and not terms.profile.refusal_in_first_period
    return moved(terms, reading(terms, out, extended, ledger.until).chosen)


def _flag_reading(ledger: Ledger, dates: Dates) -> None:
    profile, options = ledger.terms.profile, ledger.terms.options
    if profile.needs_subdiv and not options.subdiv:
        ledger.flag("subdiv_assumed")
    if ledger.received_on < profile.valid_from:
        ledger.flag("before_profile")
    if dates.promise_on and dates.promise_on >= dates.statutory_on:
        ledger.flag("promise_not_earlier")
    if dates.binding_on and dates.earliest_on < dates.binding_on:
        ledger.flag("earlier_reading")
    in_force = profile.pause.in_force_on
    if ledger.spans and in_force and ledger.received_on < in_force:
        ledger.flag("before_pause_law")
