"""The forms of the staff lane: what is asked, and the options that an organisation gives."""

from collections.abc import Iterable

from dsar.domain.roles import Permission, may
from dsar.queries.organisations import StaffLine
from dsar.web.fields import ChoiceField, LineField, Option
from dsar.web.form import Form


class AssignForm(Form):
    """Who is responsible; `seen` is who was, when the page was made."""

    owner = ChoiceField("s5.assign.label")
    seen = LineField()


def people_options(lines: Iterable[StaffLine]) -> list[Option]:
    """Return the active staff who may work the cases of an organisation, by name."""
    return [
        Option(line.id, text=line.name)
        for line in lines
        if not line.is_disabled and may(line.roles, Permission.WORK_CASES)
    ]
