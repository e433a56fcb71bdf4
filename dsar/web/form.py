"""The base of every form: text made clean, problems by message id, all of them at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import current_app
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner
from wtforms.fields import HiddenField, StringField
from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from dsar.i18n import t

#: WTForms' own texts, as far as one of its fields or validators may still say them.
_LIBRARY_TEXTS = {
    "This field is required.": "g.err.missing",
    "Invalid Choice: could not coerce.": "g.err.choice",
    "Not a valid choice.": "g.err.choice",
    "Invalid email address.": "g.err.email",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field: a message id with facts; prints in the page's language."""

    words_id: str
    facts: Mapping[str, object]

    def __str__(self) -> str:
        return t(self.words_id, **self.facts)


class Wrong(ValidationError):
    """Raised by a validator, with the id of the message and its facts."""

    def __init__(self, words_id: str, /, **facts: object) -> None:
        super().__init__(Problem(words_id, facts))  # type: ignore[arg-type]  # printed by str()


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the error summary: the words, and the field to go to."""

    words: str
    target: str


class _Ids:
    """Stands where WTForms expects translations: its few texts become problems of ours."""

    def gettext(self, text: str) -> Any:
        return Problem(_LIBRARY_TEXTS.get(text, "g.err.invalid"), {})

    def ngettext(self, one: str, many: str, n: int) -> Any:
        return self.gettext(one if n == 1 else many)


class Form(FlaskForm):
    """A form of the house. The token is checked for every route, so the form carries none."""

    #: Problems of no one field.
    form_errors: list[Any]

    class Meta(FlaskForm.Meta):
        """Settings of WTForms."""

        csrf = False

        def get_translations(self, form: Any) -> Any:
            """Return our ids in place of the library's texts."""
            return _Ids()

    def add_problem(self, field: Field | None, words_id: str, /, **facts: object) -> None:
        """Say what a service found wrong after validation, by the field or over the form."""
        problem = Problem(words_id, facts)
        if field is None:
            self.form_errors.append(problem)
        else:
            field.errors = [*field.errors, problem]  # type: ignore[list-item]  # printed by str()

    @property
    def problems(self) -> list[Shown]:
        """Return the lines of the error summary, in the order of the fields."""
        over = [Shown(str(problem), "") for problem in self.form_errors]
        return over + [
            Shown(str(field.errors[0]), getattr(field, "focus_id", field.id))
            for field in self
            if field.errors
        ]


class StrangersForm(Form):
    """A form that anybody on the street may send: a trap for robots, and a signed age."""

    website = StringField()
    opened = HiddenField()

    max_seconds: ClassVar[int] = 24 * 3600

    def opened_token(self) -> str:
        """Return the signed moment of opening; kept while errors are mended."""
        if self._age() is not None:
            return str(self.opened.data)
        return _signer().sign("form").decode()

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check the fields, then whether a robot filled them in."""
        fine = bool(super().validate(extra_validators))
        if self.website.data:
            self.add_problem(None, "g.err.trap")
            return False
        age = self._age()
        if age is None:
            self.add_problem(None, "g.err.token")
            return False
        if age < current_app.config.get("FORM_MIN_SECONDS", 2):
            self.add_problem(None, "g.err.fast")
            return False
        return fine

    def _age(self) -> float | None:
        """Return the age in seconds, or None when it is unknown, forged or over a day."""
        try:
            _, at = _signer().unsign(
                self.opened.data or "", max_age=self.max_seconds, return_timestamp=True
            )
        except (BadSignature, SignatureExpired):
            return None
        return float(_signer().get_timestamp() - at.timestamp())


def _signer() -> TimestampSigner:
    return TimestampSigner(str(current_app.secret_key), salt="form-age")
