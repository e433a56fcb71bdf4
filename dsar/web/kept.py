"""What somebody had typed when a request failed, and the nearest page that still works."""

import re
import secrets
from collections.abc import Iterable
from contextlib import suppress

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError

_TOKENS = frozenset({"csrf_token", "once", "opened", "website"})
_SECRET = re.compile(r"pass|secret|code|otp|token", re.IGNORECASE)
_ONCE = re.compile(r"[0-9a-f]{32}")
#: Shorter values without a space are choices and dates, which are quickly made again.
_PROSE_CHARACTERS = 20


def once_token() -> str:
    """Return the number that makes a repeated POST of one form recognisable.

    A form shown again after an error keeps its number, so that only one success is possible.
    """
    sent = request.form.get("once", "") if request.method == "POST" else ""
    return sent if _ONCE.fullmatch(sent) else secrets.token_hex(16)


def pairs() -> list[tuple[str, str]]:
    """Return what was sent, to be sent again: without tokens, and never a password or code."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _TOKENS - {"opened"} and not _SECRET.search(name)
    ]


def texts() -> list[str]:
    """Return the prose that was sent, so that it can be read and copied."""
    return [value.strip() for name, value in pairs() if name != "opened" and is_prose(value)]


def is_prose(value: str) -> bool:
    """Return whether somebody wrote this, as against choosing it."""
    return len(value.strip()) > _PROSE_CHARACTERS or " " in value.strip()


def here() -> str:
    """Return this page's path, so written that no browser takes it for another host."""
    return "/" + request.path.lstrip("/\\")


def nearest_page() -> str | None:
    """Return the path of the page itself, or of the nearest one above it that can be opened."""
    path = here() if request.method != "GET" else _above(here())
    while path.strip("/"):
        if _opens(path):
            return path
        path = _above(path)
    return "/" if _opens("/") and request.path != "/" else None


def _above(path: str) -> str:
    return path.rstrip("/").rpartition("/")[0]


def _opens(path: str) -> bool:
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return str(endpoint) != "static"


def first_url(endpoints: Iterable[str], **values: object) -> str | None:
    """Return the address of the first of these endpoints that this process serves."""
    for endpoint in endpoints:
        if endpoint in current_app.view_functions:
            with suppress(BuildError):
                return url_for(endpoint, **values)  # type: ignore[arg-type]  # route values
    return None
