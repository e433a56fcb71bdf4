"""The person's side of a case: the ways in, how it stands, messages, the answer."""

from dsar.web.portal import (
    answers,
    clock_pages,
    confirming,
    conversation,
    fee_pages,
    judging,
    status_page,
)
from dsar.web.portal.finding import bp

__all__ = [
    "answers",
    "bp",
    "clock_pages",
    "confirming",
    "conversation",
    "fee_pages",
    "judging",
    "status_page",
]
