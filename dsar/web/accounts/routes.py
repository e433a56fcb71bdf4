"""S1: in with password and second factor, out again, and on with what was being typed."""

from flask import (
    Blueprint,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.services.budgets import RateLimited
from dsar.services.staff import accounts, kept_forms, sessions
from dsar.timesource import utcnow
from dsar.web import kept
from dsar.web.accounts import browser
from dsar.web.accounts.forms import CodeForm, SignInForm
from dsar.web.form import Form

bp = Blueprint("accounts", __name__)

UNPROCESSABLE, TOO_MANY = 422, 429
#: What makes a new link to the first account.
LINK_COMMAND = "dsar staff link"
HOMES = ("staff.today", "admin.home")


@bp.get("/staff/sign-in")
def sign_in() -> ResponseReturnValue:
    """Ask for address and password."""
    if current_user.is_authenticated:
        return redirect(home(), 303)
    return _sign_in_page(SignInForm())


@bp.post("/staff/sign-in")
def check_password() -> ResponseReturnValue:
    """Go on to the second factor; the same words whichever of the two is wrong."""
    form = SignInForm()
    if request.form.get("show"):
        return _sign_in_page(form, shows_password=True)
    if not form.validate():
        return _sign_in_page(form), UNPROCESSABLE
    try:
        token = sessions.sign_in(_attempt(form), utcnow())
    except RateLimited as limited:
        form.add_problem(None, "s1.locked", **limited.facts)
        return _sign_in_page(form), TOO_MANY
    except sessions.SignInRefused as refused:
        form.add_problem(form.email, refused.message_id)
        return _sign_in_page(form), UNPROCESSABLE
    browser.start_afresh()
    session["next"] = safe_path(request.args.get("next", ""))
    return browser.give_token(_redirect(url_for("accounts.second_factor")), token)


@bp.get("/staff/sign-in/code")
def second_factor() -> ResponseReturnValue:
    """Ask for a code of the authenticator, or a recovery code."""
    if sessions.half_way(browser.token(), utcnow()) is None:
        return _redirect(_way_in())
    return _factor_page(CodeForm())


@bp.post("/staff/sign-in/code")
def check_factor() -> ResponseReturnValue:
    """Sign in; each code works once."""
    form, half = CodeForm(), sessions.half_way(browser.token(), utcnow())
    if half is None:
        return _redirect(_way_in())
    language = half.language
    if not form.validate():
        return _factor_page(form), UNPROCESSABLE
    try:
        token = sessions.show_factor(browser.token(), form.code.data or "", _tries(), utcnow())
    except RateLimited as limited:
        form.add_problem(None, "s1.locked", **limited.facts)
        return _factor_page(form), TOO_MANY
    except sessions.FactorRefused as refused:
        form.add_problem(form.code, refused.message_id)
        return _factor_page(form), UNPROCESSABLE
    path = safe_path(str(session.get("next", "")))
    browser.start_afresh(language)
    after = url_for("accounts.resume") if browser.KEPT in session else path
    return browser.give_token(_redirect(after or url_for("accounts.begin")), token)


@bp.get("/staff/")
@browser.signed_in
def begin() -> ResponseReturnValue:
    """Lead to the page that this member of staff begins with."""
    return redirect(home(), 303)


@bp.post("/staff/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session, here and on every node."""
    sessions.sign_out(browser.token(), utcnow())
    session.clear()
    return browser.take_token(_redirect(url_for("accounts.signed_out")))


@bp.get("/staff/signed-out")
def signed_out() -> ResponseReturnValue:
    """Say that the session has ended."""
    return render_template("accounts/signed_out.html")


@bp.get("/staff/resume")
@browser.signed_in
def resume() -> ResponseReturnValue:
    """Show what was being sent when the session ended, ready to be sent again."""
    token = str(session.get(browser.KEPT) or session.get(browser.KEPT_SHOWN, ""))
    form = kept_forms.read_kept_form(token, current_user.id, utcnow()) if token else None
    if form is None:
        return redirect(home(), 303)
    session.pop(browser.KEPT, None)
    session[browser.KEPT_SHOWN] = token
    return render_template("accounts/resume.html", kept_form=form, texts=prose(form))


@bp.post("/staff/resume/discard")
@browser.signed_in
def discard() -> ResponseReturnValue:
    """Throw away what was being sent."""
    token = session.pop(browser.KEPT_SHOWN, "") or session.pop(browser.KEPT, "")
    if token:
        kept_forms.discard_kept_form(token)
    return redirect(home(), 303)


def prose(form: kept_forms.KeptForm) -> list[str]:
    """Return what a person had written, as against what she had chosen."""
    return [value for _, value in form.pairs if kept.is_prose(value)]


def home() -> str:
    """Return the page that staff begin with: their work, else what they may set up."""
    if not current_user.is_authenticated:
        return url_for("accounts.sign_in")
    if accounts.works_somewhere(current_user.id):
        return kept.first_url(HOMES) or url_for("account.own_account")
    return url_for("admin.first_run" if current_user.is_admin else "account.own_account")


def safe_path(path: str) -> str:
    """Return the path when it is one of the staff's own pages, else nothing."""
    own = path.startswith("/staff/") and not set(path) & set("\\\r\n\t")
    return path if own and "//" not in path else ""


def _attempt(form: SignInForm) -> sessions.SignIn:
    return sessions.SignIn(
        form.email.data or "", form.password.data or "", request.remote_addr or "", _tries()
    )


def _tries() -> int:
    return int(current_app.extensions["dsar.config"].limits.sign_ins_per_quarter)


def _sign_in_page(form: Form, *, shows_password: bool = False) -> str:
    return render_template(
        "accounts/sign_in.html",
        form=form,
        shows_password=shows_password,
        has_staff=accounts.has_staff(),
        command=LINK_COMMAND,
        was_lost=browser.KEPT in session,
    )


def _factor_page(form: Form) -> str:
    recovery = request.args.get("with") == "recovery"
    return render_template("accounts/second_factor.html", form=form, recovery=recovery)


def _way_in() -> str:
    """Return where somebody without a half-way session goes."""
    return home() if current_user.is_authenticated else url_for("accounts.sign_in")


def _redirect(path: str) -> Response:
    return current_app.make_response(redirect(path, 303))
