"""A hold on a case: nothing of it is erased until somebody lifts it."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from dsar.access import NotFound, access_hold
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case, one_case
from dsar.services.rights import erasing_reading, holds
from dsar.timesource import utcnow
from dsar.web.hold_form import HoldForm
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import once

VIEW = Permission.VIEW_CASES


@bp.get(CASE + "/holds", endpoint="holds")
@requires(Permission.VIEW_CASES)
def holds_page(organisation: str, number: str) -> ResponseReturnValue:
    """Which holds stand on a case."""
    return _page(open_door(organisation, number, VIEW), HoldForm(formdata=None))


@bp.post(CASE + "/holds/set")
@requires(Permission.SET_HOLDS)
def set_hold(organisation: str, number: str) -> ResponseReturnValue:
    """Let nothing of the case be erased for now."""
    case, form = open_door(organisation, number, VIEW), HoldForm()
    if not form.validate():
        return _page(case, form), UNPROCESSABLE
    command = holds.NewHold(id=once(), reason=form.reason.data or "", case_id=case.id)
    holds.set_hold(command, myself(), utcnow())
    flash(t("hold.set.done"), "ok")
    return redirect(url_for("staff.holds", organisation=organisation, number=number), 303)


@bp.post(CASE + "/holds/<string:hold_id>/lift")
@requires(Permission.SET_HOLDS)
def lift_hold(organisation: str, number: str, hold_id: str) -> ResponseReturnValue:
    """Lift a hold of the case."""
    case = open_door(organisation, number, VIEW)
    row = access_hold(one_case(case).organisation, hold_id)
    if row.case_id != case.id:
        raise NotFound
    holds.lift_hold(row.id, myself(), utcnow())
    flash(t("hold.lift.done"), "ok")
    return redirect(url_for("staff.holds", organisation=organisation, number=number), 303)


def _page(case: Case, form: HoldForm) -> str:
    facts = {"standing": erasing_reading.holds_standing(case), "once": once()}
    return case_page("staff/holds.html", case, "holds", form=form, **facts)
