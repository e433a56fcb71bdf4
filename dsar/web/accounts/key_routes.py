"""One's own API keys: made with a code, shown once, ended with one press."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from dsar.domain.errors import DomainError
from dsar.i18n import t
from dsar.services.budgets import RateLimited
from dsar.services.staff import api_keys, credentials
from dsar.services.staff.api_keys import TooManyKeys
from dsar.services.staff.sessions import FactorRefused
from dsar.timesource import utcnow
from dsar.web.accounts import browser
from dsar.web.accounts.forms import KeyForm

bp = Blueprint("api_keys", __name__)

UNPROCESSABLE = 422


@bp.route("/staff/account/api-keys", methods=["GET", "POST"])
@browser.signed_in
def own_keys() -> ResponseReturnValue:
    """List one's keys and make one; the new one is shown until its owner has taken it."""
    form = KeyForm()
    if request.method == "GET" or not form.validate():
        return _page(form)
    try:
        token = api_keys.make_key(current_user.id, form.key(), utcnow())
    except (FactorRefused, RateLimited, TooManyKeys) as refused:
        _add(form, refused)
        return _page(form)
    session[browser.API_KEY] = credentials.seal_slip(browser.API_KEY, token)
    return redirect(url_for("api_keys.own_keys"), 303)


@bp.post("/staff/account/api-keys/taken")
@browser.signed_in
def taken() -> ResponseReturnValue:
    """Forget the new key: its owner has taken it."""
    session.pop(browser.API_KEY, None)
    return redirect(url_for("api_keys.own_keys"), 303)


@bp.post("/staff/account/api-keys/<string:key>/end")
@browser.signed_in
def end(key: str) -> ResponseReturnValue:
    """End a key at once; again is no error."""
    api_keys.end_key(current_user.id, key, utcnow())
    session.pop(browser.API_KEY, None)
    flash(t("account.keys.ended"), "ok")
    return redirect(url_for("api_keys.own_keys"), 303)


def _add(form: KeyForm, refused: DomainError) -> None:
    """Say by its field what the service refused."""
    if isinstance(refused, RateLimited):
        form.add_problem(None, "s1.locked", **refused.facts)
        return
    field = form.code if isinstance(refused, FactorRefused) else None
    form.add_problem(field, refused.message_id, **refused.facts)


def _page(form: KeyForm) -> ResponseReturnValue:
    page = render_template(
        "accounts/api_keys.html",
        form=form,
        keys=api_keys.keys_of(current_user.id, utcnow()),
        fresh=credentials.open_slip(browser.API_KEY, str(session.get(browser.API_KEY, ""))),
    )
    return page, UNPROCESSABLE if form.problems else 200
