"""A mail that came back: which addresses failed for good (RFC 3464)."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Final

from dsar.domain.errors import DomainError
from dsar.domain.organisation_schema import PATTERNS

#: A bounce is small; it may bring the mail that bounced along.
MOST_BYTES: Final = 5_000_000
#: Of one bounce, so many addresses at most.
MOST_ADDRESSES: Final = 50


class NotABounce(DomainError):
    """The file is no delivery report, so nothing in it is taken for an address."""

    message_id = "error.not_a_bounce"


class NothingFailed(DomainError):
    """The report tells of no address that failed for good: a full mailbox is no erasure."""

    message_id = "error.nothing_failed"


class BounceNotHere(DomainError):
    """The organisation has not promised to erase an address that bounces."""

    message_id = "error.bounce_not_here"


class BounceAddressWrong(DomainError):
    """It is no address."""

    message_id = "g.err.email"


def failed_addresses(content: bytes) -> tuple[str, ...]:
    """Return the addresses of a delivery report that failed for good, each once, in order.

    Raises NotABounce, NothingFailed.
    """
    if len(content) > MOST_BYTES:
        raise NotABounce
    reports = _reports(message_from_bytes(content))
    if not reports:
        raise NotABounce
    found = dict.fromkeys(address for one in reports if (address := _failed(one)))
    if not found:
        raise NothingFailed
    return tuple(found)[:MOST_ADDRESSES]


def checked_address(text: str) -> str:
    """Return an address without blanks and brackets. Raises BounceAddressWrong."""
    address = text.strip().strip("<>").strip()
    if not PATTERNS["email"].fullmatch(address):
        raise BounceAddressWrong
    return address


def _reports(mail: Message) -> list[Message]:
    """Return what the report says of each recipient; the first block is about the mail."""
    return list(_blocks(mail))


def _blocks(mail: Message) -> Iterator[Message]:
    for part in mail.walk():
        payload = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(payload, list):
            yield from (block for block in payload if isinstance(block, Message))


def _failed(report: Message) -> str:
    """Return the address of one block, if it failed for good: not delayed, not status 4."""
    action = str(report.get("Action", "")).strip().lower()
    status = str(report.get("Status", "")).strip()
    if action != "failed" or not status.startswith("5."):
        return ""
    named = report.get("Original-Recipient") or report.get("Final-Recipient") or ""
    try:
        return checked_address(str(named).rpartition(";")[2])
    except BounceAddressWrong:
        return ""
