"""Broken rules in plain English, for the command line."""

from dsar.domain.errors import DomainError
from dsar.i18n import translate


def rule_words(error: DomainError) -> str:
    """Return what the rule says."""
    return translate("en", error.message_id, **error.facts)
