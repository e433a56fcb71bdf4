"""Cases for programs: read, never written; each call with a key, within its owner's roles."""

from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.access import access_case, access_organisation
from dsar.domain.roles import Permission
from dsar.queries.cases import case_rows
from dsar.queries.clocks import clocks_of
from dsar.services.clock.deadlines import local_today
from dsar.timesource import utcnow
from dsar.web.api import caller
from dsar.web.api.documents import case_document, line_document
from dsar.web.api.forms import ListForm, faults_of, unknown_of
from dsar.web.api.problems import invalid, speak_json
from dsar.web.security import requires

bp = Blueprint("api", __name__, url_prefix="/api/v1")
bp.before_request(caller.spend)
speak_json(bp)


@bp.get("/<string:organisation>/cases")
@requires(Permission.VIEW_CASES)
def cases(organisation: str) -> ResponseReturnValue:
    """List the cases of an organisation, the most urgent first, a page at a time."""
    house = access_organisation(current_user, organisation, Permission.VIEW_CASES)
    form = ListForm(formdata=request.args)
    fine = form.validate()
    faults = [*faults_of(form), *unknown_of(request.args, {field.name for field in form})]
    if faults or not fine:
        return invalid(faults)
    day = local_today(house.profile, utcnow())
    rows, more = case_rows(form.wanted(house.id, day, str(current_user.id)))
    last = rows[-1].case if rows and more else None
    after = f"{last.sort_on.isoformat()}~{last.id}" if last else ""
    return jsonify(cases=[line_document(row) for row in rows], next=_next(organisation, after))


@bp.get("/<string:organisation>/cases/<string:number>")
@requires(Permission.VIEW_CASES)
def case(organisation: str, number: str) -> ResponseReturnValue:
    """Tell of one case: its state, and every clock with all its dates and steps."""
    found = access_case(current_user, organisation, number, Permission.VIEW_CASES)
    faults = list(unknown_of(request.args, set()))
    return invalid(faults) if faults else jsonify(case_document(found, clocks_of(found)))


def _next(organisation: str, after: str) -> str | None:
    """Return the address of the next page, or nothing on the last one."""
    if not after:
        return None
    asked: dict[str, Any] = request.args.to_dict() | {"after": after}
    return url_for("api.cases", organisation=organisation, **asked)
