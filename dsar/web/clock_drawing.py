"""A deadline as words, a bar and a line: plain numbers that templates turn into SVG."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from dsar.domain.clock.drawing import (
    ClockDates,
    ClockDrawing,
    Mark,
    clock_drawing,
    draw,
    share,
)
from dsar.domain.clock.reckoning import Reckoning

__all__ = [
    "ClockDates",
    "ClockDrawing",
    "DueDates",
    "DueView",
    "Mark",
    "clock_drawing",
    "draw",
    "due_view",
    "ended_view",
    "reckoned_view",
]

#: Inside of the bar, in its own units: from x 2, between y 2 and y 10.
BAR_LENGTH = 140
_TOP, _BOTTOM, _START = 2, 10, 2
_HATCH_STEP, _DASH_STEP = 8, 7
_SOON_DAYS, _NEAR_DAYS = 7, 3

Line = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class DueDates:
    """What a list knows about the deadline of one case; no due_on means that it is paused."""

    received_on: date
    due_on: date | None
    paused_since: date | None = None
    first_due_on: date | None = None
    answered_on: date | None = None


@dataclass(frozen=True, slots=True)
class DueView:
    """Words first, then tone (a tag's), then the bar: fraction from 0 to 1, mark likewise."""

    words_id: str
    facts: Mapping[str, object]
    tone: str = ""
    pattern: str = "solid"
    fraction: float = 0.0
    mark: float | None = None

    @property
    def length(self) -> float:
        """Return the length of the filled part, in the units of the bar."""
        return round(self.fraction * BAR_LENGTH, 1)

    @property
    def mark_at(self) -> float | None:
        """Return where the first deadline lies on the bar of an extended case."""
        return None if self.mark is None else round(_START + self.mark * BAR_LENGTH, 1)

    @property
    def stripes(self) -> tuple[Line, ...]:
        """Return the strokes of a bar that is hatched (near) or dashed (paused)."""
        end = _START + self.length
        if self.pattern == "paused":
            return tuple((x, _TOP, x, _BOTTOM) for x in _steps(_START + 3, end, _DASH_STEP))
        if self.pattern == "near":
            return tuple(_slant(x, end) for x in _steps(_START, end, _HATCH_STEP))
        return ()


def _steps(start: float, end: float, step: float) -> list[float]:
    return [start + i * step for i in range(max(0, int((end - start) / step) + 1))]


def _slant(x: float, end: float) -> Line:
    """A stroke up to the right, cut where the filled part ends."""
    run = round(min(_BOTTOM - _TOP, end - x), 1)
    return (x, _BOTTOM, round(x + run, 1), _BOTTOM - run)


def ended_view(state: str) -> DueView:
    """Return what stands where the deadline was, in a case that ended without an answer."""
    return DueView(f"state.{state}", {}, "", "none")


def due_view(dates: DueDates, today: date) -> DueView:
    """Return how the deadline looks today."""
    if dates.answered_on is not None:
        return _answered(dates, dates.answered_on)
    if dates.due_on is None:
        since = dates.paused_since or today
        facts = {"n": (today - since).days + 1}
        return DueView("due.paused", facts, "pause", "paused", 0.5)
    return _running(dates, dates.due_on, today)


def _running(dates: DueDates, due_on: date, today: date) -> DueView:
    left = (due_on - today).days
    passed = share(dates.received_on, due_on, today)
    if left < 0:
        return DueView("due.late", {"n": -left}, "bad", "late", 1.0)
    if left == 0:
        return DueView("due.today", {}, "warn", "near", 1.0)
    if left <= _NEAR_DAYS:
        return DueView("due.left", {"n": left}, "warn", "near", passed)
    view = DueView("due.left", {"n": left}, "", "solid", passed)
    if left <= _SOON_DAYS:
        return replace(view, tone="info")
    if dates.first_due_on is not None and dates.first_due_on < due_on:
        mark = share(dates.received_on, due_on, dates.first_due_on)
        return replace(view, words_id="due.extended", facts={"date": due_on}, mark=mark)
    return view


def _answered(dates: DueDates, on: date) -> DueView:
    early = (dates.due_on - on).days if dates.due_on else 0
    if early > 0:
        return DueView("due.answered.early", {"n": early}, "ok", "none")
    if early < 0:
        return DueView("due.answered.late", {"n": -early}, "bad", "none")
    return DueView("due.answered", {}, "ok", "none")


def reckoned_view(reckoning: Reckoning, today: date) -> DueView:
    """Return the words and the bar of a reckoning."""
    open_pauses = [pause.asked_on for pause in reckoning.pauses if pause.answered_on is None]
    return due_view(
        DueDates(
            received_on=reckoning.received_on,
            due_on=reckoning.binding_on,
            paused_since=min(open_pauses, default=None),
            first_due_on=reckoning.extension_notice_on if reckoning.is_extended else None,
            answered_on=reckoning.informed_on,
        ),
        today,
    )
