"""S5: the overview of a case, and who is responsible for it."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import access_organisation
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.mail import letters_with_code
from dsar.queries.one_case import Case
from dsar.queries.organisations import staff_of
from dsar.queries.similar import similar_cases
from dsar.services.mail.settling import UNFINISHED
from dsar.services.work import assignment
from dsar.timesource import utcnow
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.forms import AssignForm, people_options
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself

CASE = "/staff/<string:organisation>/cases/<string:number>"


@bp.get(CASE)
@requires(Permission.VIEW_CASES)
def case(organisation: str, number: str) -> ResponseReturnValue:
    """Everything about one case, and its one next step."""
    found = open_door(organisation, number, Permission.VIEW_CASES)
    return _overview(found, _assign_form(found, organisation))


@bp.post(CASE + "/assign")
@requires(Permission.ASSIGN_CASES)
def assign(organisation: str, number: str) -> ResponseReturnValue:
    """Make somebody responsible, as long as nobody else has done so meanwhile."""
    found = open_door(organisation, number, Permission.ASSIGN_CASES)
    form = _assign_form(found, organisation)
    if not form.validate():
        return _overview(found, form), UNPROCESSABLE
    command = assignment.HandOver(found.id, form.owner.data or None, form.seen.data or None)
    assignment.hand_over(command, myself(), utcnow())
    flash(t("s5.assigned"), "ok")
    return redirect(url_for("staff.case", organisation=organisation, number=number), 303)


def _overview(found: Case, form: AssignForm) -> str:
    return case_page(
        "staff/case.html",
        found,
        "overview",
        form=form,
        related=similar_cases(found),
        unfinished=letters_with_code(found, UNFINISHED),
    )


def _assign_form(found: Case, organisation: str) -> AssignForm:
    house = access_organisation(current_user, organisation, Permission.VIEW_CASES)
    form = AssignForm(data={"owner": found.owner_id or "", "seen": found.owner_id or ""})
    form.owner.options = people_options(staff_of(house))
    return form
