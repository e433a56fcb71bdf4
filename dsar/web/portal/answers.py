"""P12: the answer, opened with two secrets; read here, downloaded, made available again."""

from datetime import timedelta

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from dsar.domain.deliveries import What
from dsar.domain.errors import DomainError
from dsar.domain.events import PERSON
from dsar.i18n import t
from dsar.services.answer import delivery, unlocking
from dsar.services.answer.unlocking import AccessCodeWrong, AnswerView
from dsar.services.budgets import RateLimited
from dsar.services.contact.portal import OpenedCase
from dsar.services.contact.tokens import CodeExpired, CodeTooMany, CodeWrong
from dsar.services.identity import confirmation
from dsar.timesource import utcnow
from dsar.web import kept
from dsar.web.form import Form
from dsar.web.portal import browser
from dsar.web.portal.conversation import FILE_POLICY
from dsar.web.portal.finding import TOO_MANY, UNPROCESSABLE, bp
from dsar.web.portal.forms import ButtonForm, UnlockForm
from dsar.web.visit import Visit


@bp.get("/o/<string:organisation>/case/answer", endpoint="answer")
def show_answer(organisation: str) -> ResponseReturnValue:
    """Show what can be opened, or what it takes to open it."""
    here = browser.house(organisation)
    return _page(here, browser.door(here.key), UnlockForm())


@bp.post("/o/<string:organisation>/case/answer")
def unlock(organisation: str) -> ResponseReturnValue:
    """Take both secrets; each that is wrong is said beside it."""
    here = browser.house(organisation)
    opened, form = browser.door(here.key), UnlockForm()
    if not form.validate():
        return _page(here, opened, form), UNPROCESSABLE
    attempt = unlocking.Unlock(
        opened.session_id, opened.case_id, str(form.code.data), str(form.access.data)
    )
    try:
        unlocking.unlock(attempt, utcnow())
    except AccessCodeWrong as refused:
        form.add_problem(form.access, refused.message_id)
        return _page(here, opened, form), UNPROCESSABLE
    except (CodeWrong, CodeExpired, CodeTooMany) as refused:
        form.add_problem(form.code, refused.message_id)
        return _page(here, opened, form), UNPROCESSABLE
    except RateLimited as limited:
        form.add_problem(None, limited.message_id, **limited.facts)
        return _page(here, opened, form), TOO_MANY
    return _to_answer(here)


@bp.post("/o/<string:organisation>/case/answer/code")
def ask_code(organisation: str) -> ResponseReturnValue:
    """Mail a code, now that the person has the page open."""
    here = browser.house(organisation)
    opened, form = browser.door(here.key), UnlockForm(formdata=None)
    lives = timedelta(minutes=browser.settings().package_code_minutes)
    new = confirmation.NewCode(opened.case_id, kept.once_token(), lives)
    try:
        unlocking.ask_code(new, utcnow())
    except RateLimited as limited:
        form.add_problem(None, limited.message_id, **limited.facts)
        return _page(here, opened, form), TOO_MANY
    flash(t("p12.code", email=confirmation.contact_of(opened.case_id).email), "ok")
    return _to_answer(here)


@bp.post("/o/<string:organisation>/case/answer/<int:position>/read")
def read(organisation: str, position: int) -> ResponseReturnValue:
    """Open the answer on record, then show its page."""
    here = browser.house(organisation)
    found = _unlocked(here, position)
    try:
        delivery.open_answer(found.delivery_id, utcnow())
    except delivery.WindowClosed as refused:
        return _not_now(here, refused)
    return redirect(
        url_for("portal.answer_page", organisation=here.key, position=position), 303
    )


@bp.get("/o/<string:organisation>/case/answer/<int:position>")
def answer_page(organisation: str, position: int) -> ResponseReturnValue:
    """Show the page of the package itself, under its own strict policy."""
    here = browser.house(organisation)
    found = _unlocked(here, position)
    try:
        page = unlocking.read_page(found.delivery_id, utcnow())
    except delivery.WindowClosed as refused:
        return _not_now(here, refused)
    response = Response(page.chunks, mimetype="text/html")
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{page.style_hash}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
    return response


@bp.post("/o/<string:organisation>/case/answer/<int:position>/letter")
def letter(organisation: str, position: int) -> ResponseReturnValue:
    """Give the letter as a PDF."""
    return _download(organisation, position, What.LETTER)


@bp.post("/o/<string:organisation>/case/answer/<int:position>/package")
def package(organisation: str, position: int) -> ResponseReturnValue:
    """Give everything as a zip."""
    return _download(organisation, position, What.ZIP)


@bp.post("/o/<string:organisation>/case/answer/<int:position>/renew")
def renew(organisation: str, position: int) -> ResponseReturnValue:
    """Make the answer available again; it stays shut until both secrets are given."""
    here = browser.house(organisation)
    found = _answer_at(browser.door(here.key), position)
    delivery.renew(found.delivery_id, PERSON, utcnow())
    flash(t("p12.renewed"), "ok")
    return _to_answer(here)


def _download(organisation: str, position: int, what: What) -> ResponseReturnValue:
    here = browser.house(organisation)
    found = _unlocked(here, position)
    try:
        file = delivery.download(found.delivery_id, what, utcnow())
    except (delivery.WindowClosed, delivery.DownloadsUsed) as refused:
        return _not_now(here, refused)
    response = Response(file.chunks, mimetype=file.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.content_length = file.size
    return response


def _unlocked(here: Visit, position: int) -> AnswerView:
    """Return an answer that this browser may open, or stop: to where it gives the secrets."""
    opened = browser.door(here.key)
    found = _answer_at(opened, position)
    if not unlocking.is_unlocked(opened.session_id, utcnow()):
        flash(t("p12.locked"), "info")
        abort(_to_answer(here))
    return found


def _answer_at(opened: OpenedCase, position: int) -> AnswerView:
    answers = unlocking.answers_of(opened.case_id, utcnow())
    if not 1 <= position <= len(answers):
        abort(404)
    return answers[position - 1]


def _to_answer(here: Visit) -> AnyResponse:
    return redirect(url_for("portal.answer", organisation=here.key), 303)


def _not_now(here: Visit, refused: DomainError) -> AnyResponse:
    """Lead to the page that offers to make the answer available again."""
    flash(t(refused.message_id), "warn")
    return _to_answer(here)


def _page(here: Visit, opened: OpenedCase, form: Form) -> str:
    now = utcnow()
    answers = unlocking.answers_of(opened.case_id, now)
    if not answers:
        abort(browser.to_case(here.key))
    return render_template(
        "portal/answer.html",
        here=here,
        form=form,
        button=ButtonForm(formdata=None),
        answers=list(enumerate(answers, start=1)),
        contact=confirmation.contact_of(opened.case_id),
        asks_secrets=bool(form.errors) or unlocking.has_code(opened.case_id, now),
        is_unlocked=unlocking.is_unlocked(opened.session_id, now),
    )
