"""The kinds of value an organisation file may hold; each names what is wrong, never stops."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")
_KEY = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_ADDRESS = re.compile(r"https?://[^/\s?#]+")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")

PATTERNS: Mapping[str, re.Pattern[str]] = {
    "email": _EMAIL,
    "host": _HOST,
    "key": _KEY,
    "address": _ADDRESS,
    "clock": _CLOCK,
    "day": _DAY,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where: controller[0].system[2].retention."""

    place: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def message_id(self) -> str:
        """Return the id of the words for it."""
        return f"organisation.problem.{self.code}"


class Node(Protocol):
    """What one place of the file may hold."""

    def check(self, value: object, place: str) -> Iterator[Problem]:
        """Yield everything that is wrong with the value."""

    def step(self, name: str) -> "Node | None":
        """Return what lies below a name, or None where nothing may."""


class Leaf:
    """A value with nothing below it."""

    def step(self, name: str) -> Node | None:
        """Return None: there is nothing below."""
        del name
        return None


@dataclass(frozen=True)
class Text(Leaf):
    """Text of bounded length; one line unless said, and of a named form where one is given."""

    longest: int = 300
    lines: bool = False
    form: str = ""
    required: bool = False

    def check(self, value: object, place: str) -> Iterator[Problem]:
        """Yield everything that is wrong with the value."""
        if not isinstance(value, str):
            yield Problem(place, "not_text")
        elif self.required and not value.strip():
            yield Problem(place, "empty")
        elif len(value) > self.longest:
            yield Problem(place, "too_long", {"max": self.longest})
        elif any(is_control(c) and not (self.lines and c in "\r\n\t") for c in value):
            yield Problem(place, "control_characters")
        elif self.form and value and not PATTERNS[self.form].fullmatch(value):
            yield Problem(place, f"not_{self.form}")


@dataclass(frozen=True)
class Choice(Leaf):
    """One of a closed set of words; an empty text only where it is in the set."""

    words: Collection[str]

    def check(self, value: object, place: str) -> Iterator[Problem]:
        """Yield everything that is wrong with the value."""
        if not isinstance(value, str):
            yield Problem(place, "not_text")
        elif value not in self.words:
            allowed = ", ".join(sorted(filter(None, self.words)))
            yield Problem(place, "not_one_of", {"allowed": allowed})


@dataclass(frozen=True)
class Number(Leaf):
    """A whole number between two bounds, both allowed."""

    least: int
    most: int

    def check(self, value: object, place: str) -> Iterator[Problem]:
        """Yield everything that is wrong with the value."""
        if isinstance(value, bool) or not isinstance(value, int):
            yield Problem(place, "not_number")
        elif not self.least <= value <= self.most:
            yield Problem(place, "out_of_range", {"least": self.least, "most": self.most})


@dataclass(frozen=True)
class Switch(Leaf):
    """True or false."""

    def check(self, value: object, place: str) -> Iterator[Problem]:
        """Yield everything that is wrong with the value."""
        if not isinstance(value, bool):
            yield Problem(place, "not_switch")


@dataclass(frozen=True)
class ListOf(Leaf):
    """A list of one kind of value; at least `least` of them, at most `most`."""

    each: Node
    least: int = 0
    most: int = 100
    unique: bool = True

    def check(self, value: object, place: str) -> Iterator[Problem]:
        """Yield everything that is wrong with the value."""
        if not isinstance(value, list):
            yield Problem(place, "not_list")
            return
        if not self.least <= len(value) <= self.most:
            yield Problem(place, "wrong_count", {"least": self.least, "most": self.most})
        for i, one in enumerate(value):
            yield from self.each.check(one, f"{place}[{i}]")
            if self.unique and one in value[:i]:
                yield Problem(f"{place}[{i}]", "duplicate")


@dataclass(frozen=True)
class MapOf:
    """A table whose keys are of one form or a closed set, and whose values are of one kind."""

    keys: Node
    each: Node
    most: int = 100

    def check(self, value: object, place: str) -> Iterator[Problem]:
        """Yield everything that is wrong with the value."""
        if not isinstance(value, dict):
            yield Problem(place, "not_table")
            return
        if len(value) > self.most:
            yield Problem(place, "wrong_count", {"least": 0, "most": self.most})
        for key, one in value.items():
            yield from self.keys.check(key, below(place, key))
            yield from self.each.check(one, below(place, key))

    def step(self, name: str) -> Node | None:
        """Return what every value is."""
        return None if list(self.keys.check(name, "")) else self.each


@dataclass(frozen=True)
class Table:
    """A table with a closed set of keys, in the order in which they are written."""

    fields: Mapping[str, Node]
    required: Collection[str] = ()

    def check(self, value: object, place: str) -> Iterator[Problem]:
        """Yield everything that is wrong: unknown keys, missing ones, then each value."""
        if not isinstance(value, dict):
            yield Problem(place, "not_table")
            return
        unknown = [key for key in value if key not in self.fields]
        yield from (Problem(below(place, key), "unknown_key") for key in unknown)
        missing = [key for key in self.required if key not in value]
        yield from (Problem(below(place, key), "missing") for key in missing)
        for key, node in self.fields.items():
            if key in value:
                yield from node.check(value[key], below(place, key))

    def step(self, name: str) -> Node | None:
        """Return what a key of this table may hold."""
        return self.fields.get(name)

    def ordered(self, value: Mapping[str, object]) -> dict[str, object]:
        """Return the table with its keys in the order of the schema."""
        return {key: value[key] for key in self.fields if key in value}


def below(place: str, key: str) -> str:
    """Return the place of a key; a key that is not a bare word stands in quotation marks."""
    name = key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{key[:80]}"'
    return f"{place}.{name}" if place else name


def is_control(letter: str) -> bool:
    """Return whether a letter steers instead of being read: NUL, line end, turned direction."""
    turns = "\u202a" <= letter <= "\u202e" or "\u2066" <= letter <= "\u2069"
    return turns or unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"}
