"""New accounts (the first one, invitations), recovery codes, and one's own account."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import segno
from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from dsar.domain.access_codes import grouped
from dsar.domain.errors import DomainError
from dsar.domain.passwords import LEAST, PasswordRefused
from dsar.i18n import page_language, t
from dsar.services.budgets import RateLimited
from dsar.services.contact.tokens import LinkUsed
from dsar.services.staff import accounts, credentials
from dsar.services.staff.accounts import Opened
from dsar.services.staff.sessions import FactorRefused
from dsar.timesource import utcnow
from dsar.web.accounts import browser
from dsar.web.accounts.forms import (
    CodeForm,
    CredentialsForm,
    FirstAccountForm,
    PasswordForm,
)
from dsar.web.accounts.routes import home
from dsar.web.form import Form

bp = Blueprint("account", __name__)

UNPROCESSABLE, GONE = 422, 410


@dataclass(frozen=True, slots=True)
class Offer:
    """An authenticator's secret that is being offered, and the same sealed for the form."""

    secret: str
    sealed: str

    @property
    def words(self) -> str:
        """Return the secret as it is typed by hand: in groups of four."""
        return grouped(self.secret)

    def picture(self, email: str) -> Markup:
        """Return the square code as SVG, which an authenticator reads."""
        uri = accounts_uri(self.secret, email)
        drawn = segno.make(uri, error="m", micro=False).svg_inline(
            scale=5, border=4, light="#fff", svgclass=None, lineclass=None, omitsize=True
        )
        return Markup(drawn)  # noqa: S704  # drawn by segno from black squares alone


def accounts_uri(secret: str, email: str) -> str:
    """Return what the square code says."""
    return credentials.totp_uri(secret, email or t("frame.product"), t("frame.product"))


@bp.route("/staff/setup/<string:token>", methods=["GET", "POST"])
def set_up(token: str) -> ResponseReturnValue:
    """Make the first account of the installation; the link dies on use."""
    try:
        accounts.check_setup_link(token, utcnow())
    except LinkUsed:
        return _used_link()
    form = FirstAccountForm()
    offer = _offer(form, token)
    page = _AccountPage(form, offer, form.email.data or "", "account.first.")
    if request.method == "GET" or not form.validate():
        return page.show()
    return page.open(
        lambda: accounts.open_first_account(
            token, form.person(page_language()), form.credentials(offer.secret), utcnow()
        )
    )


@bp.route("/staff/invite/<string:token>", methods=["GET", "POST"])
def accept(token: str) -> ResponseReturnValue:
    """Open an account by invitation, or choose password and authenticator anew."""
    try:
        staff = accounts.check_invitation(token, utcnow())
    except LinkUsed:
        return _used_link()
    form = CredentialsForm()
    offer = _offer(form, token)
    page = _AccountPage(form, offer, staff.email, "account.invite.")
    if request.method == "GET" or not form.validate():
        return page.show()
    return page.open(
        lambda: accounts.accept_invitation(token, form.credentials(offer.secret), utcnow())
    )


@bp.get("/staff/recovery-codes")
@browser.signed_in
def recovery_codes() -> ResponseReturnValue:
    """Show new recovery codes until their owner says that they are kept."""
    codes = _shown_codes()
    if not codes:
        return redirect(home(), 303)
    return render_template("accounts/recovery_codes.html", codes=[grouped(c) for c in codes])


@bp.post("/staff/recovery-codes/kept")
@browser.signed_in
def codes_kept() -> ResponseReturnValue:
    """Forget the recovery codes: their owner has them."""
    session.pop(browser.CODES, None)
    return redirect(home(), 303)


@bp.route("/staff/account", methods=["GET", "POST"])
@browser.signed_in
def own_account() -> ResponseReturnValue:
    """Change one's password; every other session of the account ends."""
    form = PasswordForm()
    if request.method == "GET" or not form.validate():
        return _own_page(form)
    try:
        token = credentials.change_password(current_user.id, form.change(), utcnow())
    except (PasswordRefused, credentials.PasswordWrong, FactorRefused, RateLimited) as refused:
        _add(form, refused)
        return _own_page(form)
    flash(t("account.pw.changed"), "ok")
    answer = current_app.make_response(redirect(url_for("account.own_account"), 303))
    return browser.give_token(answer, token)


@bp.route("/staff/account/recovery-codes", methods=["GET", "POST"])
@browser.signed_in
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes; the old ones stop working."""
    form = CodeForm()
    if request.method == "GET" or not form.validate():
        return _codes_page(form)
    try:
        codes = credentials.new_recovery_codes(current_user.id, form.code.data or "", utcnow())
    except (FactorRefused, RateLimited) as refused:
        _add(form, refused)
        return _codes_page(form)
    _show_codes(codes)
    return redirect(url_for("account.recovery_codes"), 303)


@dataclass(frozen=True, slots=True)
class _AccountPage:
    """The page on which password and authenticator are chosen."""

    form: CredentialsForm
    offer: Offer
    email: str
    words: str

    def show(self) -> ResponseReturnValue:
        """Return the page; the sealed secret goes with the form."""
        self.form.sealed.data = self.offer.sealed
        page = render_template(
            "accounts/open.html",
            form=self.form,
            offer=self.offer,
            email=self.email,
            words=self.words,
            least=LEAST,
            is_first=isinstance(self.form, FirstAccountForm),
        )
        return page, UNPROCESSABLE if self.form.problems else 200

    def open(self, make: Callable[[], Opened]) -> ResponseReturnValue:
        """Make the account and sign in, or say what is wrong."""
        try:
            opened = make()
        except (PasswordRefused, FactorRefused) as refused:
            _add(self.form, refused)
            return self.show()
        browser.start_afresh(page_language(), "csrf_token")  # a second press is no stranger
        _show_codes(opened.recovery_codes)
        answer = current_app.make_response(redirect(url_for("account.recovery_codes"), 303))
        return browser.give_token(answer, opened.session_token)


def _offer(form: CredentialsForm, token: str) -> Offer:
    place = f"offer/{token}"
    kept = credentials.open_slip(place, form.sealed.data or "")
    secret = kept or credentials.new_totp_secret()
    return Offer(secret, credentials.seal_slip(place, secret))


def _add(form: Form, refused: DomainError) -> None:
    """Say by its field what the service refused."""
    if isinstance(refused, RateLimited):
        form.add_problem(None, "s1.locked", **refused.facts)
        return
    name = "code" if isinstance(refused, FactorRefused) else "password"
    name = "old" if isinstance(refused, credentials.PasswordWrong) else name
    form.add_problem(form[name], refused.message_id, **refused.facts)


def _own_page(form: Form) -> ResponseReturnValue:
    page = render_template("accounts/account.html", form=form, least=LEAST)
    return page, UNPROCESSABLE if form.problems else 200


def _codes_page(form: Form) -> ResponseReturnValue:
    page = render_template("accounts/renew_codes.html", form=form)
    return page, UNPROCESSABLE if form.problems else 200


def _show_codes(codes: tuple[str, ...]) -> None:
    session[browser.CODES] = credentials.seal_slip(browser.CODES, json.dumps(codes))


def _shown_codes() -> list[str]:
    opened = credentials.open_slip(browser.CODES, str(session.get(browser.CODES, "")))
    codes: list[str] = json.loads(opened) if opened else []
    return codes


def _used_link() -> ResponseReturnValue:
    """Say that a link is spent; who has just used it goes on instead."""
    if current_user.is_authenticated:
        return redirect(url_for("account.recovery_codes"), 303)
    return render_template("accounts/link_used.html"), GONE
