"""A hold on a system: nothing that it holds is erased until somebody lifts it."""

from secrets import token_hex
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dsar.access import NotFound, access_hold
from dsar.i18n import t
from dsar.queries.organisations import systems_in_use
from dsar.services.rights import erasing_reading, holds
from dsar.timesource import utcnow
from dsar.web.admin.installation import UNPROCESSABLE, actor, bp
from dsar.web.admin.settings import House, house
from dsar.web.hold_form import HoldForm
from dsar.web.security import Permission, requires

SYSTEM = "/staff/<string:organisation>/settings/systems/<string:key>"
HOLDS = Permission.SET_HOLDS


@bp.route(SYSTEM + "/holds", methods=["GET", "POST"], endpoint="system_holds")
@requires(Permission.SET_HOLDS)
def system_holds(organisation: str, key: str) -> ResponseReturnValue:
    """Which holds stand on a system; and one more."""
    here = house(organisation, HOLDS)
    row, form = _system(here, key), HoldForm()
    if not form.is_submitted():
        return _page(here, row, HoldForm(formdata=None))
    if not form.validate():
        return _page(here, row, form), UNPROCESSABLE
    reason = form.reason.data or ""
    command = holds.NewHold(id=token_hex(16), reason=reason, system_id=row.id)
    holds.set_hold(command, actor(), utcnow())
    flash(t("hold.set.done"), "ok")
    return redirect(url_for("admin.system_holds", organisation=here.key, key=key), 303)


@bp.post(SYSTEM + "/holds/<string:hold_id>/lift")
@requires(Permission.SET_HOLDS)
def lift_system_hold(organisation: str, key: str, hold_id: str) -> ResponseReturnValue:
    """Lift a hold of the system."""
    here = house(organisation, HOLDS)
    row = access_hold(here.row, hold_id)
    if row.system_id != _system(here, key).id:
        raise NotFound
    holds.lift_hold(row.id, actor(), utcnow())
    flash(t("hold.lift.done"), "ok")
    return redirect(url_for("admin.system_holds", organisation=here.key, key=key), 303)


def _system(here: House, key: str) -> Any:
    row = next((one for one in systems_in_use(here.row) if one.key == key), None)
    if row is None:
        raise NotFound
    return row


def _page(here: House, row: Any, form: HoldForm) -> str:
    return render_template(
        "admin/system_holds.html",
        here=here,
        system=row,
        form=form,
        standing=erasing_reading.holds_standing(system_id=row.id),
    )
