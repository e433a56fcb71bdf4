"""The browser that has a case open: its token, the door of every page, what a lost one gets."""

from datetime import datetime, timedelta
from typing import Any, Final, NoReturn

from flask import (
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from dsar.i18n import t
from dsar.services.contact import portal
from dsar.timesource import utcnow
from dsar.web import kept
from dsar.web.security import SAFE_METHODS
from dsar.web.visit import Visit, visit

#: Names in the signed cookie: the token of the open case, the number that is looked for.
TOKEN: Final = "case"  # noqa: S105  # the name of a token, not one
LOOKED_FOR: Final = "looked_for"


def settings() -> Any:
    """Return the settings of the portal."""
    return current_app.extensions["dsar.config"].portal


def house(key: str) -> Visit:
    """Return the organisation of the page; a case stays open where no new one is taken."""
    return visit(key, closed_too=True)


def opened_here(key: str) -> portal.OpenedCase | None:
    """Return the case that this browser has opened at this organisation."""
    token = session.get(TOKEN, "")
    idle = timedelta(minutes=settings().session_minutes)
    return portal.find_opened(token, key, idle, utcnow()) if token else None


def door(key: str) -> portal.OpenedCase:
    """Return the open case of this browser, or stop: to the page that finds a case.

    What a lost session was sending is shown, to be sent again once the case is open.
    """
    opened = opened_here(key)
    if opened is None:
        _stop(key)
    return opened


def _stop(key: str) -> NoReturn:
    texts = [] if request.method in SAFE_METHODS else kept.texts() or _written()
    if texts:
        abort(_lost_page(key, texts))
    if session.pop(TOKEN, None):
        flash(t("p9.lost", n=settings().session_minutes), "info")
    abort(redirect(url_for("portal.find", organisation=key), 303))


def _written() -> list[str]:
    """Return what was written, however short it is."""
    return [text for name in ("text", "answer") if (text := request.form.get(name, "").strip())]


def give(token: str, now: datetime) -> None:
    """Let this browser have the case open; the one it had open before is closed."""
    before = session.get(TOKEN, "")
    session[TOKEN] = token
    session.pop(LOOKED_FOR, None)
    if before:
        portal.end(before, now)


def take(now: datetime) -> None:
    """Close the case on this browser, here and on every node."""
    token = session.pop(TOKEN, "")
    if token:
        portal.end(token, now)


def to_case(key: str) -> AnyResponse:
    """Lead to the page of the open case."""
    return redirect(url_for("portal.status", organisation=key), 303)


def _lost_page(key: str, texts: list[str]) -> Response:
    page = render_template(
        "portal/lost.html",
        find=url_for("portal.find", organisation=key),
        minutes=settings().session_minutes,
        texts=texts,
        pairs=kept.pairs(),
        action=kept.here(),
    )
    return make_response(page, 401)
