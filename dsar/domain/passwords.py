"""What a password must be: long enough, not common, and not about the person or the place."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

from dsar.domain.errors import DomainError

LEAST: Final = 12
MOST: Final = 256
#: A shorter word says too little to be refused wherever it stands.
_WORD: Final = 4
#: So few different characters are one key held down, or a short pattern.
_FEW: Final = 5


class PasswordRefused(DomainError):
    """The password is too easy to guess, or of the wrong length."""

    def __init__(self, reason: str, **facts: object) -> None:
        self.message_id = f"error.password.{reason}"
        super().__init__(**facts)


def check_password(password: str, context: Iterable[str] = ()) -> None:
    """Refuse a bad password; context words are names and addresses. Raises PasswordRefused."""
    if len(password) < LEAST:
        raise PasswordRefused("short", least=LEAST)
    if len(password) > MOST:
        raise PasswordRefused("long", most=MOST)
    folded = password.casefold()
    if folded in common() or len(set(folded)) < _FEW or _runs(folded):
        raise PasswordRefused("common")
    if any(word in folded for word in _words(context)):
        raise PasswordRefused("context")


@cache
def common() -> frozenset[str]:
    """Return the passwords of twelve characters and more that everybody tries first."""
    text = (files("dsar.domain") / "common_passwords.txt").read_text("utf-8")
    lines = (line.strip().casefold() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _runs(folded: str) -> bool:
    """Return whether the whole is one alphabet, row of keys or count, or a part repeated."""
    rows = ("abcdefghijklmnopqrstuvwxyzæøå", "qwertyuiopåasdfghjkløæzxcvbnm", "1234567890" * 3)
    whole = any(folded in row or folded[::-1] in row for row in rows)
    return whole or folded in (folded + folded)[1:-1]


def _words(context: Iterable[str]) -> set[str]:
    parts = (part for text in context for part in _split(text.casefold()))
    return {part for part in parts if len(part) >= _WORD} - {"post", "mail", "info"}


def _split(text: str) -> list[str]:
    letters = (c if c.isalnum() else " " for c in text)
    return "".join(letters).split()
