"""What follows from the answers a person gave about a right."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from dsar.domain.errors import DomainError
from dsar.domain.rights import Right

Answers = Mapping[str, Any]
#: An objection to marketing, which ends it without any weighing (GDPR art. 21(2) and (3)).
MARKETING: Final = "marketing"
#: Rights with which the person may also ask that nothing is used meanwhile, and the letter of
#: GDPR art. 18(1) that she then has.
MEANWHILE: Final[Mapping[Right, str]] = {Right.RECTIFICATION: "a", Right.OBJECTION: "d"}
#: The ground of such an objection among those of domain.assessments.
MARKETING_GROUND: Final = "21_2"
_LETTERS: Final = frozenset("abcd")


class MarketingNotWeighed(DomainError):
    """An objection to marketing is neither weighed nor refused (GDPR art. 21(3))."""

    message_id = "error.marketing_not_weighed"


def is_marketing(right: Right, answers: Answers) -> bool:
    """Say whether a right is an objection to marketing, in the person's own words."""
    return right is Right.OBJECTION and answers.get("kind") == MARKETING


def ends_marketing(right: Right, answers: Answers) -> bool:
    """Say whether marketing must stop with the request: objected to, or all consents gone."""
    is_every_consent = right is Right.CONSENT_WITHDRAWAL and answers.get("scope") == "all"
    return is_every_consent or is_marketing(right, answers)


def takes_effect_at_once(right: Right, answers: Answers, at_once: Collection[str]) -> bool:
    """Say whether a right takes effect the same day (R37); `at_once` is the profile's list.

    An objection of which nobody said what it is against is looked at the same day, too.
    """
    is_weighed = right is Right.OBJECTION and answers.get("kind", MARKETING) != MARKETING
    return right in at_once and not is_weighed


def meanwhile(wishes: Mapping[Right, Answers]) -> dict[str, Any] | None:
    """Return the answers of the restriction that other wishes ask for, or None.

    None also where the person uses that right by itself.
    """
    if Right.RESTRICTION in wishes:
        return None
    asked = [right for right in MEANWHILE if wishes.get(right, {}).get("restrict")]
    asked = [right for right in asked if not is_marketing(right, wishes[right])]
    return {"reason": MEANWHILE[asked[0]], "text": ""} if asked else None


def wants_copy(wishes: Mapping[Right, Answers]) -> bool:
    """Say whether a copy is wanted before erasure and nothing yet asks for one."""
    return Right.ACCESS not in wishes and bool(wishes.get(Right.ERASURE, {}).get("copy_first"))


def ground_claimed(right: Right, answers: Answers) -> str:
    """Return the ground that the person's answers name, as a code of domain.assessments."""
    if right is Right.RESTRICTION and answers.get("reason") in _LETTERS:
        return f"18_1_{answers['reason']}"
    return MARKETING_GROUND if is_marketing(right, answers) else ""
