"""S23: a request that a customer of the house decides is sent on, and the person is told."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from dsar.domain.errors import DomainError
from dsar.domain.forwarding import ForwardedWrongDay
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case, one_case
from dsar.services.clock.jurisdictions import jurisdiction
from dsar.services.rights import forwarding
from dsar.timesource import utcnow
from dsar.web.day_field import DayField
from dsar.web.fields import LineField
from dsar.web.form import Form
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import once, say


class ForwardForm(Form):
    """Who decides, how to reach them, when and how it was sent on."""

    controller = LineField("s23.who.label", "s23.who.err")
    contact = LineField("s23.contact.label", "s23.contact.err")
    sent_on = DayField("s23.sent.label", "s23.sent.err")
    how = LineField("s23.how.label", "s23.how.err")


@bp.route(CASE + "/forward", methods=["GET", "POST"])
@requires(Permission.CLOSE_CASES)
def forward(organisation: str, number: str) -> ResponseReturnValue:
    """Write down that a case was sent on; it is closed when the notice has left."""
    case = open_door(organisation, number, Permission.CLOSE_CASES)
    if not forwarding.forwards(one_case(case).organisation):
        abort(404)
    form, now = ForwardForm(), utcnow()
    today = jurisdiction(case.profile).local_date(now)
    form.sent_on.latest = today
    if not form.is_submitted():
        return _page(case, ForwardForm(formdata=None, data={"sent_on": today}))
    if form.validate():
        try:
            forwarding.forward(_command(case, form), myself(), now)
        except DomainError as error:
            wrong_day = isinstance(error, ForwardedWrongDay)
            say(form, form.sent_on if wrong_day else None, error)
        else:
            flash(t("s23.done"), "ok")
            target = url_for("staff.forward", organisation=organisation, number=number)
            return redirect(target, 303)
    return _page(case, form), UNPROCESSABLE


def _command(case: Case, form: ForwardForm) -> forwarding.Forward:
    return forwarding.Forward(
        id=once(),
        case_id=case.id,
        controller=form.controller.data or "",
        contact=form.contact.data or "",
        sent_on=form.sent_on.data,
        how=form.how.data or "",
    )


def _page(case: Case, form: ForwardForm) -> str:
    found = forwarding.forwarding_of(case.id)
    return case_page("staff/forward.html", case, "forward", form=form, found=found)
