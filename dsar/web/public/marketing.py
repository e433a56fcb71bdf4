"""P16: stop marketing, on one page, without a reason and without proof of identity."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from dsar.domain.rights import Right
from dsar.web.public.forms import MarketingForm
from dsar.web.public.journey import journey, keep
from dsar.web.public.routes import UNPROCESSABLE, bp
from dsar.web.public.sending import send
from dsar.web.public.shut import shut_page
from dsar.web.visit import visit

#: The number of the form that was sent last: pressed twice, it is one request.
LAST = "marketing_once"


@bp.route("/o/<string:organisation>/stop-marketing", methods=["GET", "POST"])
def stop_marketing(organisation: str) -> ResponseReturnValue:
    """Take an objection to marketing, and send it at once."""
    here, way = visit(organisation), journey(organisation)
    form = MarketingForm(data=way.part("marketing"))
    if request.method == "GET":
        return render_template("public/stop_marketing.html", here=here, form=form)
    is_fine = form.validate()
    if not here.is_open:
        return shut_page(here, way, form)
    if not is_fine:
        page = render_template("public/stop_marketing.html", here=here, form=form)
        return page, UNPROCESSABLE
    once = request.form.get("once", "")
    if once and once == session.get(LAST) and way.is_sent:
        return redirect(url_for("public.receipt", organisation=organisation), 303)
    session[LAST] = once
    return send(here, keep(way, _objection(form)))


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
