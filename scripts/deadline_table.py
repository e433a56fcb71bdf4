"""Write docs/deadlines.md from the profile files: `python scripts/deadline_table.py`."""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dsar import profiles  # noqa: E402  # the path is set above
from dsar.domain.clock import RULE_VERSION, ClockEventKind  # noqa: E402  # likewise
from dsar.domain.profiles import JurisdictionProfile, Period  # noqa: E402  # likewise

TARGET = ROOT / "docs" / "deadlines.md"
POINTS = ROOT / "dsar" / "profiles" / "readings" / "points.toml"
INTRO = f"""# Deadlines

Written by `python scripts/deadline_table.py` from the files in `dsar/profiles/`. Do not edit:
change a profile and run it again. Rule version {RULE_VERSION}. Not legal advice. A source
marked [K] was written from knowledge and has not been read again: a lawyer has to confirm it.

Four dates belong to every clock. *Statutory*: the profile's own reading. *Earliest*: the
strictest reading anyone could hold (no pause, no move, the smaller extension). *Promise*: what
the organisation wrote. *Binding*: the earlier of statutory and promise; that is the one that
everyone is shown, and there is none while the clock is suspended.

## Events of a clock

{", ".join(f"`{kind}`" for kind in ClockEventKind)}.

The command line also knows `pause` (asked), `resume` (answered) and `extend` (extended). While
a question is open, a notice or a further question is judged as if the pause ended on its own
day: the clock has not run out. The same question asked again changes nothing while it is open.

A promise stops binding once the person has been told of a lawful pause or extension. A notice
of extension that names a day before the law's last day binds the organisation to that day.

"""


def document() -> str:
    """Return the whole page."""
    parts = [INTRO, "## Profiles\n\n", *_summary(), "\n", *map(_profile, _every())]
    return "".join([*parts, "## Where authorities differ\n\n", *_points()])


def _every() -> list[JurisdictionProfile]:
    return list(profiles.load_all().values())


def _summary() -> Iterator[str]:
    yield "| Profile | Answer | Longest | Pause | Last day on a closed day | Checked |\n"
    yield "|---|---|---|---|---|---|\n"
    for one in _every():
        moves = "moves" if one.rolls else "stays"
        cells = (one.id, _words(one.response), _longest(one), _pause(one), moves)
        yield f"| {' | '.join(cells)} | {one.checked_on} |\n"


def _words(period: Period) -> str:
    unit = period.unit.value.replace("_", " ")
    first = ", receipt day counted" if period.counts_receipt_day else ""
    return f"{period.length} {unit.removesuffix('s') if period.length == 1 else unit}{first}"


def _longest(one: JurisdictionProfile) -> str:
    if one.extension is None:
        return "no extension"
    if one.extension.total is None:
        return "as the notice states"
    return f"{_words(one.extension.total)} from receipt"


def _pause(one: JurisdictionProfile) -> str:
    if one.pause.method == "none":
        return "none"
    return f"{one.pause.method.value}: {', '.join(sorted(one.pause.reasons))}"


def _profile(one: JurisdictionProfile) -> str:
    lines = [f"### {one.id}: {one.name}\n"]
    lines += [f"- Time zone {one.tz}; valid from {one.valid_from}; checked {one.checked_on}"]
    lines += [f"- Legal basis: {'; '.join(one.legal_basis)}"]
    lines += [f"- Authority: {_authority(one)}"]
    lines += [f"- Calendar: {one.calendar.source} SHA-256 `{one.calendar.digest}`"]
    lines += [f"- Parts of the calendar: {', '.join(one.calendar.parts)}"] * bool(
        one.calendar.parts
    )
    lines += [f"- Clock `{c.id}`: {_words(c.period)} ({c.source})" for c in one.clocks.values()]
    lines += [f"- {note}" for note in one.notes]
    lines += ["", "| Rule | Source |", "|---|---|"]
    lines += [f"| {topic} | {source} |" for topic, source in one.sources.items()]
    lines += ["", "| Point | As this profile has it |", "|---|---|"]
    lines += [f"| {row.point} | {row.chosen} |" for row in one.differences]
    lines += ["", "| Ground | Article | Rights | Source |", "|---|---|---|---|"]
    lines += [
        f"| `{g.key}` | {g.article} | {', '.join(g.rights) or 'all'} | {g.source} |"
        for g in one.grounds
    ]
    return "\n".join(lines) + "\n\n"


def _authority(one: JurisdictionProfile) -> str:
    who = one.authority
    facts = (who.names["own"], who.address, who.phone, who.email, who.url)
    return f"{', '.join(filter(None, facts))} (checked: {who.checked})"


def _points() -> Iterator[str]:
    yield "| Point | About | Readings | Default | Option | Earliest reading |\n"
    yield "|---|---|---|---|---|---|\n"
    for row in tomllib.loads(POINTS.read_text("utf-8"))["points"]:
        keys = ("id", "title", "readings", "default", "option", "earliest")
        yield f"| {' | '.join(row[key] for key in keys)} |\n"


if __name__ == "__main__":
    TARGET.write_text(document(), "utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")
