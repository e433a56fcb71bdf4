"""The life of a requested right, and of the case that holds it (decision 9)."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from dsar.domain.errors import DomainError


class TransitionError(DomainError):
    """The right cannot take this action in its present state."""

    message_id = "error.transition"


class State(StrEnum):
    """How far a requested right has come. Late, paused and verified are not states."""

    RECEIVED = "received"
    COLLECTING = "collecting"
    REVIEWING = "reviewing"
    READY = "ready"
    DELIVERED = "delivered"
    CLOSED = "closed"
    DISPOSED = "disposed"


class Action(StrEnum):
    """What a person or a job may do to a requested right."""

    START = "start"
    FINISH_COLLECTION = "finish_collection"
    COLLECT_AGAIN = "collect_again"
    APPROVE = "approve"
    TAKE_BACK = "take_back"
    DELIVER = "deliver"
    CLOSE = "close"
    REOPEN = "reopen"
    DISPOSE = "dispose"


class Outcome(StrEnum):
    """How a requested right ended."""

    FULFILLED = "fulfilled"
    PARTLY = "partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOTHING_HELD = "nothing_held"
    FORWARDED = "forwarded"
    NO_ANSWER = "no_answer"


S, A = State, Action

#: In the order in which a right advances.
ORDER: Final = tuple(State)
OPEN: Final = frozenset(S) - {S.CLOSED, S.DISPOSED}
CLOCK_RUNS: Final = OPEN - {S.DELIVERED}

TRANSITIONS: Final[Mapping[tuple[State, Action], State]] = {
    (S.RECEIVED, A.START): S.COLLECTING,
    (S.COLLECTING, A.FINISH_COLLECTION): S.REVIEWING,
    (S.REVIEWING, A.COLLECT_AGAIN): S.COLLECTING,
    (S.REVIEWING, A.APPROVE): S.READY,
    (S.READY, A.TAKE_BACK): S.REVIEWING,
    (S.READY, A.DELIVER): S.DELIVERED,
    **{(state, A.CLOSE): S.CLOSED for state in OPEN},  # the outcome says why
    (S.DELIVERED, A.REOPEN): S.COLLECTING,  # an answer that was incomplete (decision 7)
    (S.CLOSED, A.REOPEN): S.COLLECTING,  # the same later, or a withdrawal undone
    (S.CLOSED, A.DISPOSE): S.DISPOSED,
}


def next_state(state: State, action: Action) -> State:
    """Return the state that follows. Raises TransitionError where the table has none."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise TransitionError(state=str(state), action=str(action)) from None


def case_state(states: Iterable[State]) -> State:
    """Return the state of a case: that of its least advanced open right, else the last one."""
    ranked = sorted(states, key=ORDER.index)
    return next((state for state in ranked if state in OPEN), ranked[0])
