"""Who is asking: the ladder of methods, lightest first, and what each one needs."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from dsar.domain.errors import DomainError


class IdentityMissing(DomainError):
    """Nothing may be released before somebody has decided that it is the right person."""

    message_id = "error.identity_missing"


class Method(StrEnum):
    """How identity was established, in the order in which methods weigh on the person."""

    CONFIRMED_ADDRESS = "confirmed_address"
    KNOWN_IN_PERSON = "known_in_person"
    KNOWN_CODE = "known_code"
    QUESTION = "question"
    CALL_BACK = "call_back"
    LETTER_CODE = "letter_code"
    EID = "eid"
    DOCUMENT = "document"


class Verdict(StrEnum):
    """Where a check stands. PROPOSED waits for a second person; WITHDRAWN was not needed."""

    ASKED = "asked"
    PROPOSED = "proposed"
    SUFFICIENT = "sufficient"
    INSUFFICIENT = "insufficient"
    WITHDRAWN = "withdrawn"


#: Nobody has to do anything for these, so no doubt need be written down.
LIGHT: Final = frozenset({Method.CONFIRMED_ADDRESS, Method.KNOWN_IN_PERSON})
#: Asked of the person; the rest staff do by themselves.
ASKABLE: Final = tuple(method for method in Method if method not in LIGHT)
#: GDPR art. 12(6) and EDPB Guidelines 01/2022, paras 73-79: a document is the last resort.
TWO_PEOPLE: Final = frozenset({Method.DOCUMENT})
#: What a reply to a letter with a code shows, as the log names it.
RIGHT_CODE: Final = "code:right"
WRONG_CODE: Final = "code:wrong"
#: An address that no system of ours knew receives only after this (decision 10).
COOLING_OFF: Final = timedelta(hours=72)
#: The question asks for a reply within so many days.
ANSWER_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Evidence:
    """What we know without asking: systems hold the ids of those that knew the address."""

    has_address: bool
    is_confirmed: bool
    systems: tuple[str, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Say whether the lightest method holds: a confirmed address that is on file."""
        return self.is_confirmed and bool(self.systems)
