"""S0: what the installation serves, and the three ways to a new organisation."""

import json
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import organisations_of
from dsar.domain.events import Actor
from dsar.domain.organisation_file import OrganisationFileError, key_from
from dsar.domain.organisations import facts_of, missing_for_publication
from dsar.i18n import t
from dsar.queries.organisations import all_staff, list_organisations
from dsar.services.setup import organisations
from dsar.services.staff import accounts, credentials
from dsar.timesource import utcnow
from dsar.web.admin.forms import EntryForm, ImportForm, NewOrganisationForm
from dsar.web.fields import Option
from dsar.web.security import Permission, requires

bp = Blueprint("admin", __name__)

UNPROCESSABLE, CONFLICT = 422, 409
LINK = "new_link"


def actor() -> Actor:
    """Return the member of staff at the keyboard as who acts."""
    return Actor("staff", str(current_user.id))


@bp.get("/staff/admin/")
@requires(Permission.MANAGE_ORGANISATION)
def home() -> ResponseReturnValue:
    """List the organisations that one may set up."""
    mine = [
        {"row": row, "missing": missing_for_publication(facts_of(row))}
        for row in organisations_of(current_user, Permission.MANAGE_ORGANISATION)
    ]
    return render_template("admin/home.html", mine=mine)


@bp.get("/staff/admin/installation")
@requires(Permission.MANAGE_INSTALLATION)
def first_run() -> ResponseReturnValue:
    """Offer the examples, a file, or a form; list what there is."""
    return render_template("admin/installation.html", organisations=list_organisations())


@bp.post("/staff/admin/installation/examples")
@requires(Permission.MANAGE_INSTALLATION)
def load_examples() -> ResponseReturnValue:
    """Load the example organisations that are not here yet; those that are stay as they are."""
    done = organisations.import_examples(actor(), utcnow())
    flash(t("admin.examples.done", n=len(done)), "ok")
    return redirect(url_for("admin.home"), 303)


@bp.route("/staff/admin/installation/import", methods=["GET", "POST"])
@requires(Permission.MANAGE_INSTALLATION)
def import_file() -> ResponseReturnValue:
    """Take an organisation file, or say everything that is wrong with it."""
    form = ImportForm()
    if request.method == "POST" and form.validate():
        content = form.content()
        if content is None:
            form.add_problem(form.text, "admin.import.err")
        elif (done := import_text(form, content)) is not None:
            flash(t("admin.import.done", names=", ".join(one.key for one in done)), "ok")
            return redirect(url_for("admin.home"), 303)
    return page("admin/import.html", form, action=url_for("admin.import_file"))


@bp.route("/staff/admin/installation/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_INSTALLATION)
def new_organisation() -> ResponseReturnValue:
    """Fill in the first facts of an organisation."""
    form = NewOrganisationForm(data={"profile": "NO", "ui_languages": ["nb", "en"]})
    names = organisations.law_names()
    form.profile.options = [Option(key, text=f"{name} ({key})") for key, name in names.items()]
    if request.method == "POST" and form.validate():
        key = key_from(form.display_name.data or "")
        try:
            organisations.create_organisation(form.document(key), actor(), utcnow())
        except OrganisationFileError as error:
            form.say(error)
        else:
            return redirect(url_for("admin.settings", organisation=key), 303)
    return page("admin/new.html", form)


@bp.get("/staff/admin/people")
@requires(Permission.MANAGE_INSTALLATION)
def all_people() -> ResponseReturnValue:
    """List every account of the installation."""
    return render_template("admin/all_people.html", people=all_staff(), link=shown_link())


@bp.post("/staff/admin/people/<string:staff_id>/<any(link,disable,enable):what>")
@requires(Permission.MANAGE_INSTALLATION)
def change_account(staff_id: str, what: str) -> ResponseReturnValue:
    """Close or open an account, or show a new link once: it is handed over by hand."""
    person = next((line for line in all_staff() if line.id == staff_id), None)
    if person is None:
        return redirect(url_for("admin.all_people"), 303)
    if what == "link":
        keep_link(person.name, accounts.renew_invitation(person.email, utcnow()).token)
    elif what == "disable":
        accounts.disable(person.email, (actor(), utcnow()))
    else:
        accounts.enable(person.email, actor())
    flash(t(f"admin.person.done.{what}", name=person.name), "ok")
    return redirect(url_for("admin.all_people"), 303)


def keep_link(name: str, token: str) -> None:
    """Keep a new link, sealed in the browser, for the next page alone."""
    link = url_for("account.accept", token=token, _external=True)
    session[LINK] = credentials.seal_slip(LINK, json.dumps([name, link]))


def shown_link() -> list[str]:
    """Return the name and the link that the last page made, and forget them."""
    opened = credentials.open_slip(LINK, str(session.pop(LINK, "")))
    pair: list[str] = json.loads(opened) if opened else []
    return pair


def import_text(
    form: EntryForm, content: str, only: str = ""
) -> tuple[organisations.Imported, ...] | None:
    """Import a text, or put its faults on the form and return None."""
    try:
        return organisations.import_organisation(content, actor(), utcnow(), only)
    except OrganisationFileError as error:
        form.say(error)
        return None


def page(template: str, form: EntryForm, **values: Any) -> ResponseReturnValue:
    """Return the page of a form with everything typed: 422 for problems, 409 if outdated."""
    status = CONFLICT if form.is_outdated else UNPROCESSABLE if form.problems else 200
    return render_template(template, form=form, **values), status
