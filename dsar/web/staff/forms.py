"""The forms of the staff lane: what is asked, and the options that an organisation gives."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms.fields import HiddenField
from wtforms.fields.core import Field

from dsar.domain.roles import Permission, may
from dsar.queries.organisations import StaffLine
from dsar.web.fields import ChoiceField, Option, TextField, UploadField
from dsar.web.form import Form, Wrong


class AssignForm(Form):
    """Who is responsible; `seen` is who was, when the page was made."""

    owner = ChoiceField("s5.assign.label")
    seen = HiddenField()


class PickField(Field):
    """Rows that were ticked in a list, by id; which of them one may change the door says."""

    focus_id = "pick"

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the ids, each once."""
        self.data = list(dict.fromkeys(valuelist))

    def pre_validate(self, form: Any) -> None:
        """Refuse none at all."""
        if not self.data:
            raise Wrong("s3.bulk.err.none")


class BulkForm(Form):
    """Give the ticked cases to somebody."""

    case = PickField()
    to = ChoiceField("s3.assign.label", missing="s3.assign.err")


class CodeForm(Form):
    """How a new access code reaches the person: never by mail (decision 21)."""

    how = ChoiceField(
        "s5.code.how.label",
        missing="s5.code.how.err",
        options=[Option(how, f"s5.code.{how}") for how in ("letter", "call_back", "counter")],
    )


class MessageForm(Form):
    """Something for the person to read on her case page."""

    body = TextField("s5.msg.text.label", missing="s5.msg.text.err")
    file = UploadField("s5.msg.file.label")


class NoteForm(Form):
    """Something for staff; the person may ask to see it (GDPR art. 15)."""

    body = TextField("s5.note.label", missing="s5.note.err", id="note", name="note")


def people_options(lines: Iterable[StaffLine]) -> list[Option]:
    """Return the active staff who may work the cases of an organisation, by name."""
    return [
        Option(line.id, text=line.name)
        for line in lines
        if not line.is_disabled and may(line.roles, Permission.WORK_CASES)
    ]
