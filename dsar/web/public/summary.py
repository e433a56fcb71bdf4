"""P5: what was typed, row by row, each with the page where it can be changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for

from dsar.domain.rights import Right
from dsar.i18n import t
from dsar.web.fields import shown
from dsar.web.public.detail_forms import FORMS
from dsar.web.public.forms import RepresentForm, WhoForm
from dsar.web.public.journey import Journey
from dsar.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the summary."""

    term: str
    value: str
    href: str


def summary_rows(here: Visit, way: Journey) -> list[Row]:
    """Return the rows of the check page, in the order of the pages."""
    rows = [Row(t("p2.h1"), _rights(way), _change("public.ask", here))]
    for right in way.rights:
        rows += _detail_rows(here, way, right)
    rows += _who_rows(here, way)
    if way.part("who").get("about") == "other":
        rows += _represent_rows(here, way)
    return rows


def _rights(way: Journey) -> str:
    return "\n".join(t(f"right.{right}") for right in way.rights)


def _detail_rows(here: Visit, way: Journey, right: Right) -> Iterator[Row]:
    form = FORMS[right](data=way.part(f"right.{right}"), formdata=None)
    href = _change("public.detail", here, right=str(right))
    for field in form.questions:
        if field.data:
            yield Row(t(field.label.text), shown(field), href)


def _who_rows(here: Visit, way: Journey) -> Iterator[Row]:
    who = way.part("who")
    form = WhoForm(data=who, formdata=None)
    href = _change("public.who", here)
    names = ["name", "address" if who.get("address") else "email", "relation"]
    asks_company = {"ask_company", "processor_forward"} & here.has
    names += ["company"] if asks_company else []
    for name in [*names, "identifiers", "phone"]:
        yield Row(t(form[name].label.text), shown(form[name]), href)
    if who.get("guarded"):
        yield Row(t("p4.safe.label"), shown(form["guarded"]), href)


def _represent_rows(here: Visit, way: Journey) -> Iterator[Row]:
    form = RepresentForm(data=way.part("represent"), formdata=None)
    href = _change("public.represent", here)
    for name in ("name", "role"):
        yield Row(t(form[name].label.text), shown(form[name]), href)


def _change(endpoint: str, here: Visit, **values: Any) -> str:
    return url_for(endpoint, organisation=here.key, back="check", **values)
