"""Forms of organisations and people; each says how it changes the organisation's entry."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from wtforms.fields import HiddenField
from wtforms.fields.core import Field

from dsar.domain.organisation_file import Document, OrganisationFileError
from dsar.domain.organisation_keys import WEEKDAYS, Behaviour
from dsar.i18n import LANGUAGES, page_language, t
from dsar.services.setup.organisation_words import problem_words
from dsar.web.admin.entries import lines, number, put
from dsar.web.admin.met import Met, meet, read_stamp, stamp_of
from dsar.web.fields import (
    ChoiceField,
    ChoicesField,
    EmailField,
    LineField,
    Option,
    TextField,
    TickField,
    UploadField,
)
from dsar.web.form import Form, Wrong

FILE_CHARACTERS: Final = 1_000_000
_LANGUAGE_OPTIONS: Final = tuple(Option(code, f"lang.{code}") for code in LANGUAGES)
#: Weights of the Norwegian organisation number; the ninth digit is the check (mod 11).
_WEIGHTS: Final = (3, 2, 7, 6, 5, 4, 3, 2)


class FileText(TextField):
    """The whole text of an organisation file."""

    max_characters = FILE_CHARACTERS
    refuses_identity_numbers = False

    def clean(self, text: str) -> str:
        """Keep the text as it is: the reader of the file says what is wrong with it."""
        return text


class OrganisationNumberField(LineField):
    """Nine digits of which the last one fits, where the law is the Norwegian one."""

    refuses_identity_numbers = False

    def check(self, text: str) -> None:
        """Refuse a number that the register could not have given."""
        digits = "".join(text.split())
        if len(digits) != len(_WEIGHTS) + 1 or not digits.isascii() or not digits.isdigit():
            raise Wrong("s0.orgnr.err.len")
        total = sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=False))
        if (11 - total % 11) % 11 != int(digits[-1]):
            raise Wrong("s0.orgnr.err.mod")


class EntryForm(Form):
    """A form that changes an organisation's entry, as it was read at a version."""

    version = HiddenField()
    #: place in the file -> field of the form
    places: Mapping[str, str] = {}
    #: What the entry says now.
    current: Mapping[str, Any] = {}
    #: What others changed meanwhile; and whether somebody was quicker at all.
    met: Sequence[Met] = ()
    is_outdated = False

    def say(self, error: OrganisationFileError) -> None:
        """Put every fault of the entry by its field, or over the form with its place."""
        for problem in error.problems:
            place = problem.place.split("[")[0]
            name = next((n for p, n in self.places.items() if place == p), place)
            if name in self:
                self.add_problem(self[name], problem.message_id, **problem.facts)
            else:
                self.add_line(problem_words(problem, page_language()))

    def add_line(self, words: str) -> None:
        """Say something over the form in ready words."""
        self.form_errors.append(words)

    def words_of(self, field: Field) -> str:
        """Return what the page calls a field."""
        return t(field.label.text)

    def meet(self, version: int) -> bool:
        """Return whether others changed what is here since it was shown; then show theirs too.

        What this person left alone takes their value; what she changed stays as she typed it.
        """
        shown = read_stamp(self.version.data)
        if shown.version == version:
            return False
        fields = [field for field in self if field.short_name != "version"]
        self.met = meet(fields, shown, self.current, self.words_of)
        if self.met:
            self.is_outdated = True
            self.add_problem(None, "admin.met.err")
            self.stamp(version)
        return self.is_outdated

    def stamp(self, version: int) -> None:
        """Carry the version of the entry, and marks of the values that it has there."""
        names = [field.short_name for field in self if field.short_name != "version"]
        self.version.data = str(stamp_of(version, names, self.current))


class ImportForm(EntryForm):
    """A file, or its text pasted."""

    file = UploadField("admin.import.file.label")
    text = FileText("admin.import.text.label")

    def content(self) -> str | None:
        """Return the text of the file or the pasted one; None when neither is readable."""
        if self.file.data is None:
            return self.text.data or None
        try:
            raw: bytes = self.file.data.stream.read(FILE_CHARACTERS + 1)
            content = raw.decode("utf-8") if len(raw) <= FILE_CHARACTERS else None
        except UnicodeDecodeError:
            return None
        self.text.data = content or self.text.data
        return content


class NewOrganisationForm(EntryForm):
    """The first facts of an organisation."""

    display_name = LineField("admin.display_name.label", missing="admin.display_name.err")
    legal_name = LineField("s0.org.label")
    profile = ChoiceField("admin.profile.label", missing="admin.profile.err")
    privacy_email = EmailField("admin.privacy_email.label")
    ui_languages = ChoicesField(
        "admin.languages.label", missing="admin.languages.err", options=_LANGUAGE_OPTIONS
    )
    places = {"key": "display_name", "default_language": "ui_languages"}

    def document(self, key: str) -> Document:
        """Return the entry of a new organisation: what was said, and nothing more."""
        languages = list(self.ui_languages.data or ())
        return {
            "key": key,
            "profile": self.profile.data,
            "display_name": self.display_name.data,
            "legal_name": self.legal_name.data or "",
            "privacy_email": self.privacy_email.data or "",
            "ui_languages": languages,
            "default_language": languages[0],
        }


