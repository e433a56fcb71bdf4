"""Why something must not be erased for now: a code of this list, never words about a person."""

from enum import StrEnum


class HoldReason(StrEnum):
    """Why nothing is erased: each is something that ends."""

    LEGAL_CLAIM = "legal_claim"  # GDPR art. 17(3)(e)
    COURT = "court"
    AUTHORITY = "authority"
    AUDIT = "audit"
    INVESTIGATION = "investigation"
