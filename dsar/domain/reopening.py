"""An answer that was not enough: when a right may be opened again, and why (decision 7)."""

from enum import StrEnum
from typing import Final

from dsar.domain.cases import Outcome, State
from dsar.domain.errors import DomainError

#: Endings that say that the person has had an answer, which may turn out to be incomplete.
#: What was withdrawn is taken up by undoing it; what was sent on is decided elsewhere.
ANSWERED: Final = frozenset(
    {Outcome.FULFILLED, Outcome.PARTLY, Outcome.NOTHING_HELD, Outcome.REFUSED}
)


class ReopenReason(StrEnum):
    """Why an answered right is opened again: a closed list."""

    PERSON_SAYS = "person_says"
    TOLD_OTHERWISE = "told_otherwise"
    FOUND_MORE = "found_more"
    MISTAKE = "mistake"
    AUTHORITY = "authority"


#: What staff may choose: the first one is for the person's own page.
STAFF_REASONS: Final = tuple(r for r in ReopenReason if r is not ReopenReason.PERSON_SAYS)


class Judgement(StrEnum):
    """What the person says of her answer."""

    YES = "yes"
    PART = "part"
    NO = "no"


class NothingToReopen(DomainError):
    """No right of the case has been answered, so there is nothing to open again."""

    message_id = "error.nothing_to_reopen"


class MissingUnsaid(DomainError):
    """Who says that something is missing says what."""

    message_id = "p13.text.err"


def may_reopen(state: State, outcome: str | None) -> bool:
    """Return whether a right has been answered, so that the answer may be incomplete."""
    if state is State.CLOSED:
        return outcome in ANSWERED
    return state is State.DELIVERED
