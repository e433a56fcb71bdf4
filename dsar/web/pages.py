"""What every page needs: its language, whose page it is, the ways to go, and template words."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from flask import Flask, current_app, g, request, session, url_for
from flask_login import current_user
from werkzeug.routing import BuildError

from dsar.access import organisations_of
from dsar.domain.roles import Permission
from dsar.i18n import (
    DEFAULT,
    LANGUAGES,
    format_date,
    format_moment,
    format_size,
    negotiate,
    page_language,
    t,
)
from dsar.web import kept
from dsar.web.api.address import is_api

NOTICES = "dsar.staff_notices"


@dataclass(frozen=True, slots=True)
class Shown:
    """The organisation whose page this is, as people may see it; empty means not stated.

    language is that of the site on which the person came; default_language comes last.
    """

    key: str
    name: str
    language: str
    languages: tuple[str, ...] = LANGUAGES
    default_language: str = DEFAULT
    phone: str = ""
    email: str = ""
    address: str = ""

    @property
    def has_channel(self) -> bool:
        """Return whether there is another way to reach it than these pages."""
        return bool(self.phone or self.email or self.address)

    @property
    def dial(self) -> str:
        """Return the phone number as a link needs it."""
        return re.sub(r"[^\d+]", "", self.phone)


@dataclass(frozen=True, slots=True)
class Way:
    """A link of the staff bar: its words, where it goes, and what one must hold to see it."""

    words_id: str
    endpoint: str
    permission: Permission


#: In this order; an endpoint that this process does not serve is left out.
STAFF_WAYS: Final = (
    Way("frame.nav.today", "staff.today", Permission.SEE_TODAY),
    Way("frame.nav.cases", "staff.queue", Permission.VIEW_CASES),
    Way("frame.nav.register", "staff.register_where", Permission.REGISTER_CASES),
    Way("frame.nav.mail", "mail.kept_mail", Permission.READ_KEPT_MAIL),
    Way("frame.nav.settings", "admin.home", Permission.MANAGE_ORGANISATION),
)
SIGN_OUT: Final = ("accounts.sign_out", "staff.sign_out", "admin.sign_out")
#: Pages of the foot: shown where the route exists.
FOOT: Final = (
    ("frame.foot.privacy", "public.privacy"),
    ("frame.foot.accessibility", "public.accessibility"),
    ("calc.h1", "calculator.calculator"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is ready to print."""

    words: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the switch; no href where the page already speaks it."""

    code: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What every staff page says above its content: tone is empty (warning), info or bad."""

    words: str
    tone: str = ""
    href: str = ""
    link_words: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is at the keyboard, and where the button that ends the session goes."""

    name: str
    sign_out: str | None


def show_organisation(shown: Shown) -> None:
    """Make this the organisation of the page, and choose again among its languages."""
    g.shown = shown
    choose_language()


def shown() -> Shown | None:
    """Return the organisation of the page, if it has one."""
    found: Shown | None = g.get("shown")
    return found


def choose_language() -> None:
    """Set the page's language: asked for, remembered, the site's or one's own, browser's."""
    organisation = shown()
    allowed = organisation.languages if organisation else LANGUAGES
    asked = request.args.get("lang", "")
    if asked in allowed and request.endpoint != "static" and not is_api():
        session["language"] = asked
    own = organisation.language if organisation else _language_of_staff()
    kept_one = "" if is_api() else str(session.get("language", ""))
    wishes = (asked, kept_one, own)
    chosen = next((wish for wish in wishes if wish in allowed), None)
    default = organisation.default_language if organisation else DEFAULT
    header = request.headers.get("Accept-Language")
    g.language = chosen or negotiate(header, allowed, default)


def _language_of_staff() -> str:
    """Return the language of who is signed in; strangers have none here."""
    if not request.path.startswith("/staff"):
        return ""
    return str(getattr(current_user, "language", ""))


def language_links() -> Sequence[Language]:
    """Return the switch: every language of the organisation, keeping path and query."""
    organisation = shown()
    allowed = organisation.languages if organisation else LANGUAGES
    return [Language(code, t(f"lang.{code}"), _with_language(code)) for code in allowed]


def _with_language(code: str) -> str:
    """Return this page's address in the language, or nothing for the language it has."""
    if code == page_language():
        return ""
    kept_pairs = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    return f"?{urlencode([*kept_pairs, ('lang', code)])}"


def add_notice(app: Flask, notice: Callable[[], Notice | None]) -> None:
    """Let every staff page ask this function whether there is something to say."""
    app.extensions.setdefault(NOTICES, []).append(notice)


def staff_notices() -> list[Notice]:
    """Return what staff must know on every page."""
    asked = (ask() for ask in current_app.extensions.get(NOTICES, ()))
    return [notice for notice in asked if notice is not None]


def staff_nav() -> list[Link]:
    """Return the ways that are open to the person at the keyboard."""
    if not getattr(current_user, "is_authenticated", False):
        return []
    ways = ((way, _href(way.endpoint)) for way in STAFF_WAYS)
    return [
        Link(t(way.words_id), href, request.endpoint == way.endpoint)
        for way, href in ways
        if href and _holds(way.permission)
    ]


def _holds(permission: Permission) -> bool:
    """Return whether the person holds it anywhere; the door of each page asks again."""
    return bool(organisations_of(current_user, permission))


def _href(endpoint: str) -> str:
    """Return where the endpoint is, here: with this page's organisation where it needs one."""
    if endpoint not in current_app.view_functions:
        return ""
    try:
        return url_for(endpoint)
    except BuildError:
        values = {k: v for k, v in (request.view_args or {}).items() if k == "organisation"}
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return ""


def signed_in() -> SignedIn | None:
    """Return who is signed in."""
    if not getattr(current_user, "is_authenticated", False):
        return None
    return SignedIn(str(current_user.name), kept.first_url(SIGN_OUT))


def foot_links() -> list[Link]:
    """Return the pages of the foot that exist here."""
    links = ((words_id, _href(endpoint)) for words_id, endpoint in FOOT)
    return [Link(t(words_id), href) for words_id, href in links if href]


@cache
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "0"


def asset(name: str) -> str:
    """Return the address of a static file, with its content's hash so that it may be cached."""
    path = Path(str(current_app.static_folder)) / name
    return url_for("static", filename=name, v=_version(path))


def known_endpoints() -> frozenset[str]:
    """Return the endpoints that this process serves; a face left out has none."""
    return frozenset(current_app.view_functions)


def long_date(day: date) -> str:
    """Return the day as the page's language writes it, with its weekday."""
    return format_date(day, page_language())


def short_date(day: date) -> str:
    """Return the day in short, as in lists."""
    return format_date(day, page_language(), "short")


def moment(at: datetime) -> str:
    """Return date and clock time, in the page's language."""
    return format_moment(at, page_language())


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    return format_size(count, page_language())


def init_app(app: Flask) -> None:
    """Give templates their words, and every request its language."""
    app.before_request(choose_language)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        t=t,
        page_language=page_language,
        asset=asset,
        shown=shown,
        language_links=language_links,
        staff_nav=staff_nav,
        staff_notices=staff_notices,
        signed_in=signed_in,
        foot_links=foot_links,
        once_token=kept.once_token,
        long_date=long_date,
        known_endpoints=known_endpoints,
    )
    app.jinja_env.filters.update(
        long_date=long_date, short_date=short_date, moment=moment, size=size
    )
