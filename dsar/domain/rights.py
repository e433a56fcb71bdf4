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
    COMPLAINT = "complaint"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class RightRules:
    """What the law asks for one right."""

    article: str
    needs_identity: bool
    asks_systems: bool
    works_to_the_end: bool = False


#: Whether identity guards the end, and whether every data system gets a task.
#: Objection to marketing and withdrawal of consent need no identity (decision 10).
RULES: Final[dict[Right, RightRules]] = {
    Right.ACCESS: RightRules("GDPR art. 15", True, True, works_to_the_end=True),
    Right.RECTIFICATION: RightRules("GDPR art. 16", True, True),
    Right.ERASURE: RightRules("GDPR art. 17", True, True),
    Right.RESTRICTION: RightRules("GDPR art. 18", True, True),
    Right.PORTABILITY: RightRules("GDPR art. 20", True, True),
    Right.OBJECTION: RightRules("GDPR art. 21", False, True),
    Right.CONSENT_WITHDRAWAL: RightRules("GDPR art. 7(3)", False, True),
    Right.COMPLAINT: RightRules("GDPR art. 12(2), 77", False, False),
    Right.INFORMATION: RightRules("GDPR art. 12(1), 13, 14", False, False),
}
