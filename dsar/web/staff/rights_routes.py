"""A right that is added to a case, and what the person takes back, each with its date first."""

from datetime import datetime, time

from flask import flash, request
from flask.typing import ResponseReturnValue

from dsar.domain.clock_notices import NotYetReceived
from dsar.domain.errors import DomainError
from dsar.domain.rights import Right
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case
from dsar.services.clock import widening, withdrawal
from dsar.services.clock.jurisdictions import jurisdiction
from dsar.services.work.case_reading import rights_read
from dsar.timesource import utcnow
from dsar.web.clock_drawing import clock_drawing
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.clock_forms import AddRightForm, WithdrawForm, is_preview
from dsar.web.staff.clock_routes import to_deadline
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import say

MOVE, CLOSE = Permission.MOVE_DEADLINES, Permission.CLOSE_CASES


@bp.route(CASE + "/deadline/add-right", methods=["GET", "POST"])
@requires(Permission.MOVE_DEADLINES)
def add_right(organisation: str, number: str) -> ResponseReturnValue:
    """Add a right: its own clock from its own receipt, the others do not restart."""
    case, now = open_door(organisation, number, MOVE), utcnow()
    form = AddRightForm(data={"right": request.args.get("right", "")})
    form.offer({right.right for right in rights_read(case)})
    form.received.latest = jurisdiction(case.profile).local_date(now)
    if not form.is_submitted() or is_preview(request.form):
        return _add_page(case, form, now)
    if form.validate():
        received = _received(case, form, now)
        words = form.words.data or ""
        command = widening.AddRight(case.id, Right(form.right.data), received, words)
        try:
            widening.widen(command, myself(), now)
        except DomainError as error:
            say(form, form.received if isinstance(error, NotYetReceived) else None, error)
        else:
            flash(t("deadline.added"), "ok")
            return to_deadline(organisation, number)
    return _add_page(case, form, now), UNPROCESSABLE


@bp.route(CASE + "/deadline/withdraw", methods=["GET", "POST"])
@requires(Permission.CLOSE_CASES)
def withdraw(organisation: str, number: str) -> ResponseReturnValue:
    """End what the person takes back; she is told, and may change her mind for a week."""
    case, form = open_door(organisation, number, CLOSE), WithdrawForm()
    running = withdrawal.withdrawable(case.id)
    form.offer(running)
    if not form.is_submitted() or is_preview(request.form):
        return _withdraw_page(case, form)
    if not form.validate():
        return _withdraw_page(case, form), UNPROCESSABLE
    withdrawal.withdraw(case.id, form.rights.data, myself(), utcnow())
    flash(t("deadline.withdrawn"), "ok")
    return to_deadline(organisation, number)


@bp.post(CASE + "/deadline/take-up-again")
@requires(Permission.CLOSE_CASES)
def undo_withdrawal(organisation: str, number: str) -> ResponseReturnValue:
    """Take up again what was withdrawn; the old clock runs as if nothing had been."""
    case = open_door(organisation, number, CLOSE)
    withdrawal.undo(case.id, myself(), utcnow())
    flash(t("deadline.undone"), "ok")
    return to_deadline(organisation, number)


def _received(case: Case, form: AddRightForm, now: datetime) -> datetime:
    """Return the receipt: of today without a time, this moment; of another day, its noon."""
    zone = jurisdiction(case.profile).zone
    day = form.received.data
    if day is None or (form.clock.clock is None and day == now.astimezone(zone).date()):
        return now
    return datetime.combine(day, form.clock.clock or time(12), zone)


def _add_page(case: Case, form: AddRightForm, now: datetime) -> str:
    found = widening.preview(case, _received(case, form, now))
    today = jurisdiction(case.profile).local_date(now)
    return case_page(
        "staff/clock/add_right.html",
        case,
        "deadline",
        form=form,
        found=found,
        drawing=clock_drawing(found, today, for_staff=True),
    )


def _withdraw_page(case: Case, form: WithdrawForm) -> str:
    chosen = [right for right in form.rights.data or () if right]
    return case_page(
        "staff/clock/withdraw.html",
        case,
        "deadline",
        form=form,
        chosen=chosen,
        rest_due=withdrawal.due_without(case, chosen),
        running=withdrawal.withdrawable(case.id),
    )
