"""Portability: what an access found is taken over, and the file goes to another controller."""

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from dsar.access import NotFound, access_right
from dsar.domain.errors import DomainError
from dsar.domain.rights import Right
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case, RequestedRight
from dsar.services.answer.answer_reading import right_in_view
from dsar.services.answer.approval import DayNotSinceApproval
from dsar.services.clock.jurisdictions import jurisdiction
from dsar.services.rights import transferring
from dsar.services.rights.reading import on_table, transfer_of_right
from dsar.services.work import taking_over
from dsar.services.work.case_reading import record_view
from dsar.timesource import utcnow
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door, to_answer
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.right_forms import TransferForm
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import say

RIGHT = CASE + "/rights/<string:right_id>"


@bp.post(RIGHT + "/take-over")
@requires(Permission.WORK_CASES)
def take_over(organisation: str, number: str, right_id: str) -> ResponseReturnValue:
    """Take over what the access of the case found, for the systems that still wait."""
    case = open_door(organisation, number, Permission.WORK_CASES)
    right = access_right(case, right_id)
    count = taking_over.take_over(right.id, myself(), utcnow())
    flash(t("transfer.taken_over", n=count), "ok")
    return redirect(url_for("staff.tasks", organisation=organisation, number=number), 303)


@bp.route(CASE + "/transfer", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def transfer(organisation: str, number: str) -> ResponseReturnValue:
    """Send the file to another company, and record when and how."""
    case = open_door(organisation, number, Permission.WORK_CASES)
    right = _portability(case)
    form = TransferForm()
    form.sent_on.latest = jurisdiction(case.profile).local_date(utcnow())
    if form.is_submitted() and form.validate() and form.sent_on.data is not None:
        command = transferring.RecordTransfer(
            right.id, form.sent_on.data, form.proof.data or ""
        )
        try:
            transferring.record_transfer(command, myself(), utcnow())
        except DomainError as error:
            is_day = isinstance(error, DayNotSinceApproval)
            say(form, form.sent_on if is_day else None, error)
        else:
            flash(t("transfer.recorded"), "ok")
            return to_answer("staff.sending", right)
    facts = {"table": on_table(right), "right": right, "form": form}
    facts |= {"transfer": transfer_of_right(right)}
    page = case_page("staff/casework/transfer.html", case, "transfer", **facts)
    return page, UNPROCESSABLE if form.is_submitted() else 200


@bp.post(CASE + "/transfer/file")
@requires(Permission.WORK_CASES)
def transfer_file(organisation: str, number: str) -> ResponseReturnValue:
    """Give the file that the other company gets: data and schema, without our letter."""
    case = open_door(organisation, number, Permission.WORK_CASES)
    right = _portability(case)
    try:
        chunks = transferring.transfer_file(right.id, myself(), utcnow())
    except DomainError as error:
        flash(t(error.message_id, **error.facts), "warn")
        return to_answer("staff.transfer", right)
    record_view(case.id, myself(), utcnow())
    response = Response(chunks, content_type="application/zip")
    name = f"{case.number}-data.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _portability(case: Case) -> RequestedRight:
    right = right_in_view(case, Right.PORTABILITY)
    if right is None:
        raise NotFound
    return right
