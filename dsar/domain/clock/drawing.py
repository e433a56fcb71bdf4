"""The line of a clock as plain numbers: pages turn it into SVG, letters into ink."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from dsar.domain.clock.reckoning import Reckoning

#: In per cent of the width; badges closer than the gap are lifted to another height.
_LEFT, _RIGHT, _BADGE_GAP = 4.0, 96.0, 9.0
_LIFT, _MARGIN = 30, 16


def share(start: date, end: date, day: date) -> float:
    """Return how much of a stretch has passed on a day: from 0 to 1."""
    total = max(1, (end - start).days)
    return min(1.0, max(0.0, (day - start).days / total))


@dataclass(frozen=True, slots=True)
class Mark:
    """One day on the line: a numbered badge at x per cent, lifted to y if it would collide."""

    kind: str
    on: date
    is_binding: bool = False
    number: int = 0
    x: float = 0.0
    y: float = 0.0

    @property
    def words_id(self) -> str:
        """Return the message that names this day."""
        return f"mark.{self.kind}"


@dataclass(frozen=True, slots=True)
class LinePart:
    """A stretch of the line in per cent: kind is run, pause or extension."""

    kind: str
    x1: float
    x2: float


@dataclass(frozen=True, slots=True)
class ClockDates:
    """The days to draw, whatever they were computed from."""

    received_on: date
    marks: tuple[Mark, ...]
    pauses: tuple[tuple[date, date], ...] = ()
    extended_from: date | None = None


@dataclass(frozen=True, slots=True)
class ClockDrawing:
    """The line drawing of one clock."""

    marks: tuple[Mark, ...]
    spans: tuple[LinePart, ...]
    height: int
    line_y: int
    dates: ClockDates = field(repr=False)


def draw(dates: ClockDates) -> ClockDrawing:
    """Return where everything lies on the line, from receipt to the last day that matters."""
    days = [mark.on for mark in dates.marks] + [end for _, end in dates.pauses]
    scale = _Scale(dates.received_on, max([*days, dates.received_on + timedelta(days=1)]))
    lanes = _lanes(dates, scale)
    line_y = _MARGIN + _LIFT * max(lane for _, lane in lanes)
    marks = tuple(
        replace(mark, number=i, x=scale.at(mark.on), y=line_y - _LIFT * lane)
        for i, (mark, lane) in enumerate(lanes, start=1)
    )
    spans = tuple(_spans(dates, scale))
    return ClockDrawing(marks, spans, line_y + _MARGIN, line_y, dates)


@dataclass(frozen=True, slots=True)
class _Scale:
    start: date
    end: date

    def at(self, day: date) -> float:
        return round(_LEFT + share(self.start, self.end, day) * (_RIGHT - _LEFT), 2)


def _lanes(dates: ClockDates, scale: _Scale) -> list[tuple[Mark, int]]:
    """Give each mark, by day, the lowest height at which it touches no other."""
    received = Mark("received", dates.received_on)
    ordered = sorted((received, *dates.marks), key=lambda mark: mark.on)
    taken: list[float] = []
    lanes = []
    for mark in ordered:
        x = scale.at(mark.on)
        free = (i for i, last in enumerate(taken) if x - last >= _BADGE_GAP)
        lane = next(free, len(taken))
        taken[lane : lane + 1] = [x]
        lanes.append((mark, lane))
    return lanes


def _spans(dates: ClockDates, scale: _Scale) -> Iterable[LinePart]:
    reached, stop = dates.received_on, max([scale.start, *(mark.on for mark in dates.marks)])
    for start, end in sorted(dates.pauses):
        if end <= reached:
            continue
        if start > reached:
            yield from _runs(dates, scale, (reached, start))
        yield LinePart("pause", scale.at(max(start, reached)), scale.at(end))
        reached = max(reached, end)
    if stop > reached:
        yield from _runs(dates, scale, (reached, stop))


def _runs(dates: ClockDates, scale: _Scale, part: tuple[date, date]) -> Iterable[LinePart]:
    """Cut a running stretch where the extension begins."""
    (start, end), cut = part, dates.extended_from
    if cut is None or cut >= end:
        yield LinePart("run", scale.at(start), scale.at(end))
        return
    if cut > start:
        yield LinePart("run", scale.at(start), scale.at(cut))
    yield LinePart("extension", scale.at(max(start, cut)), scale.at(end))


def clock_drawing(
    reckoning: Reckoning, today: date | None, for_staff: bool = False
) -> ClockDrawing:
    """Return the drawing of a reckoning; people see what binds, staff also their aim.

    On paper there is no today: None leaves it out.
    """
    last = "extended" if reckoning.is_extended else "statutory"
    days: list[tuple[str, date | None]] = [
        ("promise", reckoning.promise_on),
        (last, reckoning.statutory_on),
        ("today", None if reckoning.is_stopped else today),
        ("informed", reckoning.informed_on),
    ]
    if for_staff:
        days += [("target", reckoning.target_on), ("earliest", reckoning.earliest_on)]
    if reckoning.is_suspended and for_staff:
        days.append(("unpaused", reckoning.unpaused_on))
    marks = [Mark(kind, day) for kind, day in days if day is not None]
    return draw(
        ClockDates(
            reckoning.received_on,
            tuple(_with_binding(marks, reckoning.binding_on)),
            tuple(
                (pause.asked_on, pause.answered_on or today or reckoning.unpaused_on)
                for pause in reckoning.pauses
            ),
            reckoning.extension_notice_on if reckoning.is_extended else None,
        )
    )


def _with_binding(marks: list[Mark], binding_on: date | None) -> Iterable[Mark]:
    """Flag the day that binds: the promise where it is the earlier, else the law's."""
    binding = {"promise", "statutory", "extended"}
    found = next((m for m in marks if m.kind in binding and m.on == binding_on), None)
    return (replace(mark, is_binding=mark is found) for mark in marks)
