"""An address that bounced is pasted here and becomes a case of erasure."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import access_organisation
from dsar.domain.errors import DomainError
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Organisation
from dsar.services.intake import bounces
from dsar.timesource import utcnow
from dsar.web.fields import EmailField
from dsar.web.form import Form
from dsar.web.security import requires
from dsar.web.staff.case_frame import show_house
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import once, say

REGISTER = Permission.REGISTER_CASES


class BounceForm(Form):
    """The address that mail came back from."""

    address = EmailField("bounce.address.label", "bounce.address.err")


@bp.route("/staff/<string:organisation>/register-bounce", methods=["GET", "POST"])
@requires(Permission.REGISTER_CASES)
def register_bounce(organisation: str) -> ResponseReturnValue:
    """Open a case of erasure for an address, or lead to the one that is open."""
    house, form = access_organisation(current_user, organisation, REGISTER), BounceForm()
    if not bounces.takes_bounces(house):
        abort(404)
    if request.method == "GET":
        return _page(house, form)
    if not form.validate():
        return _page(house, form), UNPROCESSABLE
    command = bounces.Bounce(house.key, str(form.address.data), f"bounce:{once()}")
    try:
        made = bounces.register(command, myself(), utcnow())
    except DomainError as error:
        say(form, form.address, error)
        return _page(house, form), UNPROCESSABLE
    flash(t("bounce.done" if made.is_new else "bounce.known", ref=made.number), "ok")
    return redirect(url_for("staff.register_bounce", organisation=organisation), 303)


def _page(house: Organisation, form: BounceForm) -> str:
    show_house(house)
    return render_template("staff/register_bounce.html", house=house, form=form)
