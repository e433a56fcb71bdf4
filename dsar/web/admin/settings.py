"""S22: one organisation: what it says of itself, where that comes from, and what is missing."""

from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import access_organisation, permissions_in
from dsar.domain.organisation_file import OrganisationFileError
from dsar.domain.organisations import (
    OrganisationFacts,
    facts_of,
    missing_for_publication,
    system_facts,
)
from dsar.domain.promise_check import promise_gaps
from dsar.i18n import t
from dsar.queries.organisations import systems_in_use
from dsar.services.clock import deadlines
from dsar.services.setup import organisations
from dsar.timesource import utcnow
from dsar.web.admin.entries import Edit, joined
from dsar.web.admin.fact_rows import fact_rows
from dsar.web.admin.forms import (
    USUAL_HOURS,
    ContactForm,
    EntryForm,
    ImportForm,
    NamesForm,
    NorwegianNamesForm,
    PromiseForm,
)
from dsar.web.admin.installation import actor, bp, import_text, page
from dsar.web.pages import Shown, show_organisation
from dsar.web.security import Permission, requires

F = TypeVar("F", bound=EntryForm)


@dataclass(frozen=True, slots=True)
class House:
    """The organisation of the page: its row and what it says."""

    row: Any
    facts: OrganisationFacts

    @property
    def key(self) -> str:
        """Return its key, as URLs carry it."""
        return self.facts.key

    @property
    def document(self) -> dict[str, Any]:
        """Return its entry of the organisation file, without the systems."""
        entry: dict[str, Any] = self.row.document
        return entry


def house(key: str, permission: Permission = Permission.MANAGE_ORGANISATION) -> House:
    """Return the organisation of the URL, and make the page its own. Raises NotFound."""
    row = access_organisation(current_user, key, permission)
    show_organisation(Shown(row.key, row.display_name, row.default_language))
    return House(row, facts_of(row))


@bp.get("/staff/<string:organisation>/settings/")
@requires(Permission.MANAGE_ORGANISATION)
def settings(organisation: str) -> ResponseReturnValue:
    """Show everything that is known, with its origin, and everything that is missing."""
    here = house(organisation)
    rows = systems_in_use(here.row)
    systems = [system_facts(row) for row in rows]
    return render_template(
        "admin/settings.html",
        here=here,
        missing=missing_for_publication(here.facts),
        gaps=promise_gaps(here.facts, systems),
        rows=fact_rows(here.facts),
        systems=systems,
        example=example_date(here.facts),
        sees_cases=Permission.VIEW_CASES in permissions_in(current_user, here.row),
    )


@bp.post("/staff/<string:organisation>/settings/publish")
@requires(Permission.MANAGE_ORGANISATION)
def publish(organisation: str) -> ResponseReturnValue:
    """Open the form to the public, or say what is missing."""
    here = house(organisation)
    try:
        organisations.publish(here.key, actor(), utcnow())
    except organisations.OrganisationIncomplete as refused:
        words = ", ".join(t(f"admin.missing.{code}") for code in refused.missing)
        flash(t("admin.publish.refused", what=words), "bad")
    else:
        flash(t("admin.publish.done"), "ok")
    return redirect(url_for("admin.settings", organisation=here.key), 303)


@bp.post("/staff/<string:organisation>/settings/unpublish")
@requires(Permission.MANAGE_ORGANISATION)
def unpublish(organisation: str) -> ResponseReturnValue:
    """Close the form to the public; open cases go on."""
    here = house(organisation)
    organisations.unpublish(here.key, actor())
    flash(t("admin.unpublish.done"), "ok")
    return redirect(url_for("admin.settings", organisation=here.key), 303)


