"""Notices on paper: the words of a mail in parts, for the sheet that goes into an envelope."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from dsar.domain.package import Sender

POINT = "- "


@dataclass(frozen=True, slots=True)
class Part:
    """Paragraphs, or the points of a list: one of the two is empty."""

    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperLetter:
    """One notice to the person on paper. recipient: the lines that the envelope shows."""

    case_number: str
    organisation: Sender
    language: str
    written_at: datetime
    recipient: tuple[str, ...]
    title: str
    parts: tuple[Part, ...]
    timezone: str = "Europe/Oslo"


def parts_of(body: str) -> Iterator[Part]:
    """Yield the parts of a plain text: blank lines part them, `- ` begins a point."""
    for chunk in body.split("\n\n"):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        groups = groupby(lines, key=lambda line: line.startswith(POINT))
        yield from (_part(list(group), is_list=is_list) for is_list, group in groups)


def _part(lines: list[str], *, is_list: bool) -> Part:
    if is_list:
        return Part(points=tuple(line.removeprefix(POINT) for line in lines))
    return Part(paragraphs=("\n".join(lines),))
