"""Notices that move a clock: their kinds, and the closed list of reasons for more time."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from dsar.domain.errors import DomainError
from dsar.domain.events import EventKind

#: How long the person has to change her mind about a withdrawal (decision 7).
UNDO_TIME: Final = timedelta(days=7)


#: What the person reads of the log, of what moves her clock or ends it.
TOLD_TO_THE_PERSON: Final = (
    EventKind.QUESTION_NOTICE_SENT,
    EventKind.QUESTION_ANSWERED,
    EventKind.EXTENSION_NOTIFIED,
    EventKind.RIGHT_ADDED,
    EventKind.RIGHT_REOPENED,
    EventKind.FORWARDING_NOTIFIED,
    EventKind.LIFTING_NOTIFIED,
    EventKind.RESTRICTION_LIFTED,
    EventKind.FEE_NOTICE_SENT,
    EventKind.FEE_ACCEPTED,
    EventKind.FEE_SETTLED,
)


class NoticeKind(StrEnum):
    """What a notice does to a clock."""

    EXTENSION = "extension"
    QUESTION = "question"
    FEE = "fee"


class ExtensionReason(StrEnum):
    """Why more time is needed: what the law accepts, as the notice words it (R17, R20)."""

    COMPLEX = "complex"
    MANY = "many"
    SAME_TIME = "same_time"

    @property
    def clock_code(self) -> str:
        """Return the code under which the profiles know the reason."""
        return _CLOCK_CODES[self]


_CLOCK_CODES: Final = {
    ExtensionReason.COMPLEX: "complexity",
    ExtensionReason.MANY: "number_of_requests",
    ExtensionReason.SAME_TIME: "extraordinary_wave",
}


class NoticePending(DomainError):
    """A notice of this kind is on its way already: one at a time."""

    message_id = "clock.error.notice_pending"


class ExplanationMissing(DomainError):
    """The person must be told in words why it takes longer (GDPR art. 12(3))."""

    message_id = "s15.exp.err"


class QuestionWordsMissing(DomainError):
    """A question needs its words."""

    message_id = "s16.text.err"


class RightAlreadyUsed(DomainError):
    """The case has this right: a new wish about it is a case of its own (R36)."""

    message_id = "clock.error.right_used"


class CaseEnded(DomainError):
    """The case is closed: a new wish is a new case (decision 7)."""

    message_id = "clock.error.case_ended"


class NotYetReceived(DomainError):
    """A wish cannot have come before the case, nor in the future."""

    message_id = "clock.error.not_yet_received"


class TooLateToUndo(DomainError):
    """There is no withdrawal that may still be undone."""

    message_id = "clock.error.too_late_to_undo"
