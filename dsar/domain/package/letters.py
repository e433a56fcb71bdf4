"""A letter as words: kept as JSON, and filled only with the names that are allowed."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from dsar.domain.errors import DomainError
from dsar.domain.package.answer import Letter, LetterBlock

#: What a block written by staff may name as {{name}}.
NAMES: Final = frozenset(
    {
        "case_number",
        "person_name",
        "organisation",
        "received_on",
        "due_on",
        "created_on",
        "systems",
        "authority",
        "authority_contact",
        "contact",
    }
)
_NAME: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class LetterNameError(DomainError):
    """A letter names something that is not there to be filled in."""

    message_id = "error.letter_name"


def unknown_names(text: str) -> tuple[str, ...]:
    """Return the {{name}}s that no letter knows, once each, in order."""
    names = dict.fromkeys(_NAME.findall(text))
    return tuple(name for name in names if name not in NAMES)


def fill(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the paragraphs with every {{name}} filled in; raises LetterNameError."""
    unknown = unknown_names(text)
    if unknown:
        raise LetterNameError(names=", ".join(unknown))
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))
    return tuple(_NAME.sub(lambda m: values[m[1]], part) for part in paragraphs if part)


def letter_json(letter: Letter) -> str:
    """Return the letter as it is kept."""
    return json.dumps(asdict(letter), ensure_ascii=False)


def letter_from_json(text: str) -> Letter:
    """Return the letter that letter_json kept."""
    kept = json.loads(text)
    return Letter(kept["title"], tuple(_block(block) for block in kept["blocks"]))


def _block(kept: Mapping[str, object]) -> LetterBlock:
    paragraphs, points = kept["paragraphs"], kept["points"]
    if not isinstance(paragraphs, list) or not isinstance(points, list):
        raise TypeError("paragraphs and points are lists")
    return LetterBlock(str(kept["key"]), str(kept["heading"]), tuple(paragraphs), tuple(points))
