"""Words for people: gettext catalogues by message id; dates, sizes and numbers as written."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Literal
from zoneinfo import ZoneInfo

from babel import dates, numbers
from babel.messages.pofile import read_po
from flask import g, has_request_context
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LANGUAGES = ("nb", "en", "sv")
DEFAULT = "nb"
OSLO = ZoneInfo("Europe/Oslo")

_LOCALES = {"nb": "nb_NO", "en": "en_GB", "sv": "sv_SE"}
_NORWEGIAN = {"no": "nb", "nn": "nb"}
_DAYS = {
    "long": {"nb": "EEEE d. MMMM y", "en": "EEEE d MMMM y", "sv": "EEEE d MMMM y"},
    "short": {"nb": "d. MMM y", "en": "d MMM y", "sv": "d MMM y"},
}
_MOMENTS = {
    "nb": "d. MMMM y 'kl'. HH.mm",
    "en": "d MMMM y 'at' HH:mm",
    "sv": "d MMMM y 'kl'. HH.mm",
}
_TIMES = {"nb": "HH.mm", "en": "HH:mm", "sv": "HH.mm"}
# Double braces are left alone: they belong to the letters, which fill them in themselves.
_PLACEHOLDER = re.compile(r"(?<!\{)\{([a-z][a-z0-9_]*)\}(?!\})")
# Four digits stay ungrouped, so that a year given as a number still reads as a year.
_GROUPED_FROM = 10_000
_SIZE_STEP = 1000
_ONE_DECIMAL_BELOW = 10
_SIZE_UNITS = ("kB", "MB", "GB", "TB")


class MissingMessage(KeyError):
    """No words for this id in this language."""


class MissingFact(KeyError):
    """The words have a placeholder that was given no fact."""


def t(message_id: str, /, **facts: object) -> str:
    """Return the words in the language of the page, as plain text: the template escapes."""
    return translate(page_language(), message_id, **facts)


def translate(language: str, message_id: str, /, **facts: object) -> str:
    """Return the words in the language; raises MissingMessage or MissingFact."""
    forms = catalogue(language).get(message_id)
    if forms is None:
        raise MissingMessage(f"{language}: {message_id}")
    text = _form(forms, facts, message_id)
    zone = facts.get("tz")
    tz = zone if isinstance(zone, tzinfo) else OSLO

    def replace(match: re.Match[str]) -> str:
        if match[1] not in facts:
            raise MissingFact(f"{language}: {message_id}: {match[1]}")
        return _written(facts[match[1]], language, tz)

    return _PLACEHOLDER.sub(replace, text)


def has_message(language: str, message_id: str) -> bool:
    """Return whether the language has words for the id."""
    return message_id in catalogue(language)


def page_language() -> str:
    """Return the language of the page being made, or the default outside a request."""
    if not has_request_context():
        return DEFAULT
    return str(g.get("language", DEFAULT))


def negotiate(header: str | None, allowed: Sequence[str], default: str) -> str:
    """Return the allowed language that the Accept-Language header likes best (nn is nb)."""
    for tag, quality in parse_accept_header(header, LanguageAccept):
        primary = re.split("[-_]", tag.lower())[0]
        language = _NORWEGIAN.get(primary, primary)
        if quality > 0 and language in allowed:
            return language
    return default


def format_date(day: date, language: str, style: Literal["long", "short"] = "long") -> str:
    """Return the day with its weekday (long), or with a short month and no weekday (short)."""
    return dates.format_date(day, _DAYS[style][language], _LOCALES[language])


def format_moment(moment: datetime, language: str, tz: tzinfo = OSLO) -> str:
    """Return the date and the clock time of an aware moment in the zone."""
    return dates.format_datetime(
        _local(moment, tz), _MOMENTS[language], locale=_LOCALES[language]
    )


def format_time(moment: datetime | time, language: str, tz: tzinfo = OSLO) -> str:
    """Return the clock time alone: 14.30, or 14:30 in English."""
    clock = _local(moment, tz).time() if isinstance(moment, datetime) else moment
    return dates.format_time(
        clock.replace(tzinfo=None), _TIMES[language], locale=_LOCALES[language]
    )


def format_number(number: float, language: str) -> str:
    """Return the number with the decimal sign and the grouping of the language."""
    grouped = abs(number) >= _GROUPED_FROM
    return numbers.format_decimal(number, locale=_LOCALES[language], group_separator=grouped)


def format_money(amount: Decimal, currency: str, language: str) -> str:
    """Return an amount of money with two decimals and its currency by its code (ISO 4217)."""
    written = numbers.format_decimal(amount, "#,##0.00", locale=_LOCALES[language])
    return f"{written}\N{NO-BREAK SPACE}{currency}"


def format_size(size: int, language: str) -> str:
    """Return a number of bytes in kB, MB, GB or TB (steps of a thousand), never as nought."""
    amount, unit = max(size, 1) / _SIZE_STEP, 0
    while round(amount) >= _SIZE_STEP and unit < len(_SIZE_UNITS) - 1:
        amount, unit = amount / _SIZE_STEP, unit + 1
    places = 1 if unit and amount < _ONE_DECIMAL_BELOW else 0
    return f"{format_number(max(round(amount, places), 1), language)} {_SIZE_UNITS[unit]}"


@cache
def catalogue(language: str) -> dict[str, tuple[str, ...]]:
    """Return every message of a language: id to its forms (one, or one for each plural)."""
    if language not in LANGUAGES:
        raise MissingMessage(f"{language}: no such language")
    areas = sorted((files("dsar") / "locale" / language).iterdir(), key=lambda area: area.name)
    texts = (area.read_bytes() for area in areas if area.name.endswith(".po"))
    return {
        message_id: forms
        for text in texts
        for message_id, forms in read_messages(text, language)
    }


def read_messages(text: bytes, language: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Return the ids and forms of one catalogue file; an empty message counts as missing."""
    for message in read_po(BytesIO(text), locale=_LOCALES[language], abort_invalid=True):
        message_id = message.id if isinstance(message.id, str) else message.id[0]
        text_or_forms = message.string or ()
        forms = (text_or_forms,) if isinstance(text_or_forms, str) else tuple(text_or_forms)
        if message_id and forms and all(forms):
            yield message_id, forms


def _form(forms: tuple[str, ...], facts: dict[str, object], message_id: str) -> str:
    """Return the form that fits the fact n; our three languages all say one for exactly one."""
    if len(forms) == 1:
        return forms[0]
    if not isinstance(facts.get("n"), int):
        raise MissingFact(f"{message_id}: n")
    return forms[0] if facts["n"] == 1 else forms[-1]


def _written(fact: object, language: str, tz: tzinfo) -> str:
    """Return a fact as people write it in the language."""
    match fact:
        case datetime():
            return format_moment(fact, language, tz)
        case date():
            return format_date(fact, language)
        case time():
            return format_time(fact, language, tz)
        case bool() | str():
            return str(fact)
        case int() | float():
            return format_number(fact, language)
        case _:
            return str(fact)


def _local(moment: datetime, tz: tzinfo) -> datetime:
    """Return the moment in the zone; a moment without a zone is an error, never a guess."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(tz).replace(tzinfo=None)
