"""How broken rules, wrong addresses and our own faults look on the page."""

import logging
import secrets
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from flask import Flask, Response, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

from dsar.access import NotFound
from dsar.domain.errors import DomainError
from dsar.i18n import format_size, page_language, t
from dsar.web import kept
from dsar.web.security import SAFE_METHODS, has_own_origin

log = logging.getLogger(__name__)

SIGN_IN = ("accounts.sign_in", "staff.sign_in", "admin.sign_in")
UNPROCESSABLE, OUR_FAULT = 422, 500
#: Troubles whose text speaks to a person of her case, and so has another one for staff.
_STAFF_WORDS = frozenset({"400", "404", "405", "500", "rate"})
#: So many times the limit, and never more than this, is read and thrown away, in pieces,
#: before a browser is cut off.
READ_ON, READ_ON_BYTES, PIECE = 5, 2_000_000_000, 64 * 1024


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error page: heading and text by message id, and what to do next."""

    status: int
    words: str
    facts: Mapping[str, object] = field(default_factory=dict)
    keeps_texts: bool = False
    resends: bool = False
    sign_in: str = ""


def show(trouble: Trouble) -> Response:
    """Return the error page in the page's language; needs no database."""
    page = render_template(
        "errors/trouble.html",
        trouble=trouble,
        body=_body(trouble.words),
        frame=_frame(trouble.status),
        back=kept.nearest_page(),
        here=kept.here(),
        texts=kept.texts() if trouble.keeps_texts else [],
        pairs=kept.pairs() if trouble.resends else [],
    )
    return Response(page, trouble.status)


def _body(words: str) -> str:
    """Return the id of the text: staff have work here, not a case of their own."""
    is_staff = request.path.startswith("/staff") and words in _STAFF_WORDS
    return f"g.{words}.staff" if is_staff else f"g.{words}.body"


def show_rule(error: DomainError) -> ResponseReturnValue:
    """Answer 409 (or the rule's own status) with the rule's words. Logs its id alone."""
    log.info("rule broken", extra={"message_id": error.message_id})
    status = getattr(error, "status", 409)
    words = t(error.message_id, **error.facts)
    return show(Trouble(status, "rule", {"words": words}, keeps_texts=True))


def show_conflict(_: StaleDataError) -> ResponseReturnValue:
    """Answer 409 when somebody else changed the row first; what was typed is on the page."""
    return show(Trouble(409, "409", keeps_texts=True))


def show_token(error: CSRFError) -> ResponseReturnValue:
    """Answer 400 for an old or missing token: keep what was typed, and let it be sent again.

    Only when the browser says that the form was on our own page: a forged one is not offered.
    """
    log.info("form token refused", extra={"reason": error.description})
    if has_own_origin():
        return show(Trouble(400, "token", keeps_texts=True, resends=True))
    return show(Trouble(400, "400"))


def show_not_found(_: Exception) -> ResponseReturnValue:
    """Answer 404 alike for what is absent and for what is not yours."""
    keeps = request.method not in SAFE_METHODS and has_own_origin()
    return show(Trouble(404, "404", keeps_texts=keeps))


def show_sign_in(_: HTTPException) -> ResponseReturnValue:
    """Send strangers to the sign-in page; what was being sent is kept on a page instead."""
    sign_in = kept.first_url(SIGN_IN, next=request.path)
    if request.method in SAFE_METHODS and sign_in:
        return redirect(sign_in, 303)
    resends = has_own_origin()
    return show(Trouble(401, "signedout", {}, resends, resends, sign_in or ""))


def show_too_large(_: RequestEntityTooLarge) -> ResponseReturnValue:
    """Answer 413 with the limit of what was too large; the last draft stands."""
    is_file = (request.content_length or 0) > (request.max_content_length or 0)
    is_file = is_file and request.mimetype == "multipart/form-data"
    limits = current_app.extensions["dsar.config"].limits
    largest = limits.finding_bytes if _is_staff() else limits.upload_bytes
    most = largest if is_file else current_app.config.get("MAX_FORM_MEMORY_SIZE") or 0
    _read_on()
    words = "413.file" if is_file else "413"
    return show(Trouble(413, words, {"size": format_size(int(most), page_language())}))


