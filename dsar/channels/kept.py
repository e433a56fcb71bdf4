"""Mail that is kept in a folder, because no mail server is set: nothing leaves the house."""

import os
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from dsar.channels import Channel, Handed, Letter
from dsar.channels.eml import as_mail
from dsar.config import Config

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A kept letter as staff read it."""

    to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Writes each letter as an .eml file that only the program's own user may read."""

    folder: Path
    sender: str
    name: str = "email"
    longest_seconds: int = 30

    def hand_over(self, letter: Letter) -> Handed:
        """Keep the letter durably under its id; a second time replaces the first."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mail = bytes(as_mail(letter, self.sender))
        draft = self.folder / f".{letter.id}.draft"
        handle = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(mail)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / f"{letter.id}.eml")
        _sync(self.folder)
        return Handed.KEPT


def build(config: Config) -> Channel | None:
    """Return the channel, or None where a mail server is set."""
    if config.mail.host:
        return None
    return Kept(config.place(config.mail.kept), config.mail.sender)


def read(folder: Path, letter_id: str) -> KeptMail | None:
    """Return a kept letter, or None when there is none of that id."""
    if not _ID.fullmatch(letter_id):
        return None
    try:
        content = (folder / f"{letter_id}.eml").read_bytes()
    except FileNotFoundError:
        return None
    mail = message_from_bytes(content, EmailMessage, policy=SMTP)
    return KeptMail(str(mail["To"]), str(mail["Subject"]), mail.get_content())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
