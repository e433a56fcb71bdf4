"""The error that every broken rule of the house derives from."""

from collections.abc import Mapping


class DomainError(Exception):
    """A rule was broken. Carries a message id and safe facts, never personal data."""

    message_id = "error.domain"

    def __init__(self, **facts: object) -> None:
        super().__init__(f"{self.message_id} {facts}")
        self.facts: Mapping[str, object] = facts
