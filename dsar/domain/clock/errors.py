"""Errors of the clock: each is named for the rule that an event or an option broke."""

from dsar.domain.errors import DomainError


class ClockError(DomainError):
    """The law does not honour what was asked of the clock."""

    message_id = "clock.error.clock"


class BadClockEvent(ClockError):
    """The description of an event cannot be read."""

    message_id = "clock.error.bad_event"

    def __init__(self, problem: str, field: str = "") -> None:
        super().__init__(problem=problem, field=field)
        plain = "clock.error.bad_event.field" if field else BadClockEvent.message_id
        self.message_id = _EVENT_PROBLEMS.get(problem, plain)


class BadClockOption(ClockError):
    """The option does not exist, or cannot have this value."""

    message_id = "clock.error.bad_option"

    def __init__(self, option: str, problem: str) -> None:
        super().__init__(option=option, problem=problem)
        if problem == "unknown":
            self.message_id = "clock.error.unknown_option"


_EVENT_PROBLEMS = {
    "no_time_zone": "clock.error.bad_event.no_time_zone",
    "not_a_moment": "clock.error.bad_event.not_a_moment",
    "unknown_kind": "clock.error.bad_event.unknown_kind",
}


class UnknownClock(ClockError):
    """The law has no clock of that name."""

    message_id = "clock.error.unknown_clock"


class BeforeReceipt(ClockError):
    """An event cannot be older than the request."""

    message_id = "clock.error.before_receipt"


class ClockStopped(ClockError):
    """The clock has ended: the person was informed, or withdrew the request."""

    message_id = "clock.error.stopped"


class NoPauseInLaw(ClockError):
    """The law lets no question to the person stop the clock (law table D7)."""

    message_id = "clock.error.no_pause_in_law"


class PauseReasonRefused(ClockError):
    """The clock stops only for the closed list of reasons (R23)."""

    message_id = "clock.error.pause_reason_refused"


class PauseNotSent(ClockError):
    """A pause opens when the question is sent to the person, not before (R24)."""

    message_id = "clock.error.pause_not_sent"


class PauseAfterDeadline(ClockError):
    """A question sent after the last day suspends nothing (R25)."""

    message_id = "clock.error.pause_after_deadline"


class PauseDelayUnexplained(ClockError):
    """A question sent this long after receipt needs a written explanation (R24)."""

    message_id = "clock.error.pause_delay_unexplained"


class ClarificationNotLarge(ClockError):
    """Asking which data is meant needs a large quantity of data (R23, recital 63)."""

    message_id = "clock.error.clarification_not_large"


class PauseAlreadyOpen(ClockError):
    """The same question is already open: asking again does not move the pause (R26)."""

    message_id = "clock.error.pause_already_open"


class NothingAsked(ClockError):
    """There is no open question that this could answer."""

    message_id = "clock.error.nothing_asked"


class AnswerStillNeeded(ClockError):
    """Under this law the period begins only when what was asked for has arrived (R31)."""

    message_id = "clock.error.answer_still_needed"


class NoExtensionInLaw(ClockError):
    """The law gives no extension."""

    message_id = "clock.error.no_extension_in_law"


class ExtensionTaken(ClockError):
    """A second extension does not exist (R21)."""

    message_id = "clock.error.extension_taken"


class ExtensionLate(ClockError):
    """The person must be told before the first period ends (R18)."""

    message_id = "clock.error.extension_late"


class ExtensionNotTold(ClockError):
    """An extension exists only once the person has been told (R18)."""

    message_id = "clock.error.extension_not_told"


class ExtensionWithoutReasons(ClockError):
    """The notice of an extension must give reasons (R18)."""

    message_id = "clock.error.extension_without_reasons"


class ExtensionReasonRefused(ClockError):
    """The notice names no reason that counts for more time (R17, R20)."""

    message_id = "clock.error.extension_reason_refused"


class ExtensionWithoutDate(ClockError):
    """Under this law the notice must state the new, later last day."""

    message_id = "clock.error.extension_without_date"


class RefusalLate(ClockError):
    """A refusal is due within the first period, extended or not (R22)."""

    message_id = "clock.error.refusal_late"
