"""Reports of suspected breaches: the list, one of them, and one that staff write down."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import access_breach_report, access_organisation
from dsar.domain.roles import Permission
from dsar.i18n import page_language, t
from dsar.queries.one_case import Organisation
from dsar.services.intake import breach_reports
from dsar.services.intake.breach_reports import ReportBreach
from dsar.timesource import utcnow
from dsar.web.public.breach_forms import HeardBreachForm
from dsar.web.security import requires
from dsar.web.staff.case_frame import show_house
from dsar.web.staff.routes import UNPROCESSABLE, bp
from dsar.web.staff.work_forms import once

READ, REGISTER = Permission.READ_BREACH_REPORTS, Permission.REGISTER_CASES
REPORTS = "/staff/<string:organisation>/breach-reports"


@bp.get(REPORTS)
@requires(Permission.READ_BREACH_REPORTS)
def breach_list(organisation: str) -> ResponseReturnValue:
    """Show the reports of an organisation, what waits first; also of one that takes no more."""
    house = access_organisation(current_user, organisation, READ)
    show_house(house)
    reports = breach_reports.reports_of(house)
    return render_template("staff/breach_reports.html", house=house, reports=reports)


@bp.get(REPORTS + "/<string:report>")
@requires(Permission.READ_BREACH_REPORTS)
def breach_report(organisation: str, report: str) -> ResponseReturnValue:
    """Open one report."""
    house = access_organisation(current_user, organisation, READ)
    row = access_breach_report(house, report)
    view = breach_reports.read(row.id, utcnow())
    show_house(house)
    return render_template("staff/breach_report.html", house=house, view=view)


@bp.post(REPORTS + "/<string:report>/settle")
@requires(Permission.READ_BREACH_REPORTS)
def settle_breach(organisation: str, report: str) -> ResponseReturnValue:
    """Record that a report has been looked after."""
    house = access_organisation(current_user, organisation, READ)
    row = access_breach_report(house, report)
    breach_reports.settle(row.id, str(current_user.id), utcnow())
    flash(t("breach.settled.done"), "ok")
    return redirect(url_for("staff.breach_list", organisation=organisation), 303)


@bp.route("/staff/<string:organisation>/register-breach", methods=["GET", "POST"])
@requires(Permission.REGISTER_CASES)
def register_breach(organisation: str) -> ResponseReturnValue:
    """Write down a suspected breach that somebody told of; it is no case."""
    house, form = access_organisation(current_user, organisation, REGISTER), HeardBreachForm()
    if not breach_reports.takes_reports(house):
        abort(404)
    if request.method == "GET":
        return _page(house, form)
    if not form.validate():
        return _page(house, form), UNPROCESSABLE
    command = ReportBreach(
        organisation_key=house.key,
        language=page_language(),
        words=form.words,
        submission_key=f"{house.key}:{once()}",
        contact=form.contact.data or "",
    )
    number = breach_reports.report(command, utcnow())
    flash(t("breach.registered", number=number), "ok")
    return redirect(url_for("staff.register", organisation=organisation), 303)


def _page(house: Organisation, form: HeardBreachForm) -> str:
    show_house(house)
    return render_template("staff/register_breach.html", house=house, form=form)
