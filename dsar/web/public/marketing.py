"""P16: stop marketing, on one page, without a reason and without proof of identity."""

import hashlib
import secrets

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from dsar.domain.rights import Right
from dsar.services.intake.submission import DraftGone
from dsar.web.kept import once_token
from dsar.web.public.forms import MarketingForm
from dsar.web.public.journey import journey, press
from dsar.web.public.routes import UNPROCESSABLE, bp
from dsar.web.public.sending import send
from dsar.web.public.shut import shut_page
from dsar.web.visit import visit

#: What the browser alone holds: with the number of a form it makes the token of one press.
SEED = "press"


@bp.route("/o/<string:organisation>/stop-marketing", methods=["GET", "POST"])
def stop_marketing(organisation: str) -> ResponseReturnValue:
    """Take an objection to marketing, and send it at once."""
    here, way = visit(organisation), journey(organisation)
    form = MarketingForm(data=way.part("marketing"))
    if request.method == "GET":
        session.setdefault(SEED, secrets.token_urlsafe(32))
        return render_template("public/stop_marketing.html", here=here, form=form)
    is_fine = form.validate()
    if not here.is_open:
        return shut_page(here, way, form)
    if not is_fine:
        page = render_template("public/stop_marketing.html", here=here, form=form)
        return page, UNPROCESSABLE
    pressed = press(organisation, _token(organisation), _objection(form))
    if pressed.draft is None:
        raise DraftGone
    if pressed.is_sent:
        return redirect(url_for("public.receipt", organisation=organisation), 303)
    return send(here, pressed)


def _token(organisation: str) -> str:
    """Return the token of this press: the same for a second one that came at the same time."""
    seed = session.setdefault(SEED, secrets.token_urlsafe(32))
    return hashlib.sha256(f"{seed}:{organisation}:{once_token()}".encode()).hexdigest()


def _objection(form: MarketingForm) -> dict[str, object]:
    """Return the pages of the form as an objection to marketing would have filled them in."""
    address = str(form.address.data)
    who = {"about": "me", "name": address, "relation": "news", "guarded": False}
    reach = {"email": address} if "@" in address else {"phone": address, "email": ""}
    empty = {"address": "", "company": "", "identifiers": "", "phone": ""}
    wish = {"kind": "marketing", "profiling": bool(form.profiling.data), "text": ""}
    return {
        "rights": [str(Right.OBJECTION)],
        "right.objection": wish,
        "who": empty | who | reach,
        "marketing": {"address": address, "profiling": bool(form.profiling.data)},
    }
