"""The matrix of GDPR art. 15(1)(a)-(h) and 15(2), and the gate that no gap passes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dsar.domain.package.answer import HELD, TaskAnswer


@dataclass(frozen=True, slots=True)
class Item:
    """One thing the law asks us to tell: key, article, once per answer or once per system."""

    key: str
    article: str
    per_system: bool = True
    required: bool = True


#: In the order of the explanation box. Rights and complaint are told once, by the page itself.
ITEMS: Final = (
    Item("purposes", "GDPR art. 15(1)(a)"),
    Item("basis", "GDPR art. 6(1)", required=False),
    Item("categories", "GDPR art. 15(1)(b)"),
    Item("source", "GDPR art. 15(1)(g)"),
    Item("recipients", "GDPR art. 15(1)(c)"),
    Item("retention", "GDPR art. 15(1)(d)"),
    Item("transfer", "GDPR art. 15(2)"),
    Item("automated", "GDPR art. 15(1)(h)"),
    Item("rights", "GDPR art. 15(1)(e)", per_system=False),
    Item("complaint", "GDPR art. 15(1)(f)", per_system=False),
)
BOX: Final = tuple(item for item in ITEMS if item.per_system)

#: Invalid since Schrems II (C-311/18, 16 July 2020); the Data Privacy Framework is not meant.
PRIVACY_SHIELD: Final = re.compile(r"privacy[\W_]{0,3}shield", re.IGNORECASE)


class Lack(StrEnum):
    """Why the gate stays shut."""

    UNANSWERED = "unanswered"
    MISSING = "missing"
    OTHER_LANGUAGE = "other_language"
    PRIVACY_SHIELD = "privacy_shield"
    NO_SYSTEM = "no_system"


@dataclass(frozen=True, slots=True)
class Gap:
    """One missing thing; system and item are empty where the gap is in the whole."""

    system: str
    item: str
    lack: Lack


@dataclass(frozen=True, slots=True)
class ItemText:
    """What a system's register says of one item, by language, or why it does not apply."""

    texts: Mapping[str, str] = field(default_factory=dict)
    not_applicable: str = ""


#: (system key, item key) -> text.
Texts = Mapping[tuple[str, str], ItemText]


def completeness(
    answers: Mapping[str, TaskAnswer | None],
    texts: Texts,
    language: str,
    *,
    blocks_privacy_shield: bool = False,
) -> tuple[Gap, ...]:
    """Return every gap; an empty tuple means that the answer may be approved.

    answers holds every system that got a task, None while it has not answered. A system
    that holds something, also something withheld, owes every required item in the
    language of the person, or the reason why it does not apply.
    """
    if not answers:
        return (Gap("", "", Lack.NO_SYSTEM),)
    gaps: list[Gap] = []
    for system, answer in answers.items():
        if answer is None:
            gaps.append(Gap(system, "", Lack.UNANSWERED))
        elif answer in HELD:
            gaps.extend(_gaps_of(system, texts, language, blocks_privacy_shield))
    return tuple(gaps)


def _gaps_of(system: str, texts: Texts, language: str, blocks: bool) -> Iterable[Gap]:
    for item in BOX:
        lack = _lack(item, texts.get((system, item.key), ItemText()), language, blocks)
        if lack:
            yield Gap(system, item.key, lack)


def _lack(item: Item, told: ItemText, language: str, blocks: bool) -> Lack | None:
    text = told.texts.get(language, "").strip()
    if text:
        return Lack.PRIVACY_SHIELD if blocks and PRIVACY_SHIELD.search(text) else None
    if told.not_applicable.strip() or not item.required:
        return None
    return Lack.OTHER_LANGUAGE if any(map(str.strip, told.texts.values())) else Lack.MISSING
