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
from dsar.services import verification, work_reading
from dsar.services.identity_reading import IdentityView, identity_of
from dsar.timesource import utcnow
from dsar.web.fields import Option
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import IdentityForm, VerdictForm, once, say

VIEW, DECIDE = Permission.VIEW_CASES, Permission.DECIDE_IDENTITY


@bp.get(CASE + "/identity")
@requires(Permission.VIEW_CASES)
def identity(organisation: str, number: str) -> ResponseReturnValue:
    """What we know, what was decided, and the way to decide."""
    case = open_door(organisation, number, VIEW)
    return _page(case, _form(identity_of(case), is_fresh=True), VerdictForm(formdata=None))


@bp.post(CASE + "/identity")
@requires(Permission.DECIDE_IDENTITY)
def decide_person(organisation: str, number: str) -> ResponseReturnValue:
    """Decide that it is enough, or ask the person for more."""
    case = open_door(organisation, number, DECIDE)
    form = _form(identity_of(case))
    if form.validate() and _save(case, form):
        return _back(organisation, number)
    return _page(case, form, VerdictForm(formdata=None)), UNPROCESSABLE


@bp.post(CASE + "/identity/<string:check_id>")
@requires(Permission.DECIDE_IDENTITY)
def decide_reply(organisation: str, number: str, check_id: str) -> ResponseReturnValue:
    """Decide on a question that was asked."""
    case = open_door(organisation, number, DECIDE)
    check = access_check(case, check_id)
    form = VerdictForm()
    if not form.validate():
        fresh = _form(identity_of(case), is_fresh=True)
        return _page(case, fresh, form), UNPROCESSABLE
    verdict = Verdict(form.verdict.data)
    _say(verification.decide_identity(check.id, verdict, myself(), utcnow()))
    return _back(organisation, number)


def _save(case: Case, form: IdentityForm) -> bool:
    save = _accept if form.enough.data == "yes" else _ask
    try:
        save(case, form)
    except DomainError as error:
        say(form, _field(form, error), error)
        return False
    return not form.errors


def _accept(case: Case, form: IdentityForm) -> None:
    if not form.method.data:
        form.add_problem(form.method, "s7.m.err")
        return
    method = Method(form.method.data)
    doubt = "" if method in LIGHT else form.doubt.data or ""
    command = verification.AcceptIdentity(case.id, method, doubt, form.seen_in.data or "")
    _say(verification.accept(command, myself(), utcnow()))


def _ask(case: Case, form: IdentityForm) -> None:
    if not form.ask_by.data:
        form.add_problem(form.ask_by, "s7.m.err")
        return
    method, doubt, question = form.ask_by.data, form.doubt.data or "", form.question.data or ""
    command = verification.AskIdentity(once(), case.id, Method(method), doubt, question)
    verification.ask(command, myself(), utcnow())
    flash(t("s7.asked"), "ok")


def _field(form: IdentityForm, error: DomainError) -> object:
    fields = {
        verification.DoubtMissing: form.doubt,
        verification.QuestionMissing: form.question,
        verification.EvidenceMissing: form.method,
    }
    return fields.get(type(error))


def _say(verdict: Verdict) -> None:
    flash(t(f"s7.done.{verdict}"), "ok")


def _form(view: IdentityView, *, is_fresh: bool = False) -> IdentityForm:
    first = str(Method.CONFIRMED_ADDRESS if view.evidence.is_confirmed else "")
    given = {"method": first, "enough": "yes" if view.evidence.is_enough else ""}
    form = IdentityForm(formdata=None, data=given) if is_fresh else IdentityForm()
    form.seen_in.options = [Option(key, text=name) for key, name in view.found_tasks]
    # A document cannot be asked for through the page: nobody could send it safely yet.
    methods = [method for method in ASKABLE if method is not Method.DOCUMENT]
    form.ask_by.options = [Option(str(method), f"method.{method}") for method in methods]
    return form


def _page(case: Case, form: IdentityForm, reply: VerdictForm) -> str:
    works = work_reading.works_of(case)
    needed = any(RULES[Right(work.row.right)].needs_identity for work in works)
    return case_page(
        "staff/work/identity.html",
        case,
        "identity",
        view=identity_of(case),
        form=form,
        reply=reply,
        forms=[form, reply],
        is_needed=needed,
    )


def _back(organisation: str, number: str) -> ResponseReturnValue:
    return redirect(url_for("staff.identity", organisation=organisation, number=number), 303)
