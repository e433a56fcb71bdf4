"""dsar deadline recompute: what the rules and calendars of today would move, and moving it."""

import sys
from collections.abc import Iterable, Iterator
from typing import Final

import click

from dsar.cli.installation import with_installation
from dsar.domain.events import Actor
from dsar.services.clock import recompute as service
from dsar.services.clock.recompute import Move
from dsar.timesource import utcnow

ACTOR: Final = Actor("cli", "deadline recompute")


@click.command("recompute")
@click.option("--apply", "applies", is_flag=True, help="Write the dates, and tell staff.")
@with_installation
def recompute(applies: bool) -> None:
    """List which open cases' dates would move under the present rules and calendars.

    Nothing is written without --apply; then one transaction for each case, with an entry
    in its log and a notice to staff.
    """
    found = [
        move for case_id in _watched(service.open_cases()) for move in _of(case_id, applies)
    ]
    moved = [move for move in found if move.has_moved]
    for move in moved:
        click.echo(_line(move))
    click.echo(_summary(moved, len(found) - len(moved), applies))


def _of(case_id: str, applies: bool) -> list[Move]:
    """Return the moves of a case; a case without any is not locked for writing."""
    moves = service.moves_of(case_id)
    return service.apply_moves(case_id, ACTOR, utcnow()) if moves and applies else moves


def _line(move: Move) -> str:
    before, after = move.before or "on hold", move.after or "on hold"
    sign = "earlier" if move.is_earlier else "later"
    case = f"{move.organisation} {move.number} {move.right}"
    return f"{case}: {before} -> {after} ({sign}; {move.cause})"


def _summary(moved: list[Move], unmoved: int, applies: bool) -> str:
    cases = len({move.case_id for move in moved})
    verb = "moved" if applies else "would move"
    lines = [f"{len(moved)} date(s) in {cases} case(s) {verb}"]
    if unmoved:
        lines.append(f"{unmoved} are counted anew and stay the same")
    if not applies and (moved or unmoved):
        lines.append("Nothing has been written. Look at the list, then add --apply")
    return "\n".join(lines)


def _watched(case_ids: list[str]) -> Iterator[str]:
    """Go through the cases; where somebody is watching, with a bar that says how far."""
    if not sys.stderr.isatty():
        yield from case_ids
        return
    from rich.console import Console  # noqa: PLC0415  # not needed where nobody watches
    from rich.progress import track  # noqa: PLC0415  # likewise

    watched: Iterable[str] = track(
        case_ids, "Counting", console=Console(stderr=True), transient=True
    )
    yield from watched
