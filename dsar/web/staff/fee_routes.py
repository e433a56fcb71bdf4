"""A fee, beside the ways of moving a date: announced with its reasons, then settled."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dsar.domain.errors import DomainError
from dsar.domain.fees import CURRENCIES, FeeAmountWrong, FeeEnd, FeeGround
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case
from dsar.services.clock import fees, withdrawal
from dsar.services.clock.jurisdictions import jurisdiction
from dsar.timesource import utcnow
from dsar.web.fields import ChoiceField, LineField, Option, TextField, TickField, options
from dsar.web.form import Form
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.clock_views import changes_of
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import once, say

MOVE = Permission.MOVE_DEADLINES
FEE = CASE + "/deadline/fee"


class FeeForm(Form):
    """Everything that the law wants said before a fee is asked."""

    ground = ChoiceField(
        "fee.ground.label", "fee.ground.err", options=options("fee.ground", FeeGround)
    )
    right = ChoiceField("s15.right.label")
    amount = LineField("fee.amount.label", "fee.amount.err")
    currency = ChoiceField(
        "fee.currency.label",
        "fee.currency.err",
        options=[Option(code, text=code) for code in CURRENCIES],
    )
    facts = TextField("fee.facts.label", "fee.facts.err")
    costs = TextField("fee.costs.label", "fee.costs.err")
    proven = TickField("fee.proven.label", missing="error.fee_unproven")


@bp.route(FEE, methods=["GET", "POST"])
@requires(Permission.MOVE_DEADLINES)
def fee(organisation: str, number: str) -> ResponseReturnValue:
    """Announce a fee, or show the one that is announced."""
    case, form = open_door(organisation, number, MOVE), FeeForm()
    running = withdrawal.withdrawable(case.id)
    form.right.options = options("right", running)
    if request.method == "GET":
        return _page(case, form)
    if form.validate():
        try:
            fees.announce(_command(case, form), myself(), utcnow())
        except DomainError as error:
            wrong_sum = isinstance(error, FeeAmountWrong)
            say(form, form.amount if wrong_sum else None, error)
        else:
            flash(t("fee.done"), "ok")
            return _back(organisation, number)
    return _page(case, form), UNPROCESSABLE


@bp.post(FEE + "/paid")
@requires(Permission.MOVE_DEADLINES)
def fee_paid(organisation: str, number: str) -> ResponseReturnValue:
    """Record that the fee was paid."""
    return _settle(organisation, number, FeeEnd.PAID)


@bp.post(FEE + "/waived")
@requires(Permission.MOVE_DEADLINES)
def fee_waived(organisation: str, number: str) -> ResponseReturnValue:
    """Give the fee up: the clock runs as if nobody had asked."""
    return _settle(organisation, number, FeeEnd.WAIVED)


def _settle(organisation: str, number: str, end: FeeEnd) -> ResponseReturnValue:
    case = open_door(organisation, number, MOVE)
    waiting = fees.open_fee(case.id)
    if waiting is not None:
        fees.settle(waiting.id, end, myself(), utcnow())
        flash(t("fee.settled"), "ok")
    return _back(organisation, number)


def _command(case: Case, form: FeeForm) -> fees.Announce:
    return fees.Announce(
        id=once(),
        case_id=case.id,
        ground=FeeGround(form.ground.data),
        amount=form.amount.data or "",
        currency=form.currency.data or "",
        facts=form.facts.data or "",
        costs=form.costs.data or "",
        is_proven=bool(form.proven.data),
        right=form.right.data or None,
    )


def _page(case: Case, form: FeeForm) -> str:
    now, waiting = utcnow(), fees.open_fee(case.id)
    moves = fees.previews(case, now) if waiting is None else []
    return case_page(
        "staff/clock/fee.html",
        case,
        "deadline",
        form=form,
        is_lawful=fees.is_lawful(case),
        waiting=waiting,
        ended=[one for one in fees.fees_of(case.id) if not one.is_open],
        changes=changes_of(moves, jurisdiction(case.profile).local_date(now)),
    )


def _back(organisation: str, number: str) -> ResponseReturnValue:
    return redirect(url_for("staff.fee", organisation=organisation, number=number), 303)
