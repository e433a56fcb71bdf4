"""Values in the words of a language: what a person reads instead of a code."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from dsar.domain.package import Answer, Receipt, Sender, Value
from dsar.domain.post import PaperLetter
from dsar.i18n import format_moment, format_number, format_size, has_message, translate

#: Longer values are cut on the page; the data files hold them whole.
LONGEST: Final = 20_000

_DAY: Final = {"nb": ("d. MMMM y", "nb_NO"), "sv": ("d MMMM y", "sv_SE")}
_ENGLISH: Final = ("d MMMM y", "en_GB")
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*(?:Z|[+-]\d{2}:?\d{2})")


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in words; is_empty marks that nothing was recorded, is_cut that there is more."""

    text: str
    is_empty: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, with the clock of one zone."""

    language: str
    zone: ZoneInfo

    @classmethod
    def of(cls, document: Answer | Receipt | PaperLetter) -> "Words":
        """Return the words in which the document is written."""
        return cls(document.language, ZoneInfo(document.timezone))

    def t(self, message_id: str, /, **facts: object) -> str:
        """Return the words of the id."""
        return translate(self.language, message_id, **facts, tz=self.zone)

    def day(self, day: date) -> str:
        """Return the day written out, without its weekday; a moment gives its local day."""
        if isinstance(day, datetime):
            day = (day.astimezone(self.zone) if day.tzinfo else day).date()
        return _written_day(day, self.language)

    def when(self, moment: date | datetime) -> str:
        """Return the day, or the moment with its zone, written out."""
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            return self.day(moment)
        zone = moment.astimezone(self.zone).tzname()
        written = format_moment(moment, self.language, self.zone)
        return self.t("package.moment", moment=written, zone=zone)

    def show(self, value: Value) -> Shown:
        """Return the value in words: yes and no, written dates, and nothing as not recorded."""
        text = self._text(value).strip()
        if not text:
            return Shown(self.t("package.empty"), is_empty=True)
        return Shown(text[:LONGEST], is_cut=len(text) > LONGEST)

    def code(self, area: str, code: str) -> str:
        """Return the words of a code, or the code itself where it has none: it may be words."""
        message_id = f"package.{area}.{code}"
        return self.t(message_id) if has_message(self.language, message_id) else code

    def size(self, size: int) -> str:
        """Return a file's size in words."""
        return format_size(size, self.language)

    def _text(self, value: Value) -> str:
        match value:
            case None:
                return ""
            case bool():
                return self.t("package.yes" if value else "package.no")
            case float():
                return format_number(value, self.language)
            case date():
                return self.when(value)
            case str():
                return self._written(value)
            case _:
                return self._listed(value)

    def _listed(self, value: Value) -> str:
        if isinstance(value, Mapping):
            return ", ".join(f"{key}: {self._text(inner)}" for key, inner in value.items())
        if isinstance(value, Sequence):
            return ", ".join(map(self._text, value))
        return str(value)

    def _written(self, text: str) -> str:
        try:
            if _ISO_DAY.fullmatch(text):
                return self.day(date.fromisoformat(text))
            if _ISO_MOMENT.fullmatch(text):
                return self.when(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            return text
        return text


@lru_cache(maxsize=4096)
def _written_day(day: date, language: str) -> str:
    pattern, locale = _DAY.get(language, _ENGLISH)
    return format_date(day, pattern, locale)


def contact_line(organisation: Sender) -> str:
    """Return how to reach the organisation, in one line; only what is known."""
    known = (
        organisation.email,
        unbroken(organisation.phone),
        one_line(organisation.postal_address),
    )
    return ", ".join(part for part in known if part) or organisation.display_name


def one_line(address: str) -> str:
    """Return an address of several lines in one."""
    return ", ".join(part.strip() for part in address.splitlines() if part.strip())


def unbroken(number: str) -> str:
    """Return a phone number that no line break tears apart."""
    return number.replace(" ", "\N{NO-BREAK SPACE}")
