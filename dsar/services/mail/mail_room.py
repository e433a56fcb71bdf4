"""Letters that staff read: those kept here, and those that they must hand over themselves."""

from dataclasses import dataclass

from flask import current_app

from dsar.channels import kept
from dsar.models import OutboxMessage, db
from dsar.services.mail.letters import compose

#: Stands where the code or link of a letter was: it is wiped when the letter is settled.
WIPED = "***"


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """A letter as staff read it; to is empty where it has no mail address."""

    subject: str
    body: str
    to: str = ""


def read_kept(letter_id: str) -> ReadLetter | None:
    """Return a letter that is kept as a file, with its codes; None where there is none."""
    config = current_app.extensions["dsar.config"]
    found = kept.read(config.place(config.mail.kept), letter_id)
    return ReadLetter(found.subject, found.body, found.to) if found else None


def preview(letter_id: str) -> ReadLetter:
    """Return a letter to print, without the codes and links that opened something.

    Both texts are empty where its words lack a fact.
    """
    row = db.session.get_one(OutboxMessage, letter_id)
    try:
        letter = compose(db.session, row, "", {"code": WIPED})
        return ReadLetter(letter.subject, letter.body)
    except KeyError:
        return ReadLetter("", "")
    finally:
        db.session.rollback()
