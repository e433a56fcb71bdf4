"""A fee for repeated or excessive requests: announced first (GDPR art. 12(5)(a))."""

import re
from decimal import Decimal
from enum import StrEnum
from typing import Final

from dsar.domain.errors import DomainError

#: The ground of a profile without which no fee is lawful.
GROUND: Final = "gdpr_12_5"
CURRENCIES: Final = ("NOK", "SEK", "DKK", "EUR", "GBP", "CHF")
MOST: Final = Decimal(100_000)
_AMOUNT: Final = re.compile(r"\d{1,7}(?:[.,]\d{1,2})?")


class FeeGround(StrEnum):
    """Why a fee is asked: a true repetition, or a request that is proven to be excessive."""

    REPETITION = "repetition"
    EXCESSIVE = "excessive"


class FeeEnd(StrEnum):
    """How a fee ended."""

    PAID = "paid"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


class FeeNotInLaw(DomainError):
    """The law of the case knows no such fee."""

    message_id = "error.fee_not_in_law"


class FeeAmountWrong(DomainError):
    """A fee is a sum above nothing, with two decimals at most."""

    message_id = "error.fee_amount"


class FeeWithoutReasons(DomainError):
    """Who asks for a fee says why, and how it is made up: the burden is on the controller."""

    message_id = "error.fee_without_reasons"


class FeeUnproven(DomainError):
    """The facts are documented first (GDPR art. 12(5), last sentence)."""

    message_id = "error.fee_unproven"


class FeeOpen(DomainError):
    """A fee has been announced already: one at a time."""

    message_id = "error.fee_open"


class FeeNotAnnounced(DomainError):
    """The person must have been told of a fee before it can be accepted or paid."""

    message_id = "error.fee_not_announced"


def amount_of(text: str) -> Decimal:
    """Return the sum that somebody wrote, with a point or a comma. Raises FeeAmountWrong."""
    plain = re.sub(r"\s", "", text)
    if not plain.isascii() or not _AMOUNT.fullmatch(plain):
        raise FeeAmountWrong
    amount = Decimal(plain.replace(",", "."))
    if not 0 < amount <= MOST:
        raise FeeAmountWrong
    return amount
