"""What is restricted, the notice before it ends, and its end (GDPR art. 18)."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import NotFound, access_measure, access_organisation, access_right
from dsar.domain.errors import DomainError
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case
from dsar.queries.restrictions import restrictions_in
from dsar.services.rights import lifting, suppressing
from dsar.services.rights.reading import on_table
from dsar.timesource import utcnow
from dsar.web.form import Form
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door, show_house
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.right_forms import FactText
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import say

VIEW, WORK = Permission.VIEW_CASES, Permission.WORK_CASES


class AnnounceForm(Form):
    """Why a restriction ends."""

    reason = FactText("restriction.lift.reason.label", "restriction.lift.reason.err")


@bp.get("/staff/<string:organisation>/restrictions")
@requires(Permission.VIEW_CASES)
def restrictions(organisation: str) -> ResponseReturnValue:
    """Show what is restricted now, and how many addresses marketing must leave alone."""
    house = access_organisation(current_user, organisation, VIEW)
    show_house(house)
    return render_template(
        "staff/restrictions.html",
        house=house,
        rows=restrictions_in(house.id),
        counts=suppressing.counted(house.key),
    )


@bp.route(CASE + "/measures/<string:measure_id>/lifting", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def lifting_notice(organisation: str, number: str, measure_id: str) -> ResponseReturnValue:
    """Write to the person that a restriction will end; also when the case is closed."""
    case, form = open_door(organisation, number, WORK), AnnounceForm()
    row = access_measure(case, measure_id)
    if form.is_submitted() and form.validate():
        command = lifting.AnnounceLifting(row.id, form.reason.data or "")
        try:
            lifting.announce(command, myself(), utcnow())
        except DomainError as error:
            say(form, form.reason, error)
        else:
            flash(t("restriction.announced"), "ok")
            return _to_lifting(organisation, number, measure_id)
    page = _page(case, row.id, form)
    return page, UNPROCESSABLE if form.is_submitted() else 200


@bp.post(CASE + "/measures/<string:measure_id>/lift")
@requires(Permission.WORK_CASES)
def lift(organisation: str, number: str, measure_id: str) -> ResponseReturnValue:
    """End a restriction of which the person has been told."""
    case = open_door(organisation, number, WORK)
    row = access_measure(case, measure_id)
    lifting.lift(row.id, myself(), utcnow())
    flash(t("restriction.lifted"), "ok")
    return _to_lifting(organisation, number, measure_id)


def _page(case: Case, measure_id: str, form: AnnounceForm) -> str:
    row = access_measure(case, measure_id)
    right = access_right(case, row.right_id)
    views = [each for each in on_table(right).measures if each.row.id == measure_id]
    if not views or not views[0].is_restricted:
        raise NotFound
    return case_page(
        "staff/casework/lifting.html",
        case,
        "measures",
        right=right,
        view=views[0],
        form=form,
        is_announced=lifting.announced(row.id),
    )


def _to_lifting(organisation: str, number: str, measure_id: str) -> ResponseReturnValue:
    target = url_for(
        "staff.lifting_notice", organisation=organisation, number=number, measure_id=measure_id
    )
    return redirect(target, 303)
