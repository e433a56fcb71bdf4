"""The signed-in browser: its cookie, whose it is, and what it was sending when it ended."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from flask import Flask, Response, abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from werkzeug.exceptions import HTTPException

from dsar.i18n import LANGUAGES
from dsar.services.staff import sessions
from dsar.services.staff.kept_forms import KeptForm, keep_form
from dsar.timesource import utcnow
from dsar.web import errors, kept
from dsar.web.api import caller
from dsar.web.api.address import is_api
from dsar.web.security import SAFE_METHODS

P = ParamSpec("P")
R = TypeVar("R")

COOKIE: Final = "dsar-staff"
#: Names in the signed cookie that holds the form token and the language.
KEPT, KEPT_SHOWN, CODES = "kept_form", "kept_form_shown", "recovery_codes"
API_KEY: Final = "api_key"


def cookie_name() -> str:
    """Return the cookie's name: bound to the host where there is HTTPS."""
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE


def token() -> str:
    """Return the token that this browser sent, or nothing."""
    return request.cookies.get(cookie_name(), "")


def give_token(response: Response, value: str) -> Response:
    """Give the browser the token of its session, for as long as it stays open."""
    response.set_cookie(
        cookie_name(),
        value,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return response


def take_token(response: Response) -> Response:
    """Make the browser forget its session, and whatever of our pages it keeps."""
    response.delete_cookie(
        cookie_name(),
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def start_afresh(language: str = "", *stays_too: str) -> None:
    """Begin a new signed cookie, with a new form token; the language and a kept form stay."""
    names = ("language", KEPT, *stays_too)
    stays = {name: session[name] for name in names if name in session}
    session.clear()
    session.update(stays)
    if language in LANGUAGES:
        session.setdefault("language", language)


def lifetime() -> sessions.Lifetime:
    """Return how long sessions live here."""
    limits = current_app.extensions["dsar.config"].staff
    return sessions.Lifetime(
        timedelta(minutes=limits.idle_minutes), timedelta(hours=limits.session_hours)
    )


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Let the view run for anybody who is signed in: it is about her own account."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not current_user.is_authenticated:
            abort(401)
        return view(*args, **kwargs)

    guarded.permission = "signed_in"  # type: ignore[attr-defined]  # read by the route walk
    return guarded


def load_staff(_: object) -> Any:
    """Return who is signed in at this browser, or None; asked once a request.

    The API asks for a key instead: no cookie opens it.
    """
    if is_api():
        return caller.load()
    return sessions.resume(token(), lifetime(), utcnow()) if token() else None


def show_sign_in(error: HTTPException) -> ResponseReturnValue:
    """Send strangers to the sign-in page; what a lost session was sending is kept for after."""
    if request.method in SAFE_METHODS:
        return redirect(url_for("accounts.sign_in", next=request.path), 303)
    owner = sessions.whose(token()) if token() else None
    if owner is None:
        return errors.show_sign_in(error)
    form = KeptForm(kept.here(), tuple(kept.pairs()))
    session[KEPT] = keep_form(owner, form, utcnow())
    session.pop(KEPT_SHOWN, None)
    return redirect(url_for("accounts.sign_in"), 303)


def init_app(app: Flask) -> None:
    """Let pages ask who is at the keyboard; the row answers at every request."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.request_loader(load_staff)
    if "staff" in app.extensions["dsar.faces"]:
        app.register_error_handler(401, show_sign_in)
