"""The texts of a system's register, written from where somebody notices that one is missing."""

from copy import deepcopy
from typing import Final

from dsar.domain.errors import DomainError
from dsar.models import DataSystem

#: As long as the organisation file allows.
TEXT_CHARACTERS: Final = 5000


class TextTooLong(DomainError):
    """The text is longer than the register holds."""

    message_id = "g.err.toolong"


def write_text(system: DataSystem, item: str, language: str, told: tuple[str, bool]) -> bool:
    """Set a text, or the reason why an item does not apply; return whether anything changed.

    told: the words, and whether they are such a reason. The other one of the two goes.
    """
    text, is_reason = told
    if len(text) > TEXT_CHARACTERS:
        raise TextTooLong(max=TEXT_CHARACTERS)
    document = deepcopy(system.document)
    here, there = ("not_applicable", "texts") if is_reason else ("texts", "not_applicable")
    document.setdefault(here, {}).setdefault(language, {})[item] = text
    others = document.get(there, {}).get(language, {})
    others.pop(item, None)
    _drop_empty(document, there, language)
    if document == system.document:
        return False
    system.document = document
    return True


def _drop_empty(document: dict[str, dict[str, object]], part: str, language: str) -> None:
    """Leave no empty tables behind: the organisation's file stays as people wrote it."""
    if language in document.get(part, {}) and not document[part][language]:
        del document[part][language]
    if part in document and not document[part]:
        del document[part]
