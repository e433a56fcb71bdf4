"""S12 and S13: the package as the person gets it, and the second pair of eyes."""

from flask import Response, flash
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import NotFound, access_package, access_right
from dsar.domain.errors import DomainError
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case, RequestedRight
from dsar.services.answer import approval, packaging
from dsar.services.answer.answer_reading import PackageView, package_of
from dsar.services.answer.rendering import page_style_hash
from dsar.services.work.case_reading import record_view
from dsar.timesource import utcnow
from dsar.web.security import content_security_policy, requires
from dsar.web.staff.case_frame import case_page, chosen_right, open_door, to_answer
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import ApproveForm, SendBackForm, say

VIEW, WORK = Permission.VIEW_CASES, Permission.WORK_CASES
APPROVE = Permission.APPROVE_RELEASE
PARTS = {
    "page": (packaging.PAGE, "text/html; charset=utf-8"),
    "letter": (packaging.LETTER, "application/pdf"),
    "zip": (packaging.ZIP, "application/zip"),
}


@bp.post(CASE + "/rights/<string:right_id>/build")
@requires(Permission.WORK_CASES)
def build_package(organisation: str, number: str, right_id: str) -> ResponseReturnValue:
    """Build the answer to a right; what is missing is said on its page."""
    case = open_door(organisation, number, WORK)
    right = access_right(case, right_id)
    packaging.build(right.id, myself(), utcnow())
    return to_answer("staff.package", right)


@bp.get(CASE + "/package")
@requires(Permission.VIEW_CASES)
def package(organisation: str, number: str) -> ResponseReturnValue:
    """The package that is built: what is in it, and how it looks."""
    case = open_door(organisation, number, VIEW)
    right = chosen_right(case)
    view = package_of(right)
    if view.row is None:
        return to_answer("staff.texts", right)
    return case_page("staff/casework/package.html", case, "package", view=view)


@bp.get(CASE + "/packages/<string:package_id>/<string:part>")
@requires(Permission.VIEW_CASES)
def package_part(
    organisation: str, number: str, package_id: str, part: str
) -> ResponseReturnValue:
    """The page, the letter or the whole package, exactly as the person gets it."""
    case = open_door(organisation, number, VIEW)
    row = access_package(case, package_id)
    if part not in PARTS:
        raise NotFound
    purpose, kind = PARTS[part]
    chunks = packaging.read_part(row, purpose)
    record_view(case.id, myself(), utcnow())
    response = Response(chunks, content_type=kind)
    if part == "page":
        policy = content_security_policy((page_style_hash(),))
        response.headers["Content-Security-Policy"] = policy
    else:
        name = f"{case.number}.{'pdf' if part == 'letter' else 'zip'}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.post(CASE + "/packages/<string:package_id>/ask")
@requires(Permission.WORK_CASES)
def ask_approval(organisation: str, number: str, package_id: str) -> ResponseReturnValue:
    """Ask somebody else to look."""
    case = open_door(organisation, number, WORK)
    row = access_package(case, package_id)
    approval.ask_approval(row.id, myself(), utcnow())
    flash(t("s13.asked"), "ok")
    return to_answer("staff.approval", access_right(case, row.right_id))


@bp.get(CASE + "/approval", endpoint="approval")
@requires(Permission.VIEW_CASES)
def approval_page(organisation: str, number: str) -> ResponseReturnValue:
    """What waits for approval."""
    case = open_door(organisation, number, VIEW)
    right, form = chosen_right(case), ApproveForm(formdata=None)
    return _approval(case, right, form, SendBackForm(formdata=None))


@bp.post(CASE + "/packages/<string:package_id>/approve")
@requires(Permission.APPROVE_RELEASE)
def approve(organisation: str, number: str, package_id: str) -> ResponseReturnValue:
    """Approve what the person gets."""
    case = open_door(organisation, number, APPROVE)
    row = access_package(case, package_id)
    right, form = access_right(case, row.right_id), ApproveForm()
    if form.validate():
        try:
            approval.approve(row.id, bool(form.looked.data), myself(), utcnow())
        except DomainError as error:
            say(form, None, error)
        else:
            flash(t("s13.approved"), "ok")
            return to_answer("staff.sending", right)
    return _approval(case, right, form, SendBackForm(formdata=None)), UNPROCESSABLE


@bp.post(CASE + "/packages/<string:package_id>/back")
@requires(Permission.APPROVE_RELEASE)
def send_back(organisation: str, number: str, package_id: str) -> ResponseReturnValue:
    """Send the package back, saying what must change."""
    case = open_door(organisation, number, APPROVE)
    row = access_package(case, package_id)
    right, form = access_right(case, row.right_id), SendBackForm()
    if not form.validate():
        return _approval(case, right, ApproveForm(formdata=None), form), UNPROCESSABLE
    approval.send_back(row.id, form.remark.data or "", myself(), utcnow())
    flash(t("s13.sent_back"), "ok")
    return to_answer("staff.texts", right)


def _approval(case: Case, right: RequestedRight, form: ApproveForm, back: SendBackForm) -> str:
    view = package_of(right)
    return case_page(
        "staff/casework/approval.html",
        case,
        "approval",
        view=view,
        form=form,
        back=back,
        forms=[form, back],
        alone_at=_alone_at(view),
    )


def _alone_at(view: PackageView) -> object:
    """Return from when its own builder may approve; None where somebody else looks."""
    if view.row is None or view.row.built_by != current_user.id:
        return None
    return approval.may_approve_alone_at(view.row)
