"""A request that somebody else decides: what must be known before it is sent on."""

from datetime import date

from dsar.domain.errors import DomainError


class ForwardingNotHere(DomainError):
    """The organisation answers for itself: it works for no other controller."""

    message_id = "error.forwarding_not_here"


class ForwardedAlready(DomainError):
    """The case has been sent on: once is enough."""

    message_id = "error.forwarded_already"


class ForwardingIncomplete(DomainError):
    """The person must be told who decides, how to reach them, and how it was sent on."""

    message_id = "error.forwarding_incomplete"


class ForwardedWrongDay(DomainError):
    """It is sent on between its receipt and today."""

    message_id = "error.forwarded_wrong_day"


def check_day(sent_on: date, received_on: date, today: date) -> None:
    """Raise ForwardedWrongDay for a day before the receipt or after today."""
    if not received_on <= sent_on <= today:
        raise ForwardedWrongDay
