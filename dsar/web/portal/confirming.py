"""P7: the address is confirmed by a code, asked again, or mended."""

from dataclasses import dataclass
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dsar.i18n import t
from dsar.services.budgets import RateLimited
from dsar.services.contact import portal
from dsar.services.contact.tokens import CodeExpired, CodeTooMany, CodeWrong
from dsar.services.identity import confirmation
from dsar.timesource import utcnow
from dsar.web import kept
from dsar.web.form import Form
from dsar.web.portal import browser
from dsar.web.portal.finding import TOO_MANY, UNPROCESSABLE, bp
from dsar.web.portal.forms import AddressForm, ButtonForm, MailedCodeForm
from dsar.web.public.journey import journey
from dsar.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Holder:
    """A case that this browser holds: it has its receipt, or has it open."""

    here: Visit
    contact: confirmation.Contact
    is_open: bool


@bp.get("/o/<string:organisation>/confirm")
def confirm(organisation: str) -> ResponseReturnValue:
    """Ask for the code, or say that the address is confirmed."""
    holder = _holder(organisation)
    return _page(holder, MailedCodeForm())


@bp.post("/o/<string:organisation>/confirm")
def check_code(organisation: str) -> ResponseReturnValue:
    """Confirm the address by the code, and go on to the case."""
    holder, form, now = _holder(organisation), MailedCodeForm(), utcnow()
    if not form.validate():
        return _page(holder, form), UNPROCESSABLE
    try:
        confirmation.confirm_by_code(holder.contact.case_id, str(form.code.data), now)
    except (CodeWrong, CodeExpired, CodeTooMany) as refused:
        words = {CodeWrong: "p7.err.wrong", CodeExpired: "p7.err.expired"}
        form.add_problem(form.code, words.get(type(refused), refused.message_id))
        return _page(holder, form), UNPROCESSABLE
    _open(holder)
    flash(t("p7.ok"), "ok")
    return browser.to_case(organisation)


@bp.post("/o/<string:organisation>/confirm/new")
def resend(organisation: str) -> ResponseReturnValue:
    """Send a new code; the old one dies."""
    holder, form = _holder(organisation), MailedCodeForm(formdata=None)
    try:
        confirmation.resend(_new_code(holder), utcnow())
    except RateLimited as limited:
        form.add_problem(None, "p7.err.many", **limited.facts)
        return _page(holder, form), TOO_MANY
    flash(t("p7.resent"), "ok")
    return _to_code_page(holder)


@bp.get("/o/<string:organisation>/confirm/address")
def address(organisation: str) -> ResponseReturnValue:
    """Ask for another address, as long as none is confirmed."""
    holder = _holder(organisation)
    if holder.contact.is_confirmed:
        return _to_code_page(holder)
    return _address_page(holder, AddressForm(data={"email": holder.contact.email}))


@bp.post("/o/<string:organisation>/confirm/address")
def change_address(organisation: str) -> ResponseReturnValue:
    """Put another address in place, and send it a code."""
    holder, form = _holder(organisation), AddressForm()
    if not form.validate():
        return _address_page(holder, form), UNPROCESSABLE
    try:
        confirmation.change_address(_new_code(holder), str(form.email.data), utcnow())
    except RateLimited as limited:
        form.add_problem(None, limited.message_id, **limited.facts)
        return _address_page(holder, form), TOO_MANY
    flash(t("p7.resent"), "ok")
    return _to_code_page(holder)


def _holder(organisation: str) -> Holder:
    """Return the case that the page is about; the form names it where there may be two.

    Raises a redirect to the page that finds a case where this browser holds none.
    """
    here = browser.house(organisation)
    opened = browser.opened_here(here.key)
    found = [_contact_of_slip(here.key), opened and confirmation.contact_of(opened.case_id)]
    held = [contact for contact in found if contact]
    named = [one for one in held if one.number == request.values.get("case")] or held
    if not named:
        browser.door(here.key)
    is_open = opened is not None and named[0].case_id == opened.case_id
    return Holder(here, named[0], is_open)


def _contact_of_slip(key: str) -> confirmation.Contact | None:
    draft = journey(key).draft
    if draft is None or draft.slip is None:
        return None
    return confirmation.contact_of(draft.slip["case_id"])


def _open(holder: Holder) -> None:
    """Open the case for a browser that has its receipt: number and access code are on it."""
    if not holder.is_open:
        now = utcnow()
        browser.give(portal.open_case_of(holder.contact.case_id, now), now)


def _new_code(holder: Holder) -> confirmation.NewCode:
    lives = timedelta(minutes=browser.settings().confirm_code_minutes)
    return confirmation.NewCode(holder.contact.case_id, kept.once_token(), lives)


def _to_code_page(holder: Holder) -> ResponseReturnValue:
    number = holder.contact.number
    return redirect(url_for("portal.confirm", organisation=holder.here.key, case=number), 303)


def _page(holder: Holder, form: MailedCodeForm) -> str:
    return _render("portal/confirm.html", holder, form)


def _address_page(holder: Holder, form: Form) -> str:
    return _render("portal/address.html", holder, form)


def _render(template: str, holder: Holder, form: Form) -> str:
    return render_template(
        template, here=holder.here, holder=holder, form=form, button=ButtonForm(formdata=None)
    )
