"""Ways for a letter to leave the house: a module in this folder with build(config) is one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol

from dsar.config import Config

EXTENSION = "dsar.channels"


class Handed(StrEnum):
    """What became of a letter that was handed over: it left the house, or it was kept."""

    ACCEPTED = "accepted"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished message. The id is the same at every try, so that copies are known as one."""

    id: str
    thread: str
    written_at: datetime
    sender_name: str
    to: str
    reply_to: str
    language: str
    subject: str
    body: str


class Channel(Protocol):
    """A way for a letter to leave the house."""

    @property
    def name(self) -> str:
        """Return the word that the outbox stores."""

    @property
    def longest_seconds(self) -> int:
        """Return the longest time that one hand-over can take: a claim lasts longer."""

    def hand_over(self, letter: Letter) -> Handed:
        """Hand it over. Raises ChannelFailed (try again) or LetterRefused (never will)."""


class ChannelFailed(Exception):
    """Not this time; the outbox keeps the letter. `code` is safe to log.

    is_everyones: the channel itself is down, so that no other letter gets through either.
    """

    def __init__(self, code: str, *, is_everyones: bool = True) -> None:
        super().__init__(code)
        self.code, self.is_everyones = code, is_everyones


class LetterRefused(Exception):
    """The letter is refused for good. `code` is safe to log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def load_all(config: Config) -> dict[str, Channel]:
    """Return every channel that these settings switch on, by name."""
    modules = (import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__))
    built: list[Channel | None] = [
        module.build(config) for module in modules if hasattr(module, "build")
    ]
    return {channel.name: channel for channel in built if channel is not None}
