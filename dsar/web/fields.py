"""The fields of our forms. Each keeps what was typed, whatever was wrong with it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from werkzeug.datastructures import FileStorage
from wtforms.fields import BooleanField, PasswordField, StringField, TextAreaField
from wtforms.fields.core import Field

from dsar.domain.identity_numbers import holds_identity_number
from dsar.i18n import format_size, page_language, t
from dsar.web.form import Wrong
from dsar.web.uploads import most_bytes

LINE_CHARACTERS = 200
TEXT_CHARACTERS = 5000
_BREAKS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_SPACES = re.compile(r"\s+")
#: Marks that turn the reading direction or hide in text, and have no use in a request.
_HIDDEN = re.compile("[\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Return the text in NFC, with plain line breaks, and nothing in it that cannot be seen."""
    broken = _BREAKS.sub("\n", _HIDDEN.sub("", _SURROGATES.sub("", text)))
    seen = (c for c in broken if c in "\n\t" or unicodedata.category(c) != "Cc")
    return unicodedata.normalize("NFC", "".join(seen)).strip()


def clean_line(text: str) -> str:
    """Return the text cleaned, on one line, with single ordinary spaces."""
    return _SPACES.sub(" ", clean_text(text))


class LineField(StringField):
    """One line. `missing` is the id said when it is empty; without one it is optional."""

    max_characters = LINE_CHARACTERS
    refuses_identity_numbers = True

    def __init__(self, label: str = "", missing: str = "", **options: Any) -> None:
        self.max_characters = options.pop("max_characters", self.max_characters)
        self.missing = missing
        super().__init__(label, **options)
        self.flags.optional = not missing

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take what was typed, cleaned."""
        self.data = self.clean(valuelist[0]) if valuelist else ""

    def clean(self, text: str) -> str:
        """Return the text as it is kept."""
        return clean_line(text)

    def pre_validate(self, form: Any) -> None:
        """Refuse what is missing, too long, or a national identity number."""
        text = self.data or ""
        if not text and self.missing:
            raise Wrong(self.missing)
        if len(text) > self.max_characters:
            raise Wrong("g.err.toolong", max=self.max_characters)
        if self.refuses_identity_numbers and holds_identity_number(text):
            raise Wrong("g.err.fnr")
        if text:
            self.check(text)

    def check(self, text: str) -> None:
        """Refuse more: for the fields that build on this one."""


class TextField(LineField, TextAreaField):
    """Several lines."""

    max_characters = TEXT_CHARACTERS

    def clean(self, text: str) -> str:
        """Keep the line breaks."""
        return clean_text(text)


class CodeField(LineField):
    """A code that is read off something: spaces and hyphens do not matter, nor does case."""

    refuses_identity_numbers = False
    max_characters = 80

    def clean(self, text: str) -> str:
        """Return letters and digits only, in capitals."""
        return re.sub(r"[\s\-–.]", "", clean_line(text)).upper()


class EmailField(LineField):
    """An e-mail address, checked for its form alone: no network is asked."""

    def __init__(self, label: str = "", missing: str = "", **options: Any) -> None:
        self.wrong = options.pop("wrong", "g.err.email")
        super().__init__(label, missing, **options)

    def clean(self, text: str) -> str:
        """Return the address without the mailto that a copied link brings."""
        return clean_line(text).removeprefix("mailto:")

    def check(self, text: str) -> None:
        """Refuse what no mail server would take; keep the address in its normal form."""
        try:
            self.data = validate_email(
                text,
                check_deliverability=False,
                allow_smtputf8=False,
                test_environment=current_app.config.get("EMAIL_TEST_DOMAINS", False),
            ).normalized
        except EmailNotValidError:
            raise Wrong(self.wrong) from None


class SecretField(PasswordField):
    """A password: never cleaned, never printed back."""

    max_characters = 1000

    def __init__(self, label: str = "", missing: str = "g.err.missing", **options: Any) -> None:
        self.missing = missing
        super().__init__(label, **options)

    def pre_validate(self, form: Any) -> None:
        """Refuse nothing at all, and more than anybody types."""
        if not self.data:
            raise Wrong(self.missing)
        if len(self.data) > self.max_characters:
            raise Wrong("g.err.toolong", max=self.max_characters)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its words by id with facts, or given ready, as an organisation wrote them."""

    value: str
    words_id: str = ""
    hint_id: str = ""
    text: str = ""
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Return the words in the language of the page."""
        return self.text or t(self.words_id, **self.facts)

    @property
    def hint(self) -> str:
        """Return the words beneath, or nothing."""
        return t(self.hint_id, **self.facts) if self.hint_id else ""


def options(prefix: str, codes: Iterable[object]) -> list[Option]:
    """Return one option for each code, with the words of its kind."""
    return [Option(str(code), f"{prefix}.{code}") for code in codes]


class ChoiceField(Field):
    """One of some options (radios or a list); `options` may be set by the route."""

    def __init__(self, label: str = "", missing: str = "", **options: Any) -> None:
        self.options: Sequence[Option] = options.pop("options", ())
        self.missing = missing
        super().__init__(label, **options)
        self.flags.optional = not missing

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the first value."""
        self.data = valuelist[0] if valuelist else ""

    def has(self, value: str) -> bool:
        """Return whether this option is chosen."""
        return str(self.data or "") == value

    def pre_validate(self, form: Any) -> None:
        """Refuse nothing chosen, and what was not offered."""
        if not self.data and self.missing:
            raise Wrong(self.missing)
        if self.data and self.data not in {option.value for option in self.options}:
            raise Wrong("g.err.choice")


class ChoicesField(ChoiceField):
    """Any number of some options (checkboxes)."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take all values, each once."""
        self.data = list(dict.fromkeys(valuelist))

    def has(self, value: str) -> bool:
        """Return whether this option is chosen."""
        return value in (self.data or ())

    def pre_validate(self, form: Any) -> None:
        """Refuse nothing chosen, and what was not offered."""
        if not self.data and self.missing:
            raise Wrong(self.missing)
        if set(self.data or ()) - {option.value for option in self.options}:
            raise Wrong("g.err.choice")


class TickField(BooleanField):
    """One box to tick; `missing` says why it must be ticked."""

    def __init__(self, label: str = "", missing: str = "", **options: Any) -> None:
        self.missing = missing
        super().__init__(label, **options)

    def pre_validate(self, form: Any) -> None:
        """Refuse an empty box that must be ticked."""
        if self.missing and not self.data:
            raise Wrong(self.missing)


class UploadField(Field):
    """One file. Its type is judged by the service that stores it, and its size once more."""

    def __init__(self, label: str = "", missing: str = "", **options: Any) -> None:
        self.missing = missing
        super().__init__(label, **options)
        self.flags.optional = not missing

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the first file that has a name; a field left alone sends an empty one."""
        files = (one for one in valuelist if isinstance(one, FileStorage) and one.filename)
        self.data = next(files, None)

    def pre_validate(self, form: Any) -> None:
        """Refuse no file where one is needed, and one that was too large to be kept."""
        if self.missing and self.data is None:
            raise Wrong(self.missing)
        most = most_bytes(self.data.stream) if self.data else None
        if most is not None:
            raise Wrong("error.upload_size", size=format_size(most, page_language()))


def shown(answered: object) -> str:
    """Return an answer as the page's language says it."""
    if isinstance(answered, TickField):
        return t("p5.yes") if answered.data else ""
    if isinstance(answered, ChoiceField):
        return next((o.label for o in answered.options if o.value == answered.data), "")
    return str(getattr(answered, "data", "") or "")
