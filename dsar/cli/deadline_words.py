"""A reckoning as text or JSON, in the words of the catalogues."""

import json

from dsar.domain.clock import Reckoning, Step
from dsar.domain.clock.document import reckoning_document
from dsar.domain.errors import DomainError
from dsar.i18n import format_date, translate


def fault_words(error: DomainError | None, language: str) -> str:
    """Return what is wrong; None stands for dates that no calendar can hold."""
    if error is None:
        return translate(language, "clock.cli.out_of_range")
    return translate(language, error.message_id, **dict(error.facts))


def step_words(step: Step, language: str) -> str:
    """Return one step of the counting as a sentence."""
    return translate(language, step.message_id, **dict(step.facts))


def as_text(found: Reckoning, language: str) -> str:
    """Return the dates, the flags and the steps as lines."""
    lines = [f"{label}: {day}" for label, day in _dated(found, language)]
    if found.flags:
        lines += ["", translate(language, "clock.cli.flags")]
        lines += [f"- {translate(language, f'clock.flag.{code}')}" for code in found.flags]
    lines += ["", translate(language, "clock.cli.steps")]
    for number, step in enumerate(found.steps, 1):
        lines.append(f"{number}. {step_words(step, language)} [{step.rule}: {step.source}]")
    return "\n".join(lines)


def _dated(found: Reckoning, language: str) -> list[tuple[str, str]]:
    rows = {name: format_date(day, language) for name, day in found.dated.items()}
    if found.is_suspended:
        first, *others = rows.items()
        held = ("binding", translate(language, "clock.date.suspended"))
        rows = dict([first, held, *others])
    return [(translate(language, f"clock.date.{name}"), words) for name, words in rows.items()]


def as_json(found: Reckoning, language: str) -> str:
    """Return every field as JSON; each step also in words."""
    fields = reckoning_document(found, lambda step: step_words(step, language))
    return json.dumps(fields, ensure_ascii=False, indent=2)