class NamesForm(EntryForm):
    """Who the organisation is (s0.t1)."""

    display_name = LineField("admin.display_name.label", missing="admin.display_name.err")
    legal_name = LineField("s0.org.label")
    org_number = LineField("s0.orgnr.label", refuses_identity_numbers=False)
    dpo = LineField("admin.dpo.label")

    def change(self, document: Document) -> None:
        """Write what was said into the entry."""
        for name in ("display_name", "legal_name", "org_number", "dpo"):
            put(document, name, self[name].data or "")


class NorwegianNamesForm(NamesForm):
    """The same under Norwegian law, whose organisation numbers can be checked."""

    org_number = OrganisationNumberField("s0.orgnr.label")


class ContactForm(EntryForm):
    """How people reach the organisation, and in which languages it answers (s0.t2)."""

    privacy_email = EmailField("admin.privacy_email.label")
    other_emails = TextField("admin.other_emails.label")
    security_contact = EmailField("admin.security_contact.label")
    phone = LineField("admin.phone.label")
    postal_address = LineField("admin.postal_address.label")
    visiting_address = LineField("admin.visiting_address.label")
    ui_languages = ChoicesField(
        "admin.languages.label", missing="admin.languages.err", options=_LANGUAGE_OPTIONS
    )
    default_language = ChoiceField(
        "admin.default_language.label",
        missing="admin.default_language.err",
        options=_LANGUAGE_OPTIONS,
    )
    sites = TextField("admin.sites.label")
    places = {"contact": "privacy_email"}

    def change(self, document: Document) -> None:
        """Write what was said into the entry."""
        texts = ("privacy_email", "security_contact", "phone", "postal_address")
        for name in (*texts, "visiting_address", "default_language"):
            put(document, name, self[name].data or "")
        for name in ("other_emails", "sites"):
            put(document, name, lines(self[name].data))
        put(document, "ui_languages", list(self.ui_languages.data or ()))


class PromiseForm(EntryForm):
    """Promises, identity and hours (s0.t3, s0.t4)."""

    promise = ChoiceField(
        "s0.dl.h",
        missing="admin.promise.err",
        options=(
            Option("month", "s0.dl.month.label"),
            Option("days", "s0.dl.days.label"),
            Option("none", "admin.promise.none.label"),
        ),
    )
    days = LineField("admin.promise.days.label")
    identity_kind = ChoiceField(
        "s0.id.h",
        missing="admin.identity.err",
        options=(
            Option("reasonable_doubt", "s0.id.doubt.label"),
            Option("always_proportionate", "s0.id.always.label"),
        ),
    )
    newsletter = TickField("admin.newsletter.label")
    weekdays = ChoicesField(
        "admin.weekdays.label",
        missing="admin.weekdays.err",
        options=tuple(Option(day, f"weekday.{day}") for day in WEEKDAYS),
    )
    opens = LineField("admin.opens.label", missing="admin.clock.err")
    closes = LineField("admin.closes.label", missing="admin.clock.err")
    solo = TickField("admin.solo.label")
    behaviours = ChoicesField(
        "admin.behaviours.label",
        options=tuple(Option(str(b), f"behaviour.{b}.label") for b in Behaviour),
    )
    places = {
        "promise": "promise",
        "promise.n": "days",
        "office_hours": "closes",
        "office_hours.opens": "opens",
        "office_hours.closes": "closes",
        "identity_policy.kind": "identity_kind",
    }

    def change(self, document: Document) -> None:
        """Write what was said into the entry; what is said here is stated from now on."""
        self._promise(document)
        policy = dict(document.get("identity_policy", {}))
        if policy.get("kind") != self.identity_kind.data:
            policy |= {"kind": self.identity_kind.data, "origin": "stated"}
        put(policy, "newsletter_changes_from_registered_address", bool(self.newsletter.data))
        put(document, "identity_policy", policy)
        hours = {
            "days": list(self.weekdays.data or ()),
            "opens": self.opens.data,
            "closes": self.closes.data,
        }
        if "office_hours" in document or hours != USUAL_HOURS:
            document["office_hours"] = hours
        put(document, "solo", bool(self.solo.data))
        put(document, "behaviours", list(self.behaviours.data or ()))

    def _promise(self, document: Document) -> None:
        kinds: dict[str, Callable[[], dict[str, Any]]] = {
            "month": lambda: {"words": "one_month"},
            "days": lambda: {"n": number(self.days.data), "unit": "days"},
            "none": dict,
        }
        promise = kinds[str(self.promise.data)]()
        if promise == document.get("promise", {}):
            return
        document["promise"] = promise
        deadline = dict(document.get("deadline", {}))
        document["deadline"] = deadline | {"origin": "stated" if promise else "default"}


#: What counts while an organisation says nothing of its hours.
USUAL_HOURS: Final = {"days": list(WEEKDAYS[:5]), "opens": "08:00", "closes": "16:00"}
