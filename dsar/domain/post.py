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
        for is_list, group in groupby(lines, key=lambda line: line.startswith(POINT)):
            if is_list:
                yield Part(points=tuple(line.removeprefix(POINT) for line in group))
            else:
                yield Part(paragraphs=("\n".join(group),))
