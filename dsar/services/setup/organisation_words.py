"""Faults of an organisation file in words, for pages and for the command line."""

from dsar.domain.organisation_schema import Problem
from dsar.i18n import translate


def problem_words(problem: Problem, language: str) -> str:
    """Return the place and what is wrong there, in the language."""
    words = translate(language, problem.message_id, **problem.facts)
    return f"{problem.place}: {words}" if problem.place else words
