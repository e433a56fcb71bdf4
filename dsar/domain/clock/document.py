"""A reckoning as plain values: what the command line prints as JSON and the API answers."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from dsar.domain.clock.reckoning import Reckoning, Step

#: Gives a step its sentence in the language of whoever reads.
Words = Callable[[Step], str]


def reckoning_document(found: Reckoning, words: Words) -> dict[str, Any]:
    """Return every field of a reckoning as JSON holds it; each step also in words."""
    fields: dict[str, Any] = {
        name: _plain(getattr(found, name))
        for name in Reckoning.__slots__
        if name not in {"steps", "pauses"}
    }
    fields["pauses"] = [
        {name: _plain(getattr(pause, name)) for name in pause.__slots__}
        for pause in found.pauses
    ]
    return fields | {"steps": step_documents(found.steps, words)}


def step_documents(steps: Iterable[Step], words: Words) -> list[dict[str, Any]]:
    """Return steps as JSON holds them, each with its sentence."""
    return [
        {
            "message_id": step.message_id,
            "facts": {name: _plain(fact) for name, fact in step.facts.items()},
            "rule": step.rule,
            "source": step.source,
            "words": words(step),
        }
        for step in steps
    ]


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, tuple):
        return list(value)
    return str(value)
