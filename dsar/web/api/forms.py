"""What a call may ask of a list; every parameter that cannot be read is named, all at once."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from dsar.domain.cases import State
from dsar.domain.registration import Channel
from dsar.domain.rights import Right
from dsar.i18n import LANGUAGES
from dsar.queries.cases import PAGE, Wanted
from dsar.web.fields import ChoiceField, LineField, Option, TickField
from dsar.web.form import Form, Problem, Wrong

MOST: Final = 200
_CURSOR: Final = re.compile(r"(\d{4}-\d\d-\d\d)~([0-9a-f]{32})")
_OWNER: Final = re.compile(r"me|none|[0-9a-f]{32}")


def _choices(*values: str) -> list[Option]:
    return [Option(value, text=value) for value in values]


class LimitField(LineField):
    """How many lines an answer has."""

    number = PAGE

    def check(self, text: str) -> None:
        """Refuse what is no number of lines that the API gives."""
        is_number = text.isascii() and text.isdigit()
        if not is_number or not 1 <= int(text[:8]) <= MOST:
            raise Wrong("api.err.limit", max=MOST)
        self.number = int(text)


class CursorField(LineField):
    """Where the page before ended; only what an answer gave."""

    refuses_identity_numbers = False
    place: tuple[date, str] | None = None

    def check(self, text: str) -> None:
        """Refuse what no answer has given."""
        found = _CURSOR.fullmatch(text)
        try:
            self.place = (date.fromisoformat(found[1]), found[2]) if found else None
        except ValueError:
            self.place = None
        if self.place is None:
            raise Wrong("api.err.after")


class OwnerField(LineField):
    """Whose cases: mine, nobody's, or those of a member of staff by id."""

    refuses_identity_numbers = False

    def check(self, text: str) -> None:
        """Refuse what is no such thing."""
        if not _OWNER.fullmatch(text):
            raise Wrong("g.err.choice")


class ListForm(Form):
    """The filters of the queue, as a program sends them."""

    state = ChoiceField(options=_choices("running", "open", *map(str, State), "all"))
    right = ChoiceField(options=_choices(*map(str, Right)))
    due = ChoiceField(options=_choices("late", "today", "week"))
    owner = OwnerField()
    channel = ChoiceField(options=_choices(*map(str, Channel)))
    language = ChoiceField(options=_choices(*LANGUAGES))
    unconfirmed = TickField()
    limit = LimitField()
    after = CursorField()

    def wanted(self, organisation_id: str, today: date, me: str) -> Wanted:
        """Return the query, within the one organisation of the address."""
        owner = str(self.owner.data or "")
        return Wanted(
            organisation_ids=[organisation_id],
            today=today,
            state=str(self.state.data or "running"),
            right=str(self.right.data or ""),
            due=str(self.due.data or ""),
            owner_id=me if owner == "me" else owner,
            channel=str(self.channel.data or ""),
            language=str(self.language.data or ""),
            unconfirmed=bool(self.unconfirmed.data),
            after=self.after.place,
            limit=self.limit.number,
        )


def faults_of(form: Form) -> Iterator[tuple[str, Problem]]:
    """Return each parameter that is wrong, with what is wrong with it."""
    for field in form:
        for fault in field.errors:
            yield field.name, _problem(fault)
    for fault in form.form_errors:
        yield "", _problem(fault)


def unknown_of(names: Any, known: set[str]) -> Iterator[tuple[str, Problem]]:
    """Return each parameter that means nothing here: a misspelt filter filters nothing."""
    for name in sorted(set(names) - known - {"lang"}):
        yield name[:40], Problem("api.err.unknown", {})


def _problem(fault: object) -> Problem:
    return fault if isinstance(fault, Problem) else Problem("g.err.invalid", {})
