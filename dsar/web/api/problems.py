"""What goes wrong, as RFC 9457 problem documents: all at once, in the language asked."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Flask, Response, json, request
from werkzeug.exceptions import HTTPException

from dsar.access import NotFound
from dsar.domain.errors import DomainError
from dsar.i18n import t
from dsar.services.budgets import RateLimited
from dsar.web import errors
from dsar.web.api.address import is_api
from dsar.web.form import Problem

TYPE: Final = "application/problem+json"
UNPROCESSABLE, TOO_MANY, UNAUTHORIZED = 422, 429, 401
#: Codes for which the program has pages: those go before a blueprint's wider handlers.
_OWN_PAGES: Final = (401, 404, 413, 429)
#: What has words of its own; the rest is a bad request, or our fault.
_WORDS: Final = frozenset({401, 403, 404, 405, 422, 429})


def problem(status: int, detail: str = "", **more: Any) -> Response:
    """Return a problem document; its title says which kind it is."""
    kind = 400 if status < errors.OUR_FAULT else errors.OUR_FAULT
    title = t(f"api.{status if status in _WORDS else kind}")
    fields = {"type": "about:blank", "title": title, "status": status}
    if detail:
        fields["detail"] = detail
    body = json.dumps(fields | more, ensure_ascii=False)
    answer = Response(body, status, content_type=TYPE)
    if status == UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def invalid(faults: Sequence[tuple[str, Problem]]) -> Response:
    """Return what is wrong with each parameter: its name, a code, and words."""
    errors_found = [
        {"parameter": name, "code": fault.words_id, "detail": str(fault)}
        for name, fault in faults
    ]
    return problem(UNPROCESSABLE, errors=errors_found)


def _show_rate(error: RateLimited) -> Response:
    answer = problem(TOO_MANY, t(error.message_id, **error.facts))
    answer.headers["Retry-After"] = str(60 * int(str(error.facts["n"])))
    return answer


def _show_rule(error: DomainError) -> Response:
    status = int(getattr(error, "status", HTTPStatus.CONFLICT))
    return problem(status, t(error.message_id, **error.facts), code=error.message_id)


def _show_absent(_: NotFound) -> Response:
    return problem(HTTPStatus.NOT_FOUND)


def show_http(error: HTTPException) -> Response:
    """Answer any HTTP error as a problem; of our own faults only an id is told."""
    if (error.code or errors.OUR_FAULT) >= errors.OUR_FAULT:
        return _show_fault(error)
    answer = problem(error.code or HTTPStatus.BAD_REQUEST)
    if allow := dict(error.get_headers()).get("Allow"):
        answer.headers["Allow"] = allow
    return answer


def _show_fault(error: Exception) -> Response:
    return problem(errors.OUR_FAULT, fault=errors.log_fault(error))


def speak_json(blueprint: Blueprint) -> None:
    """Let every error of these routes be a problem document."""
    blueprint.register_error_handler(DomainError, _show_rule)
    blueprint.register_error_handler(RateLimited, _show_rate)
    blueprint.register_error_handler(NotFound, _show_absent)
    for code in _OWN_PAGES:
        blueprint.register_error_handler(code, show_http)
    blueprint.register_error_handler(HTTPException, show_http)
    blueprint.register_error_handler(Exception, _show_fault)


def init_app(app: Flask) -> None:
    """Answer in JSON also at addresses of the API that do not exist."""
    app.before_request(_refuse_unknown)


def _refuse_unknown() -> Response | None:
    fault = request.routing_exception
    if fault is None or not is_api() or (fault.code or 0) < HTTPStatus.BAD_REQUEST:
        return None
    return show_http(fault)
