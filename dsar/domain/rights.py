"""The rights a person may use, and what each one needs before it can be fulfilled."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Right(StrEnum):
    """A right of the data subject, or a neighbour of one that arrives by the same door."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"
    CONSENT_WITHDRAWAL = "consent_withdrawal"
    AUTOMATED_DECISION = "automated_decision"
    COMPLAINT = "complaint"
    INFORMATION = "information"


class Work(StrEnum):
    """What the work on a right consists of."""

    FINDINGS = "findings"  # what is held is gathered, and released or withheld
    MEASURES = "measures"  # what is held is changed, kept or left alone
    WORDS = "words"  # an explanation is written


@dataclass(frozen=True, slots=True)
class RightRules:
    """What the law asks for one right."""

    article: str
    work: Work
    needs_identity: bool = False
    #: Carried out before anybody approves: the law wants it now, and it can be undone.
    at_once: bool = False
    #: Whoever received the data is told (GDPR art. 19).
    tells_recipients: bool = False

    @property
    def asks_systems(self) -> bool:
        """Say whether every data system gets a task."""
        return self.work is not Work.WORDS


#: Objection and withdrawal of consent need no identity (decision 10).
RULES: Final[dict[Right, RightRules]] = {
    Right.ACCESS: RightRules("GDPR art. 15", Work.FINDINGS, needs_identity=True),
    Right.RECTIFICATION: RightRules(
        "GDPR art. 16", Work.MEASURES, needs_identity=True, tells_recipients=True
    ),
    Right.ERASURE: RightRules(
        "GDPR art. 17", Work.MEASURES, needs_identity=True, tells_recipients=True
    ),
    Right.RESTRICTION: RightRules(
        "GDPR art. 18", Work.MEASURES, needs_identity=True, at_once=True, tells_recipients=True
    ),
    Right.PORTABILITY: RightRules("GDPR art. 20", Work.FINDINGS, needs_identity=True),
    Right.OBJECTION: RightRules("GDPR art. 21", Work.MEASURES, at_once=True),
    Right.CONSENT_WITHDRAWAL: RightRules("GDPR art. 7(3)", Work.MEASURES, at_once=True),
    Right.AUTOMATED_DECISION: RightRules("GDPR art. 22(3)", Work.WORDS, needs_identity=True),
    Right.COMPLAINT: RightRules("GDPR art. 12(2), 77", Work.WORDS),
    Right.INFORMATION: RightRules("GDPR art. 12(1), 13, 14", Work.WORDS),
}
