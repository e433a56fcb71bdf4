"""The counting itself: periods, excluded days, and where a last day ends up."""

from dataclasses import dataclass
from datetime import date, timedelta

from dsar.domain.calendars import add_months, weekday_calendar
from dsar.domain.clock.events import CLARIFICATION
from dsar.domain.clock.terms import Terms
from dsar.domain.profiles import PauseBounds, PauseMethod, Period, Unit

_WEEKDAYS = weekday_calendar()


@dataclass(slots=True)
class Span:
    """One question to the person: asked on a local date, and answered on one, or still open."""

    reason: str
    asked_on: date
    answered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Excluded:
    """From when the period runs, and how many days in it do not count."""

    start: date
    days: int


def excluded(
    terms: Terms, received_on: date, spans: list[Span], today: date | None
) -> Excluded:
    """Return what the answered questions exclude; open ones count as if answered today."""
    if not spans or terms.method == PauseMethod.NONE:
        return Excluded(received_on, 0)
    start = received_on
    if terms.restarts:
        restarts = (s.answered_on for s in spans if s.reason != CLARIFICATION)
        start = max([received_on, *(day for day in restarts if day)])
    return Excluded(start, _days(terms, start, _bounds(terms, spans, today)))


def counted_days(terms: Terms, span: Span) -> int:
    """Return how many days one answered question takes, by the bounds of the law (D9)."""
    if span.answered_on is None:
        return 0
    return (span.answered_on - span.asked_on).days + (terms.bounds == PauseBounds.INCLUSIVE)


def _bounds(terms: Terms, spans: list[Span], today: date | None) -> list[tuple[date, date]]:
    inclusive = terms.bounds == PauseBounds.INCLUSIVE
    pairs = []
    for span in spans:
        last = span.answered_on or today
        if last is None or (terms.restarts and span.reason != CLARIFICATION):
            continue
        first = span.asked_on if inclusive else span.asked_on + timedelta(days=1)
        pairs.append((first, last))
    return pairs


def _days(terms: Terms, start: date, pairs: list[tuple[date, date]]) -> int:
    """Count the days after the start that lie in any pair: overlaps count once (R27)."""
    total, reached = 0, start
    for first, last in sorted(pairs):
        begin = max(first, reached + timedelta(days=1))
        if last >= begin:
            total += (last - begin).days + 1
            reached = last
    return total


def end_of(terms: Terms, period: Period, start: date) -> date:
    """Return the last day of a period that runs from the start, before any move (R11, R12)."""
    if period.unit is Unit.MONTHS:
        return add_months(start, period.length)
    if period.unit is Unit.DAYS:
        return start + timedelta(days=period.length - period.counts_receipt_day)
    return terms.counting.add_working_days(start, period.length)


def first_end(terms: Terms, start: date) -> date:
    """Return the end of the first period from the start, before any move."""
    return end_of(terms, terms.first, start)


def extended_end(terms: Terms, start: date, until: date | None) -> date:
    """Return the end of the extended period from the start, before any move (R17, D11)."""
    extension = terms.extension
    if until is not None or extension is None or extension.total is None:
        return until or first_end(terms, start)
    if terms.options.extension_base == "first_deadline" and extension.further:
        return end_of(terms, extension.further, first_end(terms, start))
    counted = terms.first.counts_receipt_day
    total = Period(extension.total.length, extension.total.unit, counted)
    return end_of(terms, total, start)


@dataclass(frozen=True, slots=True)
class Reading:
    """The two honest ways to count past a pause; which one binds is the method's (R28)."""

    added: date
    shifted: date
    chosen: date


def reading(terms: Terms, out: Excluded, extended: bool, until: date | None) -> Reading:
    """Return where the period ends, before any move to a working day."""

    def end(start: date) -> date:
        return extended_end(terms, start, until) if extended else first_end(terms, start)

    if extended and until is not None:
        return Reading(until, until, until)
    gap = timedelta(days=out.days)
    added = end(out.start) + gap
    shifted = added if not out.days or terms.restarts else end(out.start + gap)
    chosen = {
        PauseMethod.SHIFT_START: shifted,
        PauseMethod.TOLL_MIN: min(added, shifted),
    }.get(terms.method, added)
    return Reading(added, shifted, chosen)


def moved(terms: Terms, day: date) -> date:
    """Return the day, moved to the next working day where the law moves it (R14)."""
    return terms.rolling.roll_forward(day) if terms.rolls else day


def earliest(terms: Terms, received_on: date, extended: bool, until: date | None) -> date:
    """Return the strictest reading: no pause, no move, the smaller extension (D1 to D18)."""
    if extended and until is not None:
        return until
    start = received_on
    if terms.profile.earliest_counts_receipt_day and terms.first.unit is Unit.DAYS:
        start -= timedelta(days=terms.is_response and not terms.first.counts_receipt_day)
    if terms.first.unit is Unit.WORKING_DAYS:
        return _earliest_working(terms, received_on)
    if not extended or terms.extension is None:
        return first_end(terms, start)
    longest = extended_end(terms, start, None)
    if terms.extension.further is None:
        return longest
    return min(longest, end_of(terms, terms.extension.further, first_end(terms, start)))


def _earliest_working(terms: Terms, received_on: date) -> date:
    """Count Monday to Friday without holidays, or as the option says when that is earlier."""
    from_option = first_end(terms, received_on)
    plain = _WEEKDAYS.add_working_days(received_on, terms.first.length)
    return min(from_option, plain)
