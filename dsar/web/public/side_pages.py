"""The doors beside the form: the list of organisations, paper, privacy, accessibility."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dsar.access import open_organisations
from dsar.queries.sites import organisation_of_host
from dsar.web.public.forms import AskForm
from dsar.web.public.routes import bp
from dsar.web.visit import visit


@bp.get("/")
def home() -> ResponseReturnValue:
    """Lead a site's visitors to its organisation; elsewhere list the open forms."""
    key = organisation_of_host(request.host)
    if key is not None:
        return redirect(url_for("public.start", organisation=key), 303)
    houses = open_organisations()
    if len(houses) == 1:
        return redirect(url_for("public.start", organisation=houses[0].key), 303)
    return render_template("public/houses.html", houses=houses)


@bp.get("/o/<string:organisation>/paper")
def paper(organisation: str) -> ResponseReturnValue:
    """Show the same questions as a form to print and send by post."""
    here = visit(organisation, closed_too=True)
    return render_template("public/paper.html", here=here, form=AskForm(formdata=None))


@bp.get("/o/<string:organisation>/privacy")
def privacy(organisation: str) -> ResponseReturnValue:
    """Say how what is typed here is treated."""
    hours = current_app.extensions["dsar.config"].portal.draft_hours
    here = visit(organisation, closed_too=True)
    return render_template("public/privacy.html", here=here, draft_hours=hours)


@bp.get("/o/<string:organisation>/accessibility")
def accessibility(organisation: str) -> ResponseReturnValue:
    """Say how these pages are made for everybody, and whom to tell when they are not."""
    return render_template(
        "public/accessibility.html", here=visit(organisation, closed_too=True)
    )
