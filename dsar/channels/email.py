"""Email over SMTP: certificates verified, every step bounded, one letter a talk."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from threading import Timer

from dsar.channels import Channel, ChannelFailed, Handed, Letter, LetterRefused
from dsar.channels.eml import as_mail
from dsar.config import Config, Mail

#: Connect, greeting, EHLO, STARTTLS, handshake, EHLO, AUTH twice, MAIL, RCPT, DATA, the dot.
STEPS = 12
PERMANENT = range(500, 600)


@dataclass(frozen=True, slots=True)
class Email:
    """Plain-text mail through the mail server of the settings."""

    settings: Mail
    name: str = "email"

    @property
    def longest_seconds(self) -> int:
        """Return the longest that a talk may last; then the line is cut."""
        return STEPS * self.settings.timeout_seconds

    def hand_over(self, letter: Letter) -> Handed:
        """Return when the server has said that it takes the letter. Raises as the port says."""
        mail = as_mail(letter, self.settings.sender)
        try:
            with self._talk() as relay:
                relay.send_message(mail, self.settings.sender, _recipient(mail))
        except smtplib.SMTPRecipientsRefused as error:
            _refused(next(iter(error.recipients.values()))[0], is_everyones=False)
        except smtplib.SMTPDataError as error:
            _refused(error.smtp_code, is_everyones=True)
        except smtplib.SMTPNotSupportedError as error:
            _unsupported(mail, error)
        except smtplib.SMTPResponseException as error:
            raise ChannelFailed(f"smtp_{error.smtp_code}") from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise ChannelFailed(type(error).__name__.lower()) from error
        return Handed.ACCEPTED

    def reach(self) -> None:
        """Talk to the server as far as signing in. Raises ChannelFailed."""
        try:
            with self._talk():
                return
        except smtplib.SMTPResponseException as error:
            raise ChannelFailed(f"smtp_{error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelFailed(type(error).__name__.lower()) from error

    @contextmanager
    def _talk(self) -> Iterator[smtplib.SMTP]:
        relay = self._connect()
        watch = Timer(self.longest_seconds, _cut, [relay])
        watch.daemon = True
        watch.start()
        try:
            self._greet(relay)
            yield relay
            # The letter is taken by now: whatever QUIT is answered must not send it again.
            with suppress(smtplib.SMTPException, OSError):
                relay.quit()
        finally:
            watch.cancel()
            relay.close()

    def _connect(self) -> smtplib.SMTP:
        given = self.settings
        own_name = given.sender.rpartition("@")[2] or "localhost"
        if given.security == "tls":
            return smtplib.SMTP_SSL(
                given.host,
                given.port,
                own_name,
                timeout=given.timeout_seconds,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(given.host, given.port, own_name, timeout=given.timeout_seconds)

    def _greet(self, relay: smtplib.SMTP) -> None:
        if self.settings.security == "starttls":
            relay.starttls(context=ssl.create_default_context())
        if self.settings.username:
            relay.login(self.settings.username, self.settings.password.get_secret_value())


def build(config: Config) -> Channel | None:
    """Return the channel, or None where no mail server is set."""
    return Email(config.mail) if config.mail.host else None


def _recipient(mail: EmailMessage) -> str:
    return str(mail["To"].addresses[0].addr_spec)


def _refused(code: int, *, is_everyones: bool) -> None:
    if code in PERMANENT:
        raise LetterRefused(f"smtp_{code}")
    raise ChannelFailed(f"smtp_{code}", is_everyones=is_everyones)


def _unsupported(mail: EmailMessage, error: Exception) -> None:
    if not str(mail["To"]).isascii():
        raise LetterRefused("smtputf8") from error
    raise ChannelFailed("not_supported") from error


def _cut(relay: smtplib.SMTP) -> None:
    with suppress(OSError):
        if relay.sock is not None:
            relay.sock.shutdown(socket.SHUT_RDWR)
