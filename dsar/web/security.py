"""What every request passes (host, origin, token, permission) and every answer carries."""

import secrets
from collections.abc import Callable, MutableMapping
from functools import wraps
from time import monotonic
from typing import Final, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect

from dsar.access import access_organisation, organisations_of
from dsar.domain.roles import Permission
from dsar.queries.sites import site_hosts
from dsar.web.uploads import Room, UploadRequest

__all__ = ["Permission", "csrf", "init_app", "requires"]

P = ParamSpec("P")
R = TypeVar("R")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SITES, SITES_SECONDS = "dsar.site_hosts", 30.0
ONE_DAY = 24 * 3600
#: Beyond any address and any header of ours.
URL_CHARACTERS, HEADER_CHARACTERS = 4000, 8000
HSTS = "max-age=31536000; includeSubDomains"
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "payment",
        "usb",
    )
)
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "X-Frame-Options": "DENY",
}
STATIC_POLICY: Final = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"

#: The API takes keys in a header and no cookies: its blueprint is exempted where it is made.
csrf = CSRFProtect()


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let the view run only for staff who hold the permission where the URL points.

    Answers 401 to strangers, 404 for an organisation that is not theirs, else 403.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_user.is_authenticated:
                abort(401)
            _check(permission)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # read by the route walk
        return guarded

    return decorate


def _check(permission: Permission) -> None:
    if permission is Permission.MANAGE_INSTALLATION:
        allowed = bool(current_user.is_admin)
    elif key := (request.view_args or {}).get("organisation"):
        access_organisation(current_user, key, permission)
        allowed = True
    else:
        allowed = bool(organisations_of(current_user, permission))
    if not allowed:
        abort(403)


def csp_nonce() -> str:
    """Return this answer's nonce, for the rare script that no file can hold."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def content_security_policy(style_hashes: tuple[str, ...] = ()) -> str:
    """Return the policy; a self-contained answer page adds the hashes of its own styles."""
    styles = " ".join(["'self'", *(f"'{one}'" for one in style_hashes)])
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{csp_nonce()}'",
            f"style-src {styles}",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def has_own_origin() -> bool:
    """Return whether the browser itself says that the request comes from our own page."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site == "same-origin"
    return origin is not None and _is_own(origin)


def _is_own(origin: str) -> bool:
    """Return whether the host is ours; a proxy may turn https into http, never back."""
    sent = urlsplit(origin)
    return sent.netloc == request.host and request.scheme in {sent.scheme, "http"}


def check_host() -> None:
    """Refuse a host that is neither ours nor this machine: links and origins depend on it."""
    try:
        host = urlsplit(f"//{request.host}").hostname
    except ValueError:
        host = None
    if host not in LOOPBACK and host != _base_host() and host not in _site_hosts():
        abort(400)


def _base_host() -> str | None:
    return urlsplit(str(current_app.extensions["dsar.config"].server.base_url)).hostname


def _site_hosts() -> frozenset[str]:
    """Return the hosts of the sites; asked of the database at most every half minute."""
    asked_at, hosts = current_app.extensions.get(SITES, (-SITES_SECONDS, frozenset[str]()))
    if monotonic() - asked_at > SITES_SECONDS:
        hosts = site_hosts()
        current_app.extensions[SITES] = (monotonic(), hosts)
    return frozenset(hosts)


def check_origin() -> None:
    """Refuse an unsafe request that a browser sends from anywhere but our own pages.

    Under no-referrer browsers send `Origin: null`: then their Sec-Fetch-Site decides. Without
    either header there is no browser to misuse, and the token stands alone.
    """
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None and origin is None:
        return
    if not has_own_origin() or (origin not in {None, "null"} and not _is_own(str(origin))):
        abort(403)


def limit_head() -> None:
    """Refuse an address or a header longer than any of ours, with a page of ours.

    The server before us takes twice as much; what is longer still it refuses by itself.
    """
    if len(request.environ.get("RAW_URI") or request.full_path) > URL_CHARACTERS:
        abort(414)
    if any(len(name) + len(value) > HEADER_CHARACTERS for name, value in request.headers):
        abort(431)


def limit_body() -> None:
    """Let strangers store no more than a form and a file, and nobody send a form without end.

    Werkzeug applies its limit for forms to multipart bodies alone, and reads others whole.
    A file that is too large is read and let go, so that its form can be answered.
    """
    limits = current_app.extensions["dsar.config"].limits
    form_bytes = int(current_app.config["MAX_FORM_MEMORY_SIZE"])
    if request.mimetype != "multipart/form-data":
        request.max_content_length = form_bytes
        return
    is_staff = request.path.startswith("/staff/") and current_user.is_authenticated
    most = limits.finding_bytes if is_staff else limits.upload_bytes
    if isinstance(request, UploadRequest):
        request.room = Room(int(most), form_bytes)


def read_head_as_get() -> None:
    """Let a view take HEAD for the GET that it asks about, never for a form that was sent."""
    if request.method == "HEAD":
        request.method = "GET"


def check_embedding() -> None:
    """Refuse pages of ours to other sites that would load them as picture, script or frame."""
    headers = request.headers
    is_foreign = headers.get("Sec-Fetch-Site") == "cross-site"
    if is_foreign and headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        abort(403)


def add_headers(response: Response) -> Response:
    """Add what every answer carries; a view that sets its own policy or caching keeps it."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_security_policy())
    headers.update(ALWAYS)
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    if request.is_secure:
        headers["Strict-Transport-Security"] = HSTS
    return response


def add_static_headers(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """Add to a static file what every answer carries; it is served before the program is."""
    headers["Content-Security-Policy"] = STATIC_POLICY
    for name, value in ALWAYS.items():
        headers[name] = value


def init_app(app: Flask) -> None:
    """Attach the checks, in the order in which a request meets them."""
    app.request_class = UploadRequest
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", ONE_DAY)
    app.before_request(read_head_as_get)
    app.before_request(limit_head)
    app.before_request(check_host)
    app.before_request(check_embedding)
    app.before_request(check_origin)
    app.before_request(limit_body)
    csrf.init_app(app)
    app.after_request(add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
