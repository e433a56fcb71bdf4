"""When the content of a closed case is deleted."""

from datetime import date
from typing import Final

#: Letters, decisions and proof of sending: counted from the end of the year of closing.
KEPT_YEARS: Final = 3


def content_deleted_on(closed_on: date) -> date:
    """Return the day on which the content of a case is deleted."""
    return date(closed_on.year + KEPT_YEARS, 12, 31)
