"""The form that was closed while somebody filled it in: what she typed, and whom to ask now."""

from dataclasses import replace

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from dsar.domain.organisations import missing_for_publication
from dsar.i18n import t
from dsar.web.fields import shown
from dsar.web.form import StrangersForm
from dsar.web.public.journey import Journey
from dsar.web.public.summary import Row, summary_rows
from dsar.web.visit import Visit

CONFLICT = 409
_OURS = frozenset({"website", "opened"})


def closed_page(here: Visit, way: Journey) -> str:
    """Return the start page of a closed form; with what was typed before it was closed."""
    if way.typed:
        return _shut(here, _draft_rows(here, way))
    return render_template(
        "public/closed.html", here=here, missing=missing_for_publication(here.facts)
    )


def shut_page(
    here: Visit, way: Journey, form: StrangersForm | None = None
) -> ResponseReturnValue:
    """Answer 409 with everything typed: in the draft, and on a page that was not right yet."""
    sent = [
        Row(t(field.label.text), shown(field), "")
        for field in form or ()
        if field.short_name not in _OURS and field.label.text
    ]
    return _shut(here, [*_draft_rows(here, way), *sent]), CONFLICT


def _draft_rows(here: Visit, way: Journey) -> list[Row]:
    return [replace(row, href="") for row in summary_rows(here, way)]


def _shut(here: Visit, rows: list[Row]) -> str:
    said = dict.fromkeys(row for row in rows if row.value)
    hours = current_app.extensions["dsar.config"].portal.draft_hours
    return render_template("public/shut.html", here=here, rows=list(said), hours=hours)
