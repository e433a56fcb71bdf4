"""S4: writing down a request that came another way, and the acknowledgement to print."""

from datetime import timedelta

from flask import (
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import access_organisation, organisations_of
from dsar.domain.access_codes import grouped
from dsar.domain.errors import DomainError
from dsar.domain.organisations import facts_of
from dsar.domain.registration import ReceivedInFuture
from dsar.domain.rights import Right
from dsar.domain.roles import Permission
from dsar.queries.one_case import Organisation
from dsar.services.clock import deadlines
from dsar.services.contact.attachments import Attachment
from dsar.services.intake import drafts, receipts, registration, submission
from dsar.services.intake.bounces import takes_bounces
from dsar.services.intake.breach_reports import takes_reports
from dsar.services.intake.opening import OpenCase, PersonFacts, Wish
from dsar.services.mail.on_paper import SenderIncomplete
from dsar.timesource import utcnow
from dsar.web.fields import Option
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door, show_house
from dsar.web.staff.forms import CodeForm
from dsar.web.staff.register_form import RegisterForm
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import plain_words

CASE = "/staff/<string:organisation>/cases/<string:number>"
#: Tokens of the slips that this browser may still print, the newest last.
SLIPS, KEPT_SLIPS = "slips", 5


@bp.get("/staff/register")
@requires(Permission.REGISTER_CASES)
def register_where() -> ResponseReturnValue:
    """Ask which organisation the request came to, where there are several."""
    houses = organisations_of(current_user, Permission.REGISTER_CASES)
    if len(houses) == 1:
        return redirect(url_for("staff.register", organisation=houses[0].key), 303)
    return render_template("staff/register_where.html", houses=houses)


@bp.route("/staff/<string:organisation>/register", methods=["GET", "POST"])
@requires(Permission.REGISTER_CASES)
def register(organisation: str) -> ResponseReturnValue:
    """Write down channel, true receipt, wish and person; then show what to give the person."""
    house = access_organisation(current_user, organisation, Permission.REGISTER_CASES)
    form = _form(house)
    if request.method == "GET":
        return _page(house, form)
    if not form.validate():
        return _page(house, form), UNPROCESSABLE
    try:
        number, token = registration.register(_registration(house, form), myself())
    except DomainError as refused:
        _explain(form, refused)
        return _page(house, form), UNPROCESSABLE
    if token:
        _keep(f"{organisation}/{number}", token)
    target = url_for("staff.acknowledgement", organisation=organisation, number=number)
    return redirect(target, 303)


@bp.get(CASE + "/acknowledgement")
@requires(Permission.REGISTER_CASES)
def acknowledgement(organisation: str, number: str) -> ResponseReturnValue:
    """Show number, access code and date to give to the person, while the slip lives."""
    case = open_door(organisation, number, Permission.REGISTER_CASES)
    slip = _slip(organisation, number)
    if slip is None:
        return case_page("staff/acknowledgement.html", case, "acknowledgement", view=None)
    view = receipts.read_receipt(slip)
    return case_page(
        "staff/acknowledgement.html",
        case,
        "acknowledgement",
        view=view,
        code=grouped(view.access_code),
    )


@bp.get(CASE + "/acknowledgement.pdf")
@requires(Permission.REGISTER_CASES)
def acknowledgement_pdf(organisation: str, number: str) -> ResponseReturnValue:
    """Give the acknowledgement as a file to print, in the language of the case."""
    open_door(organisation, number, Permission.REGISTER_CASES)
    slip = _slip(organisation, number)
    target = url_for("staff.acknowledgement", organisation=organisation, number=number)
    if slip is None:
        return redirect(target, 303)
    name = f'attachment; filename="{slip.number}.pdf"'
    try:
        content = receipts.receipt_pdf(slip, is_posted=True)
    except SenderIncomplete as error:
        flash(plain_words(error), "warn")
        return redirect(target, 303)
    return Response(content, mimetype="application/pdf", headers={"Content-Disposition": name})


@bp.route(CASE + "/access-code", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def access_code(organisation: str, number: str) -> ResponseReturnValue:
    """Make a new access code for a letter or a call-back; the old one stops working."""
    case = open_door(organisation, number, Permission.WORK_CASES)
    form = CodeForm()
    if request.method == "GET":
        return case_page("staff/access_code.html", case, "acknowledgement", form=form)
    if not form.validate():
        page = case_page("staff/access_code.html", case, "acknowledgement", form=form)
        return page, UNPROCESSABLE
    how = str(form.how.data)
    token = registration.reissue_access_code(case.id, how, myself(), utcnow())
    _keep(f"{organisation}/{number}", token)
    target = url_for("staff.acknowledgement", organisation=organisation, number=number)
    return redirect(target, 303)


def _form(house: Organisation) -> RegisterForm:
    facts = facts_of(house)
    form = RegisterForm(data={"language": facts.default_language})
    form.language.options = [Option(code, f"lang.{code}") for code in facts.ui_languages]
    form.today = form.received.latest = deadlines.local_today(house.profile, utcnow())
    return form


def _page(house: Organisation, form: RegisterForm) -> str:
    show_house(house)
    return render_template(
        "staff/register.html",
        house=house,
        form=form,
        takes_reports=takes_reports(house),
        takes_bounces=takes_bounces(house),
    )


def _registration(house: Organisation, form: RegisterForm) -> registration.Registration:
    config, words = current_app.extensions["dsar.config"], form.said.data or ""
    scan = form.scan.data
    most = config.limits.upload_bytes
    return registration.Registration(
        request=_request(house, form),
        reason=form.reason.data or "",
        code_lives=timedelta(minutes=config.portal.confirm_code_minutes),
        words=words,
        files=(Attachment(scan.filename, scan.stream, most),) if scan else (),
    )


def _request(house: Organisation, form: RegisterForm) -> OpenCase:
    now, subject = utcnow(), form.subject.data
    rights = [right for right in Right if form.rights.has(right)]
    moment = registration.receipt_moment(house.profile, form.day, form.clock.clock, now)
    return OpenCase(
        organisation_key=house.key,
        language=str(form.language.data),
        channel=str(form.channel.data),
        wishes=tuple(Wish(right, {"words": form.said.data}) for right in rights),
        requester=form.requester,
        received_at=moment,
        registered_at=now,
        submission_key=f"register:{request.form.get('once', '')}",
        subject=PersonFacts(subject) if subject else None,
        representation=form.representation.data or None if subject else None,
        relation=form.relation.data or None,
        reply_format=form.reply_format,
        is_guarded=bool(form.guarded.data),
    )


def _explain(form: RegisterForm, refused: DomainError) -> None:
    """Say beside its field what the service refused."""
    if isinstance(refused, ReceivedInFuture):
        form.add_problem(form.clock, "s4.time.err.future")
    elif refused.message_id.startswith("up."):
        form.add_problem(form.scan, refused.message_id, **refused.facts)
    else:
        form.add_problem(form.reason, refused.message_id, **refused.facts)


def _keep(case: str, token: str) -> None:
    """Let this browser print the slip of a case while it lives; the address never holds it."""
    slips = {k: v for k, v in session.get(SLIPS, {}).items() if k != case} | {case: token}
    session[SLIPS] = dict(list(slips.items())[-KEPT_SLIPS:])


def _slip(organisation: str, number: str) -> submission.Slip | None:
    token = session.get(SLIPS, {}).get(f"{organisation}/{number}", "")
    draft = drafts.read_draft(token, utcnow()) if token else None
    return submission.Slip(**draft.slip) if draft and draft.slip else None
