"""The view of the queue: what is filtered lies in the address, but never a person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dsar.domain.cases import State
from dsar.domain.registration import Channel
from dsar.domain.rights import Right
from dsar.domain.search import SearchKeys
from dsar.i18n import LANGUAGES
from dsar.queries.cases import Wanted
from dsar.queries.one_case import Organisation
from dsar.services.staff.credentials import open_slip, seal_slip
from dsar.services.staff.names import search_keys
from dsar.web.fields import ChoiceField, LineField, Option, TickField, options
from dsar.web.form import Form

#: A search text names people, so it stands sealed in the address (house 7: personal data).
SEALED = "queue/search"
_CURSOR = re.compile(r"(\d{4}-\d\d-\d\d)~([0-9a-f]{32})")


class FilterForm(Form):
    """The filters, as GET parameters; what is not offered counts as not chosen."""

    state = ChoiceField(
        "s3.f.state",
        options=[
            Option("running", "s3.f.state.running"),
            Option("open", "s3.f.state.open"),
            *options("state", State),
            Option("all", "s3.f.state.all"),
        ],
    )
    right = ChoiceField("s3.f.right", options=options("right", Right))
    due = ChoiceField(
        "s3.f.due", options=[Option(d, f"s3.f.due.{d}") for d in ("late", "today", "week")]
    )
    owner = ChoiceField("s3.f.owner")
    channel = ChoiceField("s3.f.channel", options=options("channel", Channel))
    language = ChoiceField(
        "s3.f.language", options=[Option(code, f"lang.{code}") for code in LANGUAGES]
    )
    organisation = ChoiceField("s3.f.organisation")
    unconfirmed = TickField("s3.f.unconfirmed.label")

    def chosen(self, name: str) -> str:
        """Return what is chosen, if it was offered."""
        field: ChoiceField = self[name]
        value = str(field.data or "")
        return value if value in {option.value for option in field.options} else ""


class SearchForm(Form):
    """One box: a whole number, a whole address, or whole names."""

    q = LineField("s3.q.label")


@dataclass(frozen=True, slots=True)
class View:
    """What the address asks for."""

    form: FilterForm
    text: str
    after: tuple[date, str] | None
    shows_names: bool

    @property
    def is_search(self) -> bool:
        """Return whether somebody searched."""
        return bool(self.text)

    def wanted(self, houses: Sequence[Organisation], today: date, me: str) -> Wanted:
        """Return the query of this view, within these organisations."""
        form, keys = self.form, search_keys(self.text)
        owner = form.chosen("owner")
        chosen = form.chosen("organisation")
        return Wanted(
            organisation_ids=[h.id for h in houses if chosen in ("", h.key)],
            today=today,
            state=form.chosen("state") or ("all" if keys else "running"),
            right=form.chosen("right"),
            due=form.chosen("due"),
            owner_id=me if owner == "me" else owner,
            channel=form.chosen("channel"),
            language=form.chosen("language"),
            unconfirmed=bool(form.unconfirmed.data),
            search=keys,
            after=self.after,
        )


def read_view(args: Any, people: Sequence[Option], houses: Sequence[Organisation]) -> View:
    """Return the view of an address; what cannot be read is left out."""
    form = FilterForm(formdata=args)
    first = [Option("me", "s3.f.owner.me"), Option("none", "s3.f.owner.none")]
    form.owner.options = [*first, *people]
    form.organisation.options = [Option(h.key, text=h.display_name) for h in houses]
    if not form.chosen("state"):
        form.state.data = "all" if args.get("find") else "running"
    found = _CURSOR.fullmatch(args.get("after", ""))
    return View(
        form=form,
        text=open_slip(SEALED, args.get("find", "")) or "" if args.get("find") else "",
        after=_after(found) if found else None,
        shows_names=args.get("names") != "hidden",
    )


def sealed_search(text: str) -> str:
    """Return a search text as an address may carry it."""
    return seal_slip(SEALED, text)


def keys_of(text: str) -> SearchKeys | None:
    """Return what a search text may mean."""
    return search_keys(text)


def cursor(day: date, case_id: str) -> str:
    """Return where the next page begins: after this row."""
    return f"{day.isoformat()}~{case_id}"


def changed(args: Mapping[str, str], **values: str) -> dict[str, Any]:
    """Return the parameters of this address with some changed; empty ones are left out."""
    return {k: v for k, v in (dict(args) | values).items() if v}


def _after(found: re.Match[str]) -> tuple[date, str] | None:
    try:
        return date.fromisoformat(found[1]), found[2]
    except ValueError:
        return None
