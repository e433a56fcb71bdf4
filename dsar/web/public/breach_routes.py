"""A suspected breach is reported here: no case, and no name is asked for."""

from datetime import timedelta

from flask import abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from dsar.domain.organisation_keys import Behaviour
from dsar.i18n import page_language
from dsar.services import budgets
from dsar.services.intake import breach_reports
from dsar.services.intake.breach_reports import ReportBreach
from dsar.timesource import utcnow
from dsar.web import kept
from dsar.web.public.breach_forms import BreachForm
from dsar.web.public.routes import UNPROCESSABLE, bp
from dsar.web.visit import Visit, visit

#: Where this browser keeps the number of its report, organisation by organisation.
NUMBERS = "breach_numbers"
TOO_MANY = 429


@bp.route("/o/<string:organisation>/report-breach", methods=["GET", "POST"])
def report_breach(organisation: str) -> ResponseReturnValue:
    """Ask what happened, when, and which data; then give a number."""
    here, form = _here(organisation), BreachForm()
    if request.method == "GET":
        return _page(here, form)
    if not form.validate():
        return _page(here, form), UNPROCESSABLE
    config, now = current_app.extensions["dsar.config"], utcnow()
    try:
        key, limit = f"breach:{request.remote_addr}", config.limits.submissions_per_hour
        budgets.spend(key, limit, timedelta(hours=1), now)
    except budgets.RateLimited as limited:
        form.add_problem(None, limited.message_id, **limited.facts)
        return _page(here, form), TOO_MANY
    number = breach_reports.report(_command(here, form), now)
    session[NUMBERS] = session.get(NUMBERS, {}) | {here.key: number}
    return redirect(url_for("public.breach_received", organisation=here.key), 303)


@bp.get("/o/<string:organisation>/report-breach/received")
def breach_received(organisation: str) -> ResponseReturnValue:
    """Show the number of the report that this browser sent."""
    here = _here(organisation)
    number = session.get(NUMBERS, {}).get(here.key)
    if number is None:
        return redirect(url_for("public.report_breach", organisation=here.key), 303)
    return render_template("public/breach_received.html", here=here, number=number)


def _here(organisation: str) -> Visit:
    """Return the organisation, where it takes such reports; elsewhere there is no such page."""
    here = visit(organisation)
    if not here.facts.does(Behaviour.SECURITY_INTAKE):
        abort(404)
    return here


def _page(here: Visit, form: BreachForm) -> str:
    return render_template("public/report_breach.html", here=here, form=form)


def _command(here: Visit, form: BreachForm) -> ReportBreach:
    return ReportBreach(
        organisation_key=here.key,
        language=page_language(),
        words=form.words,
        submission_key=f"{here.key}:{kept.once_token()}",
        contact=form.contact.data or "",
    )
