"""P19: a fee with its reasons; the person takes it, or takes her request back for nothing."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from dsar.domain.events import PERSON
from dsar.domain.fees import FeeEnd
from dsar.i18n import t
from dsar.services.clock import fees
from dsar.services.contact import status
from dsar.timesource import utcnow
from dsar.web.portal import browser
from dsar.web.portal.finding import bp


@bp.get("/o/<string:organisation>/case/fee")
def fee(organisation: str) -> ResponseReturnValue:
    """Show the amount, why, how it is made up, and how to complain."""
    here = browser.house(organisation)
    opened = browser.door(here.key)
    asked = _asked(opened.case_id)
    if asked is None:
        return browser.to_case(here.key)
    authority = status.status_of(opened.case_id, utcnow()).authority
    return render_template("portal/fee.html", here=here, fee=asked, authority=authority)


@bp.post("/o/<string:organisation>/case/fee/accept")
def accept_fee(organisation: str) -> ResponseReturnValue:
    """Take the fee."""
    here = browser.house(organisation)
    asked = _asked(browser.door(here.key).case_id)
    if asked is not None:
        fees.accept(asked.id, PERSON, utcnow())
        flash(t("p19.accepted"), "ok")
    return browser.to_case(here.key)


@bp.post("/o/<string:organisation>/case/fee/withdraw")
def withdraw_instead(organisation: str) -> ResponseReturnValue:
    """Take back what the fee is asked for; it costs nothing."""
    here = browser.house(organisation)
    asked = _asked(browser.door(here.key).case_id)
    if asked is not None:
        fees.settle(asked.id, FeeEnd.WITHDRAWN, PERSON, utcnow())
        flash(t("p15.done"), "ok")
    return browser.to_case(here.key)


def _asked(case_id: str) -> fees.FeeView | None:
    """Return the fee that the person has been told of and has not answered."""
    found = fees.open_fee(case_id)
    return found if found and found.waits else None
