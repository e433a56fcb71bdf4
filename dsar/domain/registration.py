"""When staff write down a request that came another way: what makes a receipt time credible."""

from datetime import date, datetime
from enum import StrEnum

from dsar.domain.errors import DomainError


class Channel(StrEnum):
    """How a request reached the organisation."""

    WEB = "web"
    LETTER = "letter"
    PHONE = "phone"
    EMAIL = "email"
    COUNTER = "counter"
    SOCIAL = "social"
    BOUNCE = "bounce"


class BackdatingReason(StrEnum):
    """Why a request is written down later than the day on which it came: a closed list."""

    OPENED_LATE = "opened_late"
    OTHER_ADDRESS = "other_address"
    SPAM_FOLDER = "spam_folder"
    ABSENCE = "absence"
    TOLD_TO_COLLEAGUE = "told_to_colleague"
    PROCESSOR_FORWARDED = "processor_forwarded"


class ReceivedInFuture(DomainError):
    """A request cannot have come later than now."""

    message_id = "error.received_in_future"
    status = 422


class BackdatingNeedsReason(DomainError):
    """A receipt on an earlier day is written down with its reason."""

    message_id = "error.backdating_needs_reason"
    status = 422


def check_receipt(received_at: datetime, now: datetime, days: tuple[date, date]) -> bool:
    """Return whether the receipt is back-dated: its local day lies before the day of writing.

    days: the local days of receipt and of writing. Raises ReceivedInFuture.
    """
    if received_at > now:
        raise ReceivedInFuture
    return days[0] < days[1]
