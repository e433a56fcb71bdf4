"""The forms of the person's side."""

import re
from typing import Any, Final

from dsar.domain.access_codes import is_access_code
from dsar.web.fields import (
    CodeField,
    EmailField,
    LineField,
    TextField,
    TickField,
    UploadField,
)
from dsar.web.form import Form, Wrong

_NUMBER: Final = re.compile(r"\d{4}-\d{4,9}")
_DIGITS: Final = 6


class NumberField(LineField):
    """A case number, as people read it off something."""

    max_characters = 20

    def clean(self, text: str) -> str:
        """Forgive blanks and long dashes."""
        return re.sub(r"[‐-―−]", "-", re.sub(r"\s", "", super().clean(text)))

    def check(self, text: str) -> None:
        """Refuse what no case is called."""
        if not _NUMBER.fullmatch(text):
            raise Wrong("p8.ref.err")


class MailedCodeField(CodeField):
    """Six digits; what has another shape is said at once, and costs no try."""

    def check(self, text: str) -> None:
        """Refuse what no mail of ours has held."""
        if not (text.isascii() and text.isdigit() and len(text) == _DIGITS):
            raise Wrong("p7.err.shape")


class AccessCodeField(CodeField):
    """The code of the receipt; what has another shape costs no try either."""

    def check(self, text: str) -> None:
        """Refuse what no receipt of ours has held."""
        if not is_access_code(text):
            raise Wrong("p12.access.err.shape")


class FindForm(Form):
    """P8: the number, and one of two things that prove a right to it."""

    number = NumberField("p8.ref.label", missing="p8.ref.err")
    email = EmailField("p8.mail.label", wrong="p4.email.err.format")
    access = AccessCodeField("p8.secret.label")

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then that one of the two is there."""
        fine = bool(super().validate(extra_validators))
        if not self.email.data and not self.access.data:
            self.add_problem(self.email, "p8.how.err")
            return False
        return fine


class MailedCodeForm(Form):
    """A code that came by mail."""

    code = MailedCodeField("p7.code.label", missing="p7.err.empty")


class AddressForm(Form):
    """P7: another address."""

    email = EmailField(
        "p4.email.label", missing="p4.email.err.empty", wrong="p4.email.err.format"
    )


class AnswerForm(Form):
    """P10: an answer, or why there is none."""

    answer = TextField("p10.answer.label")
    unknown = TickField("p10.dontknow.label")
    too_much = TickField("p10.object")

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then that something is said."""
        fine = bool(super().validate(extra_validators))
        if not (self.answer.data or self.unknown.data or self.too_much.data):
            self.add_problem(self.answer, "p10.q.err")
            return False
        return fine


class MessageForm(Form):
    """P11: words, and a file if need be."""

    text = TextField("p11.text.label", missing="p11.text.err")
    file = UploadField("p11.file.label")


class UnlockForm(Form):
    """P12: the mailed code and the access code, together."""

    code = MailedCodeField("p12.code.label", missing="p12.code.err")
    access = AccessCodeField("p12.access.label", missing="p12.access.err")


class ButtonForm(Form):
    """Only a button."""
