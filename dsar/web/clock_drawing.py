"""A deadline as words, a bar and a line: plain numbers that templates turn into SVG."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from dsar.domain.clock.reckoning import Reckoning

#: Inside of the bar, in its own units: from x 2, between y 2 and y 10.
BAR_LENGTH = 140
_TOP, _BOTTOM, _START = 2, 10, 2
_HATCH_STEP, _DASH_STEP = 8, 7
_SOON_DAYS, _NEAR_DAYS = 7, 3

#: The line, in per cent of the width; badges closer than this are lifted to another height.
_LEFT, _RIGHT, _BADGE_GAP = 4.0, 96.0, 9.0
_LIFT, _MARGIN = 30, 16

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
    passed = _share(dates.received_on, due_on, today)
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
        mark = _share(dates.received_on, due_on, dates.first_due_on)
        return replace(view, words_id="due.extended", facts={"date": due_on}, mark=mark)
    return view


def _answered(dates: DueDates, on: date) -> DueView:
    early = (dates.due_on - on).days if dates.due_on else 0
    if early > 0:
        return DueView("due.answered.early", {"n": early}, "ok", "none")
    if early < 0:
        return DueView("due.answered.late", {"n": -early}, "bad", "none")
    return DueView("due.answered", {}, "ok", "none")


def _share(start: date, end: date, day: date) -> float:
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
        return round(_LEFT + _share(self.start, self.end, day) * (_RIGHT - _LEFT), 2)


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


def clock_drawing(reckoning: Reckoning, today: date, for_staff: bool = False) -> ClockDrawing:
    """Return the drawing of a reckoning; people see what binds, staff also their aim."""
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
            tuple((pause.asked_on, pause.answered_on or today) for pause in reckoning.pauses),
            reckoning.extension_notice_on if reckoning.is_extended else None,
        )
    )


def _with_binding(marks: list[Mark], binding_on: date | None) -> Iterable[Mark]:
    """Flag the day that binds: the promise where it is the earlier, else the law's."""
    binding = {"promise", "statutory", "extended"}
    found = next((m for m in marks if m.kind in binding and m.on == binding_on), None)
    return (replace(mark, is_binding=mark is found) for mark in marks)


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
