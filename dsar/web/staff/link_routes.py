"""S6: cases that may be about the same person are linked, and never closed for it."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import access_case
from dsar.domain.errors import DomainError
from dsar.domain.links import LinkKind
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case
from dsar.queries.similar import similar_cases
from dsar.services.intake import links
from dsar.timesource import utcnow
from dsar.web.fields import ChoiceField, Option, options
from dsar.web.form import Form
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import say

WORK = Permission.WORK_CASES


class LinkForm(Form):
    """Which case, and how the two belong together."""

    other = ChoiceField("s6.dup.h", "g.err.choice")
    kind = ChoiceField(
        "s6.dup.kind.label", "s6.dup.kind.err", options=options("link.kind", LinkKind)
    )


@bp.route(CASE + "/similar", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def similar(organisation: str, number: str) -> ResponseReturnValue:
    """Show the cases that look alike, and link one of them."""
    case, form = open_door(organisation, number, WORK), LinkForm()
    _offer(case, form)
    if not form.is_submitted():
        return _page(case, form)
    if form.validate():
        other = access_case(current_user, organisation, str(form.other.data), WORK)
        command = links.LinkCases(case.id, other.id, LinkKind(form.kind.data))
        try:
            links.link(command, myself(), utcnow())
        except DomainError as error:
            say(form, form.other, error)
        else:
            flash(t("s6.dup.linked.done"), "ok")
            return _back(organisation, number)
    return _page(case, form), UNPROCESSABLE


@bp.post(CASE + "/similar/<string:other>/unlink")
@requires(Permission.WORK_CASES)
def unlink(organisation: str, number: str, other: str) -> ResponseReturnValue:
    """Take a link away."""
    case = open_door(organisation, number, WORK)
    found = access_case(current_user, organisation, other, WORK)
    command = links.LinkCases(case.id, found.id, LinkKind.DUPLICATE)
    links.unlink(command, myself(), utcnow())
    flash(t("s6.dup.unlinked.done"), "ok")
    return _back(organisation, number)


def _offer(case: Case, form: LinkForm) -> None:
    form.other.options = [
        Option(one.number, "s6.dup.which", facts={"ref": one.number})
        for one in similar_cases(case)
    ]


def _page(case: Case, form: LinkForm) -> str:
    alike = similar_cases(case)
    unlinked = [one.number for one in alike if not one.link]
    form.other.options = [o for o in form.other.options if o.value in unlinked]
    return case_page("staff/similar.html", case, "similar", form=form, alike=alike)


def _back(organisation: str, number: str) -> ResponseReturnValue:
    return redirect(url_for("staff.similar", organisation=organisation, number=number), 303)
