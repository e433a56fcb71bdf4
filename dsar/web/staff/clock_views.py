"""The clocks of a case, and what a date would become, as a page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dsar.domain.clock import Reckoning
from dsar.services.clock.deadlines import Preview
from dsar.services.work.case_reading import RightView
from dsar.web.clock_drawing import ClockDrawing, clock_drawing


@dataclass(frozen=True, slots=True)
class Change:
    """The dates of some rights that move alike: as they are, as they would be, drawn."""

    rights: tuple[str, ...]
    before: Reckoning
    after: Reckoning
    drawing: ClockDrawing

    @property
    def new_flags(self) -> list[str]:
        """Return what the law would have to say of it."""
        return [flag for flag in self.after.flags if flag not in self.before.flags]


@dataclass(frozen=True, slots=True)
class Clock:
    """One count of days, with its drawing, and the rights that it holds for."""

    rights: tuple[str, ...]
    reckoning: Reckoning
    drawing: ClockDrawing


def clocks_of(rights: Iterable[RightView], today: date) -> list[Clock]:
    """Return the clocks of a case; rights that are counted alike share one."""
    found: list[tuple[Reckoning, list[str]]] = []
    for right in rights:
        alike = next((names for one, names in found if one == right.reckoning), None)
        if alike is None:
            found.append((right.reckoning, [right.right]))
        else:
            alike.append(right.right)
    return [
        Clock(tuple(names), one, clock_drawing(one, today, for_staff=True))
        for one, names in found
    ]


def change_of(move: Preview, today: date) -> Change:
    """Return one preview, drawn."""
    drawing = clock_drawing(move.after, today, for_staff=True)
    return Change((move.right,), move.before, move.after, drawing)


def changes_of(moves: Iterable[Preview], today: date) -> list[Change]:
    """Return the previews; rights that move alike are one."""
    found: dict[int, list[Preview]] = {}
    known: list[tuple[Reckoning, Reckoning]] = []
    for move in moves:
        pair = (move.before, move.after)
        if pair not in known:
            known.append(pair)
        found.setdefault(known.index(pair), []).append(move)
    return [_joined(alike, today) for alike in found.values()]


def _joined(alike: list[Preview], today: date) -> Change:
    first = change_of(alike[0], today)
    rights = tuple(move.right for move in alike)
    return Change(rights, first.before, first.after, first.drawing)
