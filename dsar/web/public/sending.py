"""P5 and P6: the last look with the date before sending, and the receipt after it."""

from datetime import timedelta

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dsar.domain.access_codes import grouped
from dsar.services import budgets
from dsar.services.clock import deadlines
from dsar.services.intake import receipts, submission
from dsar.timesource import utcnow
from dsar.web.clock_drawing import clock_drawing
from dsar.web.public.commands import to_command
from dsar.web.public.forms import SendForm
from dsar.web.public.journey import Journey, journey, missing_page, previous_page
from dsar.web.public.routes import bp
from dsar.web.public.shut import shut_page
from dsar.web.public.summary import summary_rows
from dsar.web.visit import Visit, visit


@bp.route("/o/<string:organisation>/check", methods=["GET", "POST"])
def check(organisation: str) -> ResponseReturnValue:
    """P5: everything that was typed, the date and how it is counted, one button."""
    here, way = visit(organisation), journey(organisation)
    if way.is_sent:
        return redirect(url_for("public.receipt", organisation=organisation), 303)
    if not here.is_open:
        return shut_page(here, way)
    if missing := missing_page(way):
        return redirect(missing, 303)
    if request.method == "POST":
        return send(here, way)
    now = utcnow()
    reckoning = deadlines.count(deadlines.start_for(here.facts, here.host, now))
    return render_template(
        "public/check.html",
        here=here,
        form=SendForm(),
        rows=summary_rows(here, way),
        reckoning=reckoning,
        drawing=clock_drawing(reckoning, reckoning.received_on),
        back=previous_page(way, request.path),
    )


def send(here: Visit, way: Journey) -> ResponseReturnValue:
    """Send the request of a finished journey, and lead to its receipt."""
    config, now = current_app.extensions["dsar.config"], utcnow()
    key = f"submit:{request.remote_addr}"
    budgets.spend(key, config.limits.submissions_per_hour, timedelta(hours=1), now)
    code_lives = timedelta(minutes=config.portal.confirm_code_minutes)
    submission.submit(to_command(here, way, now), way.token, code_lives)
    return redirect(url_for("public.receipt", organisation=here.key), 303)


@bp.get("/o/<string:organisation>/receipt")
def receipt(organisation: str) -> ResponseReturnValue:
    """P6: case number, access code, date; open in this browser while the slip lives."""
    here = visit(organisation, closed_too=True)
    slip = _slip(organisation)
    if slip is None:
        return redirect(url_for("public.start", organisation=organisation), 303)
    view = receipts.read_receipt(slip)
    today = deadlines.local_today(here.facts.profile, utcnow())
    return render_template(
        "public/receipt.html",
        here=here,
        view=view,
        code=grouped(view.access_code),
        drawing=clock_drawing(view.reckoning, today),
    )


@bp.get("/o/<string:organisation>/receipt.pdf")
def receipt_pdf(organisation: str) -> ResponseReturnValue:
    """Give the receipt as a file named by the case number."""
    visit(organisation, closed_too=True)
    slip = _slip(organisation)
    if slip is None:
        return redirect(url_for("public.start", organisation=organisation), 303)
    name = f'attachment; filename="{slip.number}.pdf"'
    content = receipts.receipt_pdf(slip)
    return Response(content, mimetype="application/pdf", headers={"Content-Disposition": name})


@bp.get("/o/<string:organisation>/deadline.ics")
def deadline_ics(organisation: str) -> ResponseReturnValue:
    """Give the due date as a calendar entry."""
    visit(organisation, closed_too=True)
    slip = _slip(organisation)
    if slip is None:
        return redirect(url_for("public.start", organisation=organisation), 303)
    name = f'attachment; filename="{slip.number}.ics"'
    content = receipts.receipt_ics(slip, utcnow())
    return Response(content, mimetype="text/calendar", headers={"Content-Disposition": name})


def _slip(organisation: str) -> submission.Slip | None:
    way = journey(organisation)
    return submission.Slip(**way.draft.slip) if way.draft and way.draft.slip else None
