"""Portability: what of all that is held a person may take along (GDPR art. 20, WP242)."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

#: GDPR art. 20(1)(a): consent, or a contract with the person.
PORTABLE_BASES: Final = frozenset({"consent", "contract"})
#: What the person gave, and what was seen of her; nothing that was inferred.
PORTABLE_ORIGINS: Final[Collection[str]] = frozenset({"provided", "observed"})


class Outside(StrEnum):
    """Why something cannot be taken along."""

    DERIVED = "derived"
    BASIS = "basis"
    PAPER = "paper"


def outside(provenance: str, basis: str, *, is_paper: bool) -> Outside | None:
    """Return why something stays out of the file, or None where it belongs in it.

    An unknown basis is none of the two: it stays out, and is told of.
    """
    if is_paper:
        return Outside.PAPER
    if provenance not in PORTABLE_ORIGINS:
        return Outside.DERIVED
    return None if basis in PORTABLE_BASES else Outside.BASIS