@bp.get("/staff/<string:organisation>/settings/file")
@requires(Permission.MANAGE_ORGANISATION)
def export_file(organisation: str) -> ResponseReturnValue:
    """Hand over the organisation's file."""
    here = house(organisation)
    answer = Response(organisations.export_organisation(here.key), mimetype="application/toml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{here.key}.toml"'
    return answer


@bp.route("/staff/<string:organisation>/settings/import", methods=["GET", "POST"])
@requires(Permission.MANAGE_ORGANISATION)
def update_from_file(organisation: str) -> ResponseReturnValue:
    """Change everything at once by a file of this organisation."""
    here, form = house(organisation), ImportForm()
    if request.method == "POST" and form.validate():
        content = form.content()
        if content is None:
            form.add_problem(form.text, "admin.import.err")
        elif import_text(form, content, here.key) is not None:
            flash(t("admin.saved"), "ok")
            return redirect(url_for("admin.settings", organisation=here.key), 303)
    action = url_for("admin.update_from_file", organisation=here.key)
    return page("admin/import.html", form, action=action, here=here)


@bp.route("/staff/<string:organisation>/settings/names", methods=["GET", "POST"])
@requires(Permission.MANAGE_ORGANISATION)
def names(organisation: str) -> ResponseReturnValue:
    """Change who the organisation is."""
    here = house(organisation)
    kind = NorwegianNamesForm if here.facts.profile == "NO" else NamesForm
    form = entry_form(kind, here, dict(here.document))
    return save(here, form, form.change) or page("admin/names.html", form, here=here)


@bp.route("/staff/<string:organisation>/settings/contact", methods=["GET", "POST"])
@requires(Permission.MANAGE_ORGANISATION)
def contact(organisation: str) -> ResponseReturnValue:
    """Change how people reach the organisation, and in which languages it answers."""
    here = house(organisation)
    data = here.document | {
        "other_emails": joined(here.facts.other_emails),
        "sites": joined(here.document.get("sites", ())),
    }
    form = entry_form(ContactForm, here, data)
    return save(here, form, form.change) or page("admin/contact.html", form, here=here)


@bp.route("/staff/<string:organisation>/settings/promises", methods=["GET", "POST"])
@requires(Permission.MANAGE_ORGANISATION)
def promises(organisation: str) -> ResponseReturnValue:
    """Change promises, identity, hours and behaviours."""
    here = house(organisation)
    facts, hours = here.facts, here.document.get("office_hours", USUAL_HOURS)
    data = {
        "promise": _promise_kind(facts),
        "days": str(facts.promise_days or ""),
        "identity_kind": facts.identity_kind,
        "newsletter": facts.newsletter_from_registered_address,
        "weekdays": hours["days"],
        "opens": hours["opens"],
        "closes": hours["closes"],
        "solo": facts.is_solo,
        "behaviours": sorted(facts.behaviours),
    }
    form = entry_form(PromiseForm, here, data)
    answer = save(here, form, form.change)
    return answer or page("admin/promises.html", form, here=here, example=example_date(facts))


def _promise_kind(facts: OrganisationFacts) -> str:
    if facts.promise_days:
        return "days"
    return "month" if facts.promise_words else "none"


def example_date(facts: OrganisationFacts) -> Any:
    """Return the date that a request of this moment would get."""
    return deadlines.count(deadlines.start_for(facts, "", utcnow())).binding_on


def entry_form(kind: type[F], here: House, data: dict[str, Any]) -> F:
    """Return a form filled from what is there, that knows which version it shows."""
    form = kind(data=data)
    form.current = data
    if request.method == "GET":
        form.stamp(here.row.version)
    return form


def save(here: House, form: EntryForm, edit: Edit) -> ResponseReturnValue | None:
    """Save what was sent; None where the page is to be shown, with or without problems."""
    if request.method == "GET" or not form.validate() or form.meet(here.row.version):
        return None
    key = here.key
    try:
        organisations.change_read_organisation(key, edit, here.row.version, (actor(), utcnow()))
    except OrganisationFileError as error:
        form.say(error)
        return None
    except organisations.OrganisationChanged as stale:
        form.is_outdated = True
        form.add_problem(None, stale.message_id)
        return None
    flash(t("admin.saved"), "ok")
    return redirect(url_for("admin.settings", organisation=key), 303)