def _read_on() -> None:
    """Read the rest and forget it: a browser that is cut off while sending shows no answer."""
    left = min(READ_ON * (request.max_content_length or 0), READ_ON_BYTES)
    if (request.content_length or 0) > left:
        return
    request.max_content_length = None
    with suppress(BadRequest, RequestEntityTooLarge, OSError):
        while left > 0 and (piece := request.stream.read(PIECE)):
            left -= len(piece)


def show_rate(error: HTTPException) -> ResponseReturnValue:
    """Answer 429 with the minutes to wait; an error that knows them says so."""
    seconds = getattr(error, "retry_after", None)
    wait = int(seconds) if isinstance(seconds, int | float) else 15 * 60
    response = show(Trouble(429, "rate", {"n": max(1, -(-wait // 60))}))
    response.headers["Retry-After"] = str(wait)
    return response


def show_http(error: HTTPException) -> ResponseReturnValue:
    """Answer any other HTTP error with the page nearest to it."""
    if error.response is not None:
        return error.response
    status = error.code or 500
    known = {403: _refusal(), 405: "405", 414: "414", 431: "431"}
    if status < 400:
        return error.get_response()
    if status >= OUR_FAULT:
        return show_fault(error)
    response = show(Trouble(status, known.get(status, "400")))
    if allow := dict(error.get_headers()).get("Allow"):
        response.headers["Allow"] = allow
    return response


def show_fault(error: Exception) -> ResponseReturnValue:
    """Answer 500 with an id that is also in the log; what went wrong stays with us."""
    status = (error.code if isinstance(error, HTTPException) else None) or OUR_FAULT
    ref = log_fault(error)
    g._login_user = None  # Flask-Login would ask the database for it, which may be what is gone
    try:
        return show(Trouble(status, "500", {"ref": ref}))
    except Exception:  # the page itself may be what is broken
        log.error("fault %s: no page either", ref)  # noqa: TRY400  # its text may quote data
        return Response(ref, status, mimetype="text/plain")


def log_fault(error: Exception) -> str:
    """Write down a fault of ours under a new id, and return the id.

    The log gets the kind of the error and the lines of code, not its text: that may quote data.
    Under test and debugging the error itself is raised, so that nobody overlooks it.
    """
    if (current_app.testing or current_app.debug) and not isinstance(error, HTTPException):
        raise error
    ref = secrets.token_hex(4)
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("fault %s: %s\n%s", ref, type(error).__name__, where, extra={"fault": ref})
    return ref


def _refusal() -> str:
    """Roles are spoken of to those who sent it from our own pages, not to strangers' pages."""
    return "403" if request.method in SAFE_METHODS or has_own_origin() else "400"


def _is_staff() -> bool:
    return request.path.startswith("/staff/") and bool(current_user.is_authenticated)


def _frame(status: int) -> str:
    """Staff keep their bar; a page about our own fault asks nothing of the database."""
    if status >= OUR_FAULT or not request.path.startswith("/staff"):
        return "public_base.html"
    try:
        return "staff_base.html" if current_user.is_authenticated else "public_base.html"
    except (SQLAlchemyError, AttributeError):
        return "public_base.html"


def init_app(app: Flask) -> None:
    """Register the handlers, in one list."""
    app.register_error_handler(DomainError, show_rule)
    app.register_error_handler(StaleDataError, show_conflict)
    app.register_error_handler(NotFound, show_not_found)
    app.register_error_handler(CSRFError, show_token)
    app.register_error_handler(401, show_sign_in)
    app.register_error_handler(404, show_not_found)
    app.register_error_handler(413, show_too_large)
    app.register_error_handler(429, show_rate)
    app.register_error_handler(HTTPException, show_http)
    app.register_error_handler(Exception, show_fault)
