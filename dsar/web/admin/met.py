"""Two people change one entry: what each of them changed, field by field."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wtforms.fields.core import Field

from dsar.i18n import t
from dsar.web.fields import ChoiceField, TickField

#: So many characters of a digest tell two values of one field apart.
_MARK_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class Met:
    """A field that somebody else changed: theirs, and ours where this person changed it too."""

    words: str
    theirs: str
    ours: str | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """The version of an entry that a form shows, and a mark of each value that it showed."""

    version: int
    marks: Mapping[str, str]

    def __str__(self) -> str:
        """Return it as the form carries it."""
        return json.dumps([self.version, dict(self.marks)], separators=(",", ":"))

    def tells(self, name: str, value: object) -> bool:
        """Return whether the form showed another value of this field."""
        return self.marks.get(name) != mark(value)


def stamp_of(version: int, names: list[str], shown: Mapping[str, Any]) -> Stamp:
    """Return the stamp of a form with these fields that shows these values."""
    return Stamp(version, {name: mark(shown.get(name)) for name in names})


def read_stamp(text: str | None) -> Stamp:
    """Return the stamp that a form brings back; an unreadable one has seen nothing."""
    try:
        version, marks = json.loads(text or "")
        return Stamp(int(version), {str(name): str(one) for name, one in marks.items()})
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Stamp(0, {})


def mark(value: object) -> str:
    """Return a mark of a value: what looks empty is empty, and the order of ticks is none."""
    if isinstance(value, list | tuple):
        value = sorted(str(one) for one in value)
    text = json.dumps(value.strip() if isinstance(value, str) else value) if value else ""
    return hashlib.sha256(text.encode()).hexdigest()[:_MARK_CHARACTERS]


def meet(
    fields: list[Field],
    shown: Stamp,
    current: Mapping[str, Any],
    words_of: Callable[[Field], str],
) -> list[Met]:
    """Return what others changed since; what this person left alone takes their value."""
    found = []
    for field in fields:
        theirs, ours = current.get(field.short_name), field.data
        is_theirs = shown.tells(field.short_name, theirs)
        if not is_theirs or mark(theirs) == mark(ours):
            continue
        is_ours = shown.tells(field.short_name, ours)
        mine = said(field, ours) if is_ours else None
        found.append(Met(words_of(field), said(field, theirs), mine))
        if not is_ours:
            field.data = theirs
    return found


def said(field: Field, value: Any) -> str:
    """Return a value as the page's language says it."""
    if isinstance(field, TickField):
        return t("admin.yes" if value else "admin.no")
    if isinstance(field, ChoiceField):
        chosen = value if isinstance(value, list | tuple) else [value]
        return ", ".join(one.label for one in field.options if one.value in chosen)
    return str(value or "")
