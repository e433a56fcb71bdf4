"""S22: who works for an organisation, and as what."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dsar.access import NotFound
from dsar.i18n import page_language, t
from dsar.queries.organisations import StaffLine, staff_of
from dsar.services.staff import accounts
from dsar.timesource import utcnow
from dsar.web.admin.installation import UNPROCESSABLE, actor, bp, keep_link, shown_link
from dsar.web.admin.people_forms import InviteForm, RolesForm
from dsar.web.admin.settings import House, house
from dsar.web.security import Permission, requires


@bp.get("/staff/<string:organisation>/settings/people")
@requires(Permission.MANAGE_STAFF)
def people(organisation: str) -> ResponseReturnValue:
    """List who works here; show a link that has just been made."""
    here = house(organisation, Permission.MANAGE_STAFF)
    return render_template(
        "admin/people.html", here=here, people=staff_of(here.row), link=shown_link()
    )


@bp.route("/staff/<string:organisation>/settings/people/invite", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def invite(organisation: str) -> ResponseReturnValue:
    """Invite somebody; who has an account already gets roles here, and needs no link."""
    here = house(organisation, Permission.MANAGE_STAFF)
    form = InviteForm(data={"language": page_language(), "roles": ["handler"]})
    if request.method == "POST" and form.validate():
        return _invite(here, form)
    page = render_template("admin/invite.html", form=form, here=here)
    return page, UNPROCESSABLE if form.problems else 200


@bp.route(
    "/staff/<string:organisation>/settings/people/<string:staff_id>", methods=["GET", "POST"]
)
@requires(Permission.MANAGE_STAFF)
def roles(organisation: str, staff_id: str) -> ResponseReturnValue:
    """Change what somebody is here."""
    here = house(organisation, Permission.MANAGE_STAFF)
    person = _find(here, staff_id)
    form = RolesForm(data={"roles": list(person.roles)})
    if request.method == "POST" and form.validate():
        try:
            accounts.set_roles(person.id, here.row.id, list(form.roles.data or ()), actor())
        except accounts.LastAdmin as refused:
            form.add_problem(form.roles, refused.message_id)
        else:
            flash(t("admin.saved"), "ok")
            return redirect(url_for("admin.people", organisation=organisation), 303)
    page = render_template("admin/roles.html", form=form, here=here, person=person)
    return page, UNPROCESSABLE if form.problems else 200


def _invite(here: House, form: InviteForm) -> ResponseReturnValue:
    key, roles_here = here.key, [(here.row.id, role) for role in form.roles.data or ()]
    person = accounts.Person(
        form.name.data or "", form.email.data or "", form.language.data or ""
    )
    try:
        invited = accounts.invite(person, roles_here, (actor(), utcnow()))
    except accounts.AddressTaken:
        accounts.add_roles(person.email, roles_here, actor())
        flash(t("admin.invite.known"), "ok")
    else:
        keep_link(person.name, invited.token)
        flash(t("admin.invite.done"), "ok")
    return redirect(url_for("admin.people", organisation=key), 303)


def _find(here: House, staff_id: str) -> StaffLine:
    found = next((line for line in staff_of(here.row) if line.id == staff_id), None)
    if found is None:
        raise NotFound
    return found
