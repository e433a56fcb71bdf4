"""Two cases that belong together: the kinds of links, and what is never linked."""

from enum import StrEnum

from dsar.domain.errors import DomainError


class LinkKind(StrEnum):
    """The same wish twice, or a later wish after an answer (decision 7)."""

    DUPLICATE = "duplicate"
    FOLLOW_UP = "follow_up"


class NotLinkable(DomainError):
    """Only two cases of one organisation are linked, and neither of them is disposed of."""

    message_id = "error.not_linkable"
