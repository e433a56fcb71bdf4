"""The counting told step by step: one story for page, letter, mail, log and command line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dsar.domain.calendars import WEEKEND
from dsar.domain.clock.arithmetic import (
    Excluded,
    Reading,
    Span,
    counted_days,
    extended_end,
    first_end,
)
from dsar.domain.clock.events import CLARIFICATION
from dsar.domain.clock.ledger import Ledger
from dsar.domain.clock.reckoning import Step
from dsar.domain.profiles import PauseBounds, PauseMethod, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """What the arithmetic found, before it is told."""

    out: Excluded
    reading: Reading
    statutory_on: date
    promise_on: date | None
    promise_holds: bool
    binding_on: date | None
    unpaused_on: date
    earliest_on: date


def told(ledger: Ledger, dates: Dates) -> tuple[Step, ...]:
    """Return the steps in the order in which a person would count."""
    return (
        *_receipt(ledger),
        *_ignored(ledger),
        *_questions(ledger),
        *_period(ledger, dates),
        *(_end(ledger, dates) if dates.binding_on else _suspended(ledger, dates)),
        *_stopped(ledger),
    )


def _step(ledger: Ledger, message: str, rule: str, **facts: object) -> Step:
    profile = ledger.terms.profile
    topic = _TOPICS.get(rule, "count")
    source = ledger.terms.source if topic == "count" else profile.source_of(topic)
    return Step(f"clock.step.{message}", facts, rule, source)


def _receipt(ledger: Ledger) -> Iterator[Step]:
    zone = ledger.terms.zone
    yield _step(
        ledger, "received", "R3", moment=ledger.received_at, day=ledger.arrived_on, tz=zone
    )
    if ledger.received_on != ledger.arrived_on:
        yield _step(ledger, "received_later", "R4", day=ledger.received_on)


def _ignored(ledger: Ledger) -> Iterator[Step]:
    for event in ledger.ignored:
        rule = _IGNORED_RULES.get(event.code, "R23")
        yield _step(ledger, f"ignored.{event.code}", rule, on=event.on)


def _questions(ledger: Ledger) -> Iterator[Step]:
    for span in ledger.spans:
        yield _question(ledger, span)


def _question(ledger: Ledger, span: Span) -> Step:
    restarts = ledger.terms.restarts and span.reason != CLARIFICATION
    rule = "R31" if restarts else "R32" if ledger.terms.restarts else "R27"
    if span.answered_on is None:
        return _step(ledger, f"open.{span.reason}", "R29", asked=span.asked_on)
    inclusive = ledger.terms.bounds == PauseBounds.INCLUSIVE
    kind = "restarted" if restarts else "inclusive" if inclusive else "paused"
    return _step(
        ledger,
        f"{kind}.{span.reason}",
        rule,
        asked=span.asked_on,
        answered=span.answered_on,
        n=counted_days(ledger.terms, span),
    )


def _period(ledger: Ledger, dates: Dates) -> Iterator[Step]:
    start, n = dates.out.start, dates.out.days
    if ledger.is_extended():
        yield _extended(ledger, start)
    else:
        yield _first(ledger, start)
    if n and dates.binding_on and ledger.until is None:
        yield _excluded(ledger, dates)


def _first(ledger: Ledger, start: date) -> Step:
    from_start = ledger.terms.first
    day = first_end(ledger.terms, start)
    facts: dict[str, object] = {"n": from_start.length, "start": start, "day": day}
    if from_start.unit is Unit.WORKING_DAYS:
        return _step(ledger, "working_days", "R12", **facts)
    if from_start.unit is Unit.DAYS:
        if not from_start.length:
            return _step(ledger, "at_once", "R12", **facts)
        name = "days_inclusive" if from_start.counts_receipt_day else "days"
        return _step(ledger, name, "R12", **facts)
    return _step(ledger, "months_clamped" if day.day < start.day else "months", "R11", **facts)


def _extended(ledger: Ledger, start: date) -> Step:
    on, extension = ledger.extended_on, ledger.terms.extension
    day = extended_end(ledger.terms, start, ledger.until)
    if ledger.until is not None or extension is None or extension.total is None:
        return _step(ledger, "extended_until", "R17", on=on, day=day)
    total = extension.total
    name = "extended_months" if total.unit is Unit.MONTHS else "extended_days"
    return _step(ledger, name, "R17", on=on, n=total.length, start=start, day=day)


def _excluded(ledger: Ledger, dates: Dates) -> Step:
    found, n = dates.reading, dates.out.days
    if ledger.terms.restarts:
        return _step(ledger, "excluded", "R32", n=n, day=found.chosen)
    if ledger.terms.method == PauseMethod.TOLL_MIN and found.added != found.shifted:
        days = {"added": found.added, "shifted": found.shifted}
        return _step(ledger, "tolled", "R28", n=n, day=found.chosen, **days)
    return _step(ledger, "added", "R28", n=n, day=found.chosen)


def _end(ledger: Ledger, dates: Dates) -> Iterator[Step]:
    unadjusted = dates.reading.chosen
    if dates.statutory_on != unadjusted:
        yield _moved(ledger, unadjusted, dates.statutory_on)
    elif not ledger.terms.rolls and not _is_open(ledger, unadjusted):
        yield _step(ledger, "stays", "R14", day=unadjusted)
    if dates.promise_on:
        yield _promise(ledger, dates, dates.promise_on)
    if ledger.told_on is not None and ledger.told_on < dates.statutory_on:
        yield _step(ledger, "told", "R17", day=ledger.told_on)
    yield _step(ledger, "binding", "R14", day=dates.binding_on)


def _is_open(ledger: Ledger, day: date) -> bool:
    calendar = ledger.terms.calendar
    return day.weekday() not in WEEKEND and day not in calendar.holidays


def _moved(ledger: Ledger, day: date, to: date) -> Step:
    name = ledger.terms.rolling.holidays.get(day)
    if name is None:
        return _step(ledger, "moved_weekend", "R14", day=day, to=to)
    return _step(ledger, "moved_holiday", "R15", day=day, to=to, name=name)


def _promise(ledger: Ledger, dates: Dates, promise_on: date) -> Step:
    if not dates.promise_holds:
        moved_on = ledger.promise_moved_on
        return _step(ledger, "promise_moved", "R33", day=promise_on, on=moved_on)
    if promise_on >= dates.statutory_on:
        return _step(ledger, "promise_later", "R33", day=promise_on)
    return _step(ledger, "promise", "R33", day=promise_on)


def _suspended(ledger: Ledger, dates: Dates) -> Iterator[Step]:
    yield _step(ledger, "suspended", "R29", day=dates.unpaused_on)


def _stopped(ledger: Ledger) -> Iterator[Step]:
    if ledger.informed_on is not None:
        yield _step(ledger, "informed", "R34", on=ledger.informed_on)
    elif ledger.stopped_on is not None:
        yield _step(ledger, "withdrawn", "R35", on=ledger.stopped_on)


_TOPICS = {
    "R3": "receipt",
    "R4": "receipt",
    "R14": "roll",
    "R15": "holidays",
    "R17": "extension",
    "R18": "extension",
    "R21": "extension",
    "R23": "pause",
    "R25": "pause",
    "R27": "pause",
    "R28": "pause",
    "R29": "pause",
    "R31": "pause",
    "R32": "pause",
    "R33": "promise",
    "R34": "receipt",
    "R35": "receipt",
}
_IGNORED_RULES = {
    "second_extension": "R21",
    "extension_late": "R18",
    "extension_not_told": "R18",
    "extension_reason_refused": "R17",
    "extension_without_date": "R17",
    "no_extension_in_law": "R17",
    "pause_after_deadline": "R25",
    "before_receipt": "R3",
    "answer_still_needed": "R31",
}
