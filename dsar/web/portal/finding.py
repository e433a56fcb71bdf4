"""P8 and P18: the ways into a case. None of them says whether a case exists."""

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

from dsar.i18n import t
from dsar.services.budgets import RateLimited
from dsar.services.contact import look_ups, portal
from dsar.services.contact.tokens import LinkPurpose, LinkUsed
from dsar.timesource import utcnow
from dsar.web.form import Form
from dsar.web.portal import browser
from dsar.web.portal.forms import ButtonForm, FindForm, MailedCodeForm
from dsar.web.visit import Visit

bp = Blueprint("portal", __name__)

UNPROCESSABLE, TOO_MANY, GONE = 422, 429, 410


@bp.get("/o/<string:organisation>/find")
def find(organisation: str) -> ResponseReturnValue:
    """Ask for the number and for something that proves a right to the case."""
    return _find_page(browser.house(organisation), FindForm())


@bp.post("/o/<string:organisation>/find")
def look_up(organisation: str) -> ResponseReturnValue:
    """Open the case by its access code, or ask for a mail: the answer is always the same."""
    here, form, now = browser.house(organisation), FindForm(), utcnow()
    if not form.validate():
        return _find_page(here, form), UNPROCESSABLE
    number = str(form.number.data)
    try:
        if form.access.data:
            token = portal.open_by_access_code(_knock(here, number), str(form.access.data), now)
            browser.give(token, now)
            return browser.to_case(here.key)
        look_ups.ask(_question(here, number=number, email=str(form.email.data)), now)
    except portal.NoSuchCase as refused:
        form.add_problem(form.access, refused.message_id)
        return _find_page(here, form), UNPROCESSABLE
    except RateLimited as limited:
        form.add_problem(None, limited.message_id, **limited.facts)
        return _find_page(here, form), TOO_MANY
    session[browser.LOOKED_FOR] = number
    return redirect(url_for("portal.find_code", organisation=here.key), 303)


@bp.get("/o/<string:organisation>/find/code")
def find_code(organisation: str) -> ResponseReturnValue:
    """Ask for the code of the mail, whether or not one was sent."""
    here = browser.house(organisation)
    if not session.get(browser.LOOKED_FOR):
        return redirect(url_for("portal.find", organisation=here.key), 303)
    return _code_page(here, MailedCodeForm())


@bp.post("/o/<string:organisation>/find/code")
def open_by_code(organisation: str) -> ResponseReturnValue:
    """Open the case by the mailed code."""
    here, form, now = browser.house(organisation), MailedCodeForm(), utcnow()
    number = str(session.get(browser.LOOKED_FOR, ""))
    if not number:
        return redirect(url_for("portal.find", organisation=here.key), 303)
    if not form.validate():
        return _code_page(here, form), UNPROCESSABLE
    try:
        token = portal.open_by_code(_knock(here, number), str(form.code.data), now)
    except portal.CodeRefused as refused:
        form.add_problem(form.code, refused.message_id)
        return _code_page(here, form), UNPROCESSABLE
    except RateLimited as limited:
        form.add_problem(None, limited.message_id, **limited.facts)
        return _code_page(here, form), TOO_MANY
    browser.give(token, now)
    return browser.to_case(here.key)


@bp.get("/o/<string:organisation>/l/<string:token>")
def link(organisation: str, token: str) -> ResponseReturnValue:
    """Show what the link will do: one button. Opening the link changes nothing."""
    here = browser.house(organisation)
    waiting = portal.peek_link(here.key, token, utcnow())
    if waiting is None:
        return _dead_link(here, token)
    return render_template(
        "portal/link.html",
        here=here,
        waiting=waiting,
        confirms=waiting.purpose is LinkPurpose.CONFIRM,
        action=url_for("portal.use_link", organisation=here.key, token=token),
    )


@bp.post("/o/<string:organisation>/l/<string:token>")
def use_link(organisation: str, token: str) -> ResponseReturnValue:
    """Use the link up and open its case; a second press shows the first result."""
    here, now = browser.house(organisation), utcnow()
    waiting = portal.peek_link(here.key, token, now)
    try:
        opened = portal.open_by_link(here.key, token, now)
    except LinkUsed:
        if portal.has_just_opened(here.key, token, browser.opened_here(here.key), now):
            return browser.to_case(here.key)
        return _dead_link(here, token)
    browser.give(opened, now)
    if waiting is not None and waiting.purpose is LinkPurpose.CONFIRM:
        flash(t("p7.ok"), "ok")
    return browser.to_case(here.key)


@bp.post("/o/<string:organisation>/l/<string:token>/new")
def new_link(organisation: str, token: str) -> ResponseReturnValue:
    """Send another link to where this one went; say the same where it went nowhere."""
    here, now = browser.house(organisation), utcnow()
    try:
        look_ups.ask(_question(here, link=token), now)
    except RateLimited as limited:
        form = ButtonForm()
        form.add_problem(None, limited.message_id, **limited.facts)
        return _dead_link(here, token, form)[0], TOO_MANY
    return render_template("portal/new_link.html", here=here)


def _find_page(here: Visit, form: FindForm) -> str:
    return render_template("portal/find.html", here=here, form=form)


def _code_page(here: Visit, form: MailedCodeForm) -> str:
    number = session[browser.LOOKED_FOR]
    return render_template("portal/find_code.html", here=here, form=form, number=number)


def _dead_link(here: Visit, token: str, form: Form | None = None) -> tuple[str, int]:
    """Return the page for a link that is unknown, used, replaced or too old: always this."""
    page = render_template(
        "portal/dead_link.html",
        here=here,
        form=form or ButtonForm(),
        action=url_for("portal.new_link", organisation=here.key, token=token),
    )
    return page, GONE


def _knock(here: Visit, number: str) -> portal.Knock:
    return portal.Knock(here.key, number, str(request.remote_addr), _tries())


def _question(here: Visit, **known: str) -> look_ups.Question:
    return look_ups.Question(here.key, str(request.remote_addr), _tries(), **known)


def _tries() -> int:
    return int(current_app.extensions["dsar.config"].limits.look_ups_per_quarter)
