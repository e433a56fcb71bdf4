"""S5: the log of a case, whole and in words."""

from flask import request
from flask.typing import ResponseReturnValue

from dsar.domain.roles import Permission
from dsar.queries.log import log_of
from dsar.services.setup.audit import verify_log
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.log_words import lines_of
from dsar.web.staff.routes import bp


@bp.get("/staff/<string:organisation>/cases/<string:number>/log")
@requires(Permission.VIEW_LOG)
def log(organisation: str, number: str) -> ResponseReturnValue:
    """Show every entry as a sentence, newest first, and whether the chain is whole."""
    case = open_door(organisation, number, Permission.VIEW_LOG)
    found = log_of(case.id, request.args.get("before", type=int))
    broken = verify_log(case.id)
    lines = lines_of(found)
    return case_page("staff/log.html", case, "log", log=found, lines=lines, broken=broken)
