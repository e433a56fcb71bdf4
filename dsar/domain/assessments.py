"""What is weighed once for a right: the ground the person has, the result, and the words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dsar.domain.cases import Outcome
from dsar.domain.errors import DomainError
from dsar.domain.rights import Right
from dsar.domain.wishes import MARKETING_GROUND


class GroundUnknown(DomainError):
    """The right is used on one of the grounds that the law has for it."""

    message_id = "error.right_ground_unknown"


class ResultUnknown(DomainError):
    """The result is one of those that this right can have."""

    message_id = "error.result_unknown"


class WeighingTextMissing(DomainError):
    """What was weighed is written down; `field` names the gap."""

    message_id = "error.weighing_text_missing"


@dataclass(frozen=True, slots=True)
class AssessmentRules:
    """What one right asks to be weighed. Texts by name, always or for one result."""

    grounds: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    needs_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    may: tuple[str, ...] = ()
    #: How a right of words ends for a result: what the person was told.
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    #: Results that say no: already the mail names the remedies (GDPR art. 12(4)).
    ungranted: frozenset[str] = frozenset()

    def texts(self, result: str) -> tuple[str, ...]:
        """Return the texts that must be written for a result."""
        return (*self.needs, *self.needs_for.get(result, ()))

    @property
    def all_texts(self) -> tuple[str, ...]:
        """Return every text that may be written, once each."""
        wanted = [name for names in self.needs_for.values() for name in names]
        return tuple(dict.fromkeys((*self.needs, *wanted, *self.may)))


#: Grounds are the letters of the article; rights without an entry weigh nothing as a whole.
ASSESSMENTS: Final[Mapping[Right, AssessmentRules]] = {
    Right.ERASURE: AssessmentRules(grounds=tuple(f"17_1_{letter}" for letter in "abcdef")),
    Right.RESTRICTION: AssessmentRules(grounds=tuple(f"18_1_{letter}" for letter in "abcd")),
    Right.PORTABILITY: AssessmentRules(
        results=("to_person", "transferred", "not_feasible"),
        needs_for={"transferred": ("recipient", "how"), "not_feasible": ("recipient", "why")},
    ),
    Right.OBJECTION: AssessmentRules(
        grounds=(MARKETING_GROUND, "21_1", "21_6"),
        results=("stops", "continues"),
        needs_for={"continues": ("balancing",)},
        may=("balancing",),
    ),
    Right.AUTOMATED_DECISION: AssessmentRules(
        results=("none", "changed", "upheld"),
        needs=("reply",),
        # How it was decided is told as it was (GDPR art. 15(1)(h)); who looked, and listened.
        needs_for=dict.fromkeys(("changed", "upheld"), ("explained", "reviewer", "heard")),
        # Upheld: somebody looked at it, as she asked; the decision stands, as she did not.
        outcomes={
            "none": Outcome.NOTHING_HELD,
            "changed": Outcome.FULFILLED,
            "upheld": Outcome.PARTLY,
        },
        ungranted=frozenset({"upheld"}),
    ),
    Right.COMPLAINT: AssessmentRules(
        results=("upheld", "partly", "rejected"),
        needs=("reply",),
        outcomes={
            "upheld": Outcome.FULFILLED,
            "partly": Outcome.PARTLY,
            "rejected": Outcome.REFUSED,
        },
        ungranted=frozenset({"rejected"}),
    ),
    Right.INFORMATION: AssessmentRules(needs=("reply",)),
}


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was weighed for one right. Empty ground or result: the right has none."""

    ground: str = ""
    result: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    def texts_json(self) -> str:
        """Return the texts as they are sealed; empty ones are left out."""
        kept = {name: text.strip() for name, text in self.texts.items() if text.strip()}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def check_weighed(right: Right, weighed: Weighed) -> None:
    """Refuse what lacks a ground, a result or a text.

    Raises GroundUnknown, ResultUnknown, WeighingTextMissing (field). Marketing is never
    weighed: an objection to it cannot end otherwise than with a stop (GDPR art. 21(3)).
    """
    rules = ASSESSMENTS.get(right, AssessmentRules())
    if rules.grounds and weighed.ground not in rules.grounds:
        raise GroundUnknown
    if rules.results and weighed.result not in rules.results:
        raise ResultUnknown
    if weighed.ground == MARKETING_GROUND and weighed.result != "stops":
        raise ResultUnknown
    for name in rules.texts(weighed.result):
        if not weighed.texts.get(name, "").strip():
            raise WeighingTextMissing(field=name)


def outcome_of_result(right: Right, result: str) -> Outcome | None:
    """Return how a right with this result ends; None where the result does not decide it."""
    return ASSESSMENTS[right].outcomes.get(result)


def is_ungranted(right: Right, result: str) -> bool:
    """Say whether an explanation says no to what the person wanted."""
    return result in ASSESSMENTS[right].ungranted
