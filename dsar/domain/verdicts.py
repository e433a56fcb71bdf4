"""What we do with a finding."""

from enum import StrEnum


class ReviewVerdict(StrEnum):
    """Handed out, or held back on a ground."""

    RELEASE = "release"
    WITHHOLD = "withhold"
