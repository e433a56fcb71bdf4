"""A letter as a mail: plain text, 72 columns, every header made here and none from outside."""

import re
import textwrap
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from dsar.channels import Letter, LetterRefused

COLUMNS = 72
_BULLET = " - "
#: Blanks, control signs, line ends, and whatever would need quoting or start another address.
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\x85\u2028\u2029@<>()\[\]\\,;:\"]")


def as_mail(letter: Letter, sender: str) -> EmailMessage:
    """Return the mail. Raises LetterRefused for an address that cannot stand in a header."""
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(SMTP)
    mail["From"] = Address(letter.sender_name, addr_spec=sender)
    mail["To"] = address_of(letter.to)
    if letter.reply_to:
        mail["Reply-To"] = address_of(letter.reply_to)
    mail["Subject"] = _one_line(letter.subject)
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = f"<{letter.id}@{domain}>"
    if letter.thread:
        mail["References"] = f"<{letter.thread}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = letter.language
    # Quoted-printable passes every server, also one without 8BITMIME.
    mail.set_content(wrap(letter.body) + "\n", cte="quoted-printable")
    return mail


def address_of(text: str) -> Address:
    """Return one address, its domain in ASCII. Raises LetterRefused for anything else."""
    local, _, domain = text.rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        raise LetterRefused("bad_address") from None
    if not local or not domain or _FORBIDDEN.search(local + domain):
        raise LetterRefused("bad_address")
    return Address("", local, domain)


def wrap(text: str) -> str:
    """Return the text in lines of at most 72 signs; a longer link stays whole."""
    return "\n".join(_wrap_line(line) for line in text.splitlines())


def _wrap_line(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    hanging = " " * len(_BULLET) if line.startswith(_BULLET) else indent
    return textwrap.fill(
        line.strip(),
        COLUMNS,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
