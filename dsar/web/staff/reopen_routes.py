"""An answer that was not complete: its right is opened again, with a reason."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from dsar.domain.errors import DomainError
from dsar.domain.reopening import STAFF_REASONS, ReopenReason
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case
from dsar.services.answer import reopening
from dsar.timesource import utcnow
from dsar.web.fields import ChoiceField, ChoicesField, options
from dsar.web.form import Form
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import once, say


class ReopenForm(Form):
    """Which rights, and why."""

    rights = ChoicesField("reopen.rights.label", "reopen.rights.err")
    reason = ChoiceField(
        "reopen.reason.label",
        "reopen.reason.err",
        options=options("reopen.reason", STAFF_REASONS),
    )


@bp.route(CASE + "/reopen", methods=["GET", "POST"])
@requires(Permission.CLOSE_CASES)
def reopen(organisation: str, number: str) -> ResponseReturnValue:
    """Open rights again that were answered; the person is told."""
    case = open_door(organisation, number, Permission.CLOSE_CASES)
    form, answered = ReopenForm(), reopening.reopenable(case.id)
    if form.is_submitted() and not answered:  # pressed twice, or somebody else was first
        return _to_case(organisation, number)
    form.rights.options = options("right", answered)
    if len(answered) == 1:
        form.rights.data = answered
    if not form.is_submitted():
        return _page(case, form)
    if form.validate():
        try:
            reopening.reopen(_command(case, form), myself(), utcnow())
        except DomainError as error:
            say(form, form.rights, error)
        else:
            flash(t("reopen.done"), "ok")
            return _to_case(organisation, number)
    return _page(case, form), UNPROCESSABLE


def _command(case: Case, form: ReopenForm) -> reopening.Reopen:
    reason = ReopenReason(form.reason.data)
    return reopening.Reopen(case.id, frozenset(form.rights.data), reason, once())


def _page(case: Case, form: ReopenForm) -> str:
    return case_page("staff/reopen.html", case, "reopen", form=form)


def _to_case(organisation: str, number: str) -> ResponseReturnValue:
    return redirect(url_for("staff.case", organisation=organisation, number=number), 303)
