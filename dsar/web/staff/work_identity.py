"""S7: is it the right person? Decided with the lightest evidence, in writing."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from dsar.access import access_check
from dsar.domain.errors import DomainError
from dsar.domain.identity import ASKABLE, LIGHT, Method, Verdict
from dsar.domain.rights import RULES, Right
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case
from dsar.services.identity import verification
from dsar.services.identity.identity_reading import identity_of
from dsar.services.work import work_reading
from dsar.timesource import utcnow
from dsar.web.fields import Option, options
from dsar.web.form import Form
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import AcceptForm, AskForm, EnoughForm, VerdictForm, once, say

VIEW, DECIDE = Permission.VIEW_CASES, Permission.DECIDE_IDENTITY
#: A document is not asked for through the page: nobody could send one safely yet.
ASKED = [method for method in ASKABLE if method is not Method.DOCUMENT]


@bp.get(CASE + "/identity")
@requires(Permission.VIEW_CASES)
def identity(organisation: str, number: str) -> ResponseReturnValue:
    """What we know, what was decided, and the way to decide."""
    case = open_door(organisation, number, VIEW)
    enough = "yes" if identity_of(case).evidence.is_enough else ""
    form = EnoughForm(formdata=None, data={"enough": enough})
    return _page(case, form, VerdictForm(formdata=None))


@bp.post(CASE + "/identity")
@requires(Permission.DECIDE_IDENTITY)
def decide_person(organisation: str, number: str) -> ResponseReturnValue:
    """Accept the lightest evidence where it is there; else go on to the page that asks."""
    case = open_door(organisation, number, DECIDE)
    form = EnoughForm()
    if not form.validate():
        return _page(case, form, VerdictForm(formdata=None)), UNPROCESSABLE
    if form.enough.data == "no":
        return _to("staff.ask_person", organisation, number)
    if not identity_of(case).evidence.is_enough:
        return _to("staff.accept_person", organisation, number)
    command = verification.AcceptIdentity(case.id, Method.CONFIRMED_ADDRESS)
    _say(verification.accept(command, myself(), utcnow()))
    return _to("staff.identity", organisation, number)


@bp.route(CASE + "/identity/enough", methods=["GET", "POST"])
@requires(Permission.DECIDE_IDENTITY)
def accept_person(organisation: str, number: str) -> ResponseReturnValue:
    """Say how we know who it is."""
    case = open_door(organisation, number, DECIDE)
    form = AcceptForm()
    form.seen_in.options = [
        Option(place.id, text=place.name) for place in identity_of(case).places
    ]
    if form.is_submitted() and form.validate():
        method = Method(form.method.data)
        doubt = "" if method in LIGHT else form.doubt.data or ""
        seen_in = form.seen_in.data or ""
        command = verification.AcceptIdentity(case.id, method, doubt, seen_in)
        try:
            _say(verification.accept(command, myself(), utcnow()))
        except DomainError as error:
            is_doubt = isinstance(error, verification.DoubtMissing)
            say(form, form.doubt if is_doubt else form.method, error)
        else:
            return _to("staff.identity", organisation, number)
    return _form_page("staff/casework/identity_accept.html", case, form)


@bp.route(CASE + "/identity/question", methods=["GET", "POST"])
@requires(Permission.DECIDE_IDENTITY)
def ask_person(organisation: str, number: str) -> ResponseReturnValue:
    """Ask the person for more, saying why."""
    case = open_door(organisation, number, DECIDE)
    form = AskForm()
    form.method.options = options("method", ASKED)
    if form.is_submitted() and form.validate():
        words = form.doubt.data or "", form.question.data or ""
        command = verification.AskIdentity(once(), case.id, Method(form.method.data), *words)
        try:
            verification.ask(command, myself(), utcnow())
        except DomainError as error:
            is_question = isinstance(error, verification.QuestionMissing)
            say(form, form.question if is_question else None, error)
        else:
            flash(t("s7.asked"), "ok")
            return _to("staff.identity", organisation, number)
    return _form_page("staff/casework/identity_ask.html", case, form)


@bp.post(CASE + "/identity/<string:check_id>")
@requires(Permission.DECIDE_IDENTITY)
def decide_reply(organisation: str, number: str, check_id: str) -> ResponseReturnValue:
    """Decide on a question that was asked."""
    case = open_door(organisation, number, DECIDE)
    check = access_check(case, check_id)
    form = VerdictForm()
    if not form.validate():
        return _page(case, EnoughForm(formdata=None), form), UNPROCESSABLE
    verdict = Verdict(form.verdict.data)
    _say(verification.decide_identity(check.id, verdict, myself(), utcnow()))
    return _to("staff.identity", organisation, number)


def _say(verdict: Verdict) -> None:
    flash(t(f"s7.done.{verdict}"), "ok")


def _page(case: Case, form: EnoughForm, reply: VerdictForm) -> str:
    works = work_reading.works_of(case)
    needed = any(RULES[Right(work.row.right)].needs_identity for work in works)
    return case_page(
        "staff/casework/identity.html",
        case,
        "identity",
        view=identity_of(case),
        form=form,
        reply=reply,
        forms=[form, reply],
        is_needed=needed,
    )


def _form_page(template: str, case: Case, form: Form) -> ResponseReturnValue:
    page = case_page(template, case, "identity", form=form)
    return page, UNPROCESSABLE if form.is_submitted() else 200


def _to(endpoint: str, organisation: str, number: str) -> ResponseReturnValue:
    return redirect(url_for(endpoint, organisation=organisation, number=number), 303)
