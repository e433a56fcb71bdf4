"""P1 to P4: the question pages. Each works alone and keeps what is typed."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dsar.domain.organisation_keys import Behaviour
from dsar.domain.rights import Right
from dsar.i18n import t
from dsar.web.form import StrangersForm
from dsar.web.public.detail_forms import FORMS, HINTS
from dsar.web.public.forms import AskForm, RepresentForm, WhoForm
from dsar.web.public.journey import (
    Journey,
    journey,
    keep,
    missing_page,
    next_page,
    previous_page,
    promise_of,
)
from dsar.web.public.shut import closed_page, shut_page
from dsar.web.visit import Visit, visit

bp = Blueprint("public", __name__)

UNPROCESSABLE = 422


@bp.get("/o/<string:organisation>/")
def start(organisation: str) -> ResponseReturnValue:
    """P1: what this is, the organisation's own promise, and the doors."""
    here = visit(organisation, closed_too=True)
    if not here.is_open:
        return closed_page(here, journey(organisation))
    words_id, facts = promise_of(here)
    return render_template("public/start.html", here=here, promise=t(words_id, **facts))


@bp.route("/o/<string:organisation>/ask", methods=["GET", "POST"])
def ask(organisation: str) -> ResponseReturnValue:
    """P2: which rights."""
    here, way = visit(organisation), journey(organisation)
    given = {"rights": list(way.rights) or request.args.getlist("right")}
    form = AskForm(data=given)
    if request.method == "GET":
        return _page("public/ask.html", here, way, form)
    if not form.validate():
        return _again("public/ask.html", here, way, form)
    return _on(here, keep(way, {"rights": form.chosen()}))


@bp.route("/o/<string:organisation>/ask/<string:right>", methods=["GET", "POST"])
def detail(organisation: str, right: str) -> ResponseReturnValue:
    """P3: what one right needs to know."""
    here, way = visit(organisation), journey(organisation)
    if right not in FORMS:
        abort(404)
    wish = Right(right)
    name = f"right.{wish}"
    form = FORMS[wish](data=way.part(name))
    hints = {field: words for (of, field), words in HINTS.items() if of is wish}
    if request.method == "GET":
        return _page("public/detail.html", here, way, form, hints=hints)
    if not form.validate():
        return _again("public/detail.html", here, way, form, hints=hints)
    rights = {"rights": [str(one) for one in way.rights] or [right]}
    return _on(here, keep(way, rights | {name: form.values()}))


@bp.route("/o/<string:organisation>/who", methods=["GET", "POST"])
def who(organisation: str) -> ResponseReturnValue:
    """P4: who you are, with the least that finds you and reaches you."""
    here, way = visit(organisation), journey(organisation)
    kept = way.part("who")
    form = WhoForm(data=kept)
    form.by_post = request.args.get("by", "post" if kept.get("address") else "") == "post"
    if here.facts.does(Behaviour.PROCESSOR_FORWARD):
        form.ask_through()
    if request.method == "GET":
        return _page("public/who.html", here, way, form)
    if not form.validate():
        return _again("public/who.html", here, way, form)
    return _on(here, keep(way, {"who": form.values()}))


@bp.route("/o/<string:organisation>/represent", methods=["GET", "POST"])
def represent(organisation: str) -> ResponseReturnValue:
    """P17: on whose behalf, and by what right."""
    here, way = visit(organisation), journey(organisation)
    form = RepresentForm(data=way.part("represent"))
    if request.method == "GET":
        return _page("public/represent.html", here, way, form)
    if not form.validate():
        return _again("public/represent.html", here, way, form)
    return _on(here, keep(way, {"represent": form.values()}))


def _page(template: str, here: Visit, way: Journey, form: StrangersForm, **more: object) -> str:
    back = previous_page(way, request.path)
    return render_template(template, here=here, way=way, form=form, back=back, **more)


def _again(
    template: str, here: Visit, way: Journey, form: StrangersForm, **more: object
) -> ResponseReturnValue:
    """Show the page with its problems; where the form is closed by now, what was typed."""
    if not here.is_open:
        return shut_page(here, way, form)
    return _page(template, here, way, form, **more), UNPROCESSABLE


def _on(here: Visit, way: Journey) -> ResponseReturnValue:
    """Lead to the next page; where an earlier page is missing (an old draft), to that one."""
    if not here.is_open:
        return shut_page(here, way)
    target = next_page(way, request.path)
    if target == url_for("public.check", organisation=way.key):
        target = missing_page(way) or target
    return redirect(target, 303)
