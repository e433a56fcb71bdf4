"""P13 and P14: was it what she asked for, how to complain, and how to ask for something new."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dsar.domain.events import PERSON
from dsar.domain.reopening import Judgement
from dsar.domain.rights import Right
from dsar.i18n import t
from dsar.services.answer import reopening
from dsar.services.clock import withdrawal
from dsar.services.contact import status
from dsar.timesource import utcnow
from dsar.web import kept
from dsar.web.fields import ChoiceField, ChoicesField, Option, TextField, options
from dsar.web.form import Form
from dsar.web.portal import browser
from dsar.web.portal.finding import UNPROCESSABLE, bp
from dsar.web.public.journey import start_after
from dsar.web.visit import visit


class JudgeForm(Form):
    """P13: yes, or what is missing."""

    judgement = ChoiceField(
        "p13.h1", "p13.err", options=[Option(str(one), f"p13.{one}.label") for one in Judgement]
    )
    rights = ChoicesField("p13.rights.label")
    text = TextField("p13.text.label")

    def validate(self, extra_validators: object = None) -> bool:
        """Also ask what is missing, and in which part, where the answer is not enough."""
        fine = bool(super().validate())
        if self.judgement.data in {"", str(Judgement.YES)}:
            return fine
        if not self.text.data and not self.text.errors:
            self.add_problem(self.text, "p13.text.err")
            fine = False
        if not self.rights.data:
            self.add_problem(self.rights, "p13.rights.err")
            fine = False
        return fine


@bp.route("/o/<string:organisation>/case/was-this-right", methods=["GET", "POST"])
def judge(organisation: str) -> ResponseReturnValue:
    """P13: an answer that is not enough opens the case again, on its own date."""
    here = browser.house(organisation)
    opened, form = browser.door(here.key), JudgeForm()
    answered = reopening.reopenable(opened.case_id)
    # Sent twice, or opened again meanwhile: what is written then is kept all the same.
    offered = answered or withdrawal.withdrawable(opened.case_id)
    if not (offered if form.is_submitted() else answered):
        return browser.to_case(here.key)
    form.rights.options = options("right", offered)
    if len(offered) == 1:
        form.rights.data = offered
    if not form.is_submitted():
        return render_template("portal/judge.html", here=here, form=form)
    if not form.validate():
        return render_template("portal/judge.html", here=here, form=form), UNPROCESSABLE
    command = _command(opened.case_id, form)
    is_open_again = reopening.judge(command, PERSON, utcnow())
    flash(_thanks(opened.case_id) if is_open_again else t("p13.thanks.yes"), "ok")
    return browser.to_case(here.key)


@bp.get("/o/<string:organisation>/case/complain")
def complain(organisation: str) -> ResponseReturnValue:
    """P14: us first, the authority, the court."""
    here = browser.house(organisation)
    opened = browser.door(here.key)
    view = status.status_of(opened.case_id, utcnow())
    return render_template(
        "portal/complain.html",
        here=here,
        authority=view.authority,
        reopenable=reopening.reopenable(opened.case_id),
    )


@bp.post("/o/<string:organisation>/case/look-again")
def look_again(organisation: str) -> ResponseReturnValue:
    """Begin a complaint to the house itself: a case of its own, linked to this one."""
    return _begin(organisation, Right.COMPLAINT)


@bp.post("/o/<string:organisation>/case/new-wish")
def new_wish(organisation: str) -> ResponseReturnValue:
    """Begin a new request: a case of its own, linked to this one (decision 7)."""
    return _begin(organisation)


def _begin(organisation: str, *rights: Right) -> ResponseReturnValue:
    """Lead into the form, where the new request is written and checked like any other."""
    here = visit(organisation)
    opened = browser.door(here.key)
    way = start_after(here.key, opened.case_id, map(str, rights))
    if not rights:
        return redirect(url_for("public.ask", organisation=here.key), 303)
    target = url_for("public.detail", organisation=here.key, right=str(way.rights[0]))
    return redirect(target, 303)


def _command(case_id: str, form: JudgeForm) -> reopening.Judge:
    return reopening.Judge(
        case_id,
        Judgement(form.judgement.data),
        frozenset(form.rights.data),
        form.text.data or "",
        kept.once_token(),
    )


def _thanks(case_id: str) -> str:
    """Return the thanks with the date, which may be over: then the page of the case says so."""
    due = status.due_of(case_id)
    return t("p13.thanks", date=due) if due else t("p13.thanks.paused")
