"""What moves the date, from the person's side: a question, a withdrawal, a change of mind."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dsar.domain.clock_notices import NoticeKind
from dsar.domain.events import PERSON
from dsar.domain.rights import Right
from dsar.i18n import t
from dsar.services.clock import clock_notices, questions, widening, withdrawal
from dsar.services.clock.clock_notices import NoticeView
from dsar.services.clock.fees import FeeView, open_fee
from dsar.services.contact import status
from dsar.services.rights.forwarding import ForwardingView, forwarding_of
from dsar.services.rights.restrictions import RestrictedView, restricted_in
from dsar.timesource import utcnow
from dsar.web.fields import ChoicesField, TextField, options
from dsar.web.form import Form
from dsar.web.portal import browser
from dsar.web.portal.finding import UNPROCESSABLE, bp


class ReplyForm(Form):
    """The answer to a question about what is meant."""

    answer = TextField("p10.answer.label", "p10.scope.err")


class WithdrawForm(Form):
    """P15: what is taken back."""

    rights = ChoicesField("deadline.withdraw.what", "deadline.withdraw.err")


@dataclass(frozen=True, slots=True)
class ClockNews:
    """What the status page says of the date: an open question, the reasons for more time."""

    question: NoticeView | None
    extensions: tuple[NoticeView, ...]
    withdrawable: tuple[str, ...]
    undoable: tuple[str, ...]
    #: Who decides instead of us, once the person has been told.
    forwarded: ForwardingView | None
    #: What is not used for now, as far as the person has been told of it.
    restricted: tuple[RestrictedView, ...]
    #: A consent is withdrawn, and nobody has asked yet for erasure.
    may_erase: bool
    fee: FeeView | None


def clock_news(case_id: str, now: datetime) -> ClockNews:
    """Return what the status page of a case says of its date, besides the date."""
    notices = clock_notices.notices_of(case_id)
    told = (one for one in notices if one.kind is NoticeKind.EXTENSION and one.notified_at)
    sent_on, fee = forwarding_of(case_id), open_fee(case_id)
    return ClockNews(
        fee=fee if fee and fee.waits else None,
        forwarded=sent_on if sent_on and sent_on.notified_at else None,
        question=next((one for one in notices if one.is_open), None),
        extensions=tuple(told),
        withdrawable=tuple(withdrawal.withdrawable(case_id)),
        undoable=tuple(withdrawal.undoable(case_id, now)),
        restricted=tuple(restricted_in(case_id)),
        may_erase=widening.may_add_erasure(case_id),
    )


@bp.route("/o/<string:organisation>/case/question", methods=["GET", "POST"])
def question(organisation: str) -> ResponseReturnValue:
    """Show the question about what is meant, and keep the answer."""
    here = browser.house(organisation)
    opened, form = browser.door(here.key), ReplyForm()
    waiting = questions.open_question(opened.case_id)
    if waiting is None:
        return browser.to_case(here.key)
    page = {"here": here, "form": form, "question": waiting}
    if not form.is_submitted():
        return render_template("portal/question.html", **page)
    if not form.validate():
        return render_template("portal/question.html", **page), UNPROCESSABLE
    questions.answer(waiting.id, str(form.answer.data), PERSON, utcnow())
    due = status.due_of(opened.case_id)
    is_restarted = waiting.pauses and due is not None
    flash(t("p10.thanks", date=due) if is_restarted else t("p10.thanks.running"), "ok")
    return browser.to_case(here.key)


@bp.route("/o/<string:organisation>/case/withdraw", methods=["GET", "POST"])
def withdraw(organisation: str) -> ResponseReturnValue:
    """P15: take the request back, or a part of it; keeping it stands first."""
    here = browser.house(organisation)
    opened, form = browser.door(here.key), WithdrawForm()
    running = withdrawal.withdrawable(opened.case_id)
    if not running:
        return browser.to_case(here.key)
    form.rights.options = options("right", running)
    if len(running) == 1:
        form.rights.data = running
    if not form.is_submitted():
        return render_template("portal/withdraw.html", here=here, form=form)
    if not form.validate():
        return render_template("portal/withdraw.html", here=here, form=form), UNPROCESSABLE
    withdrawal.withdraw(opened.case_id, form.rights.data, PERSON, utcnow())
    flash(t("p15.done"), "ok")
    return browser.to_case(here.key)


@bp.post("/o/<string:organisation>/case/also-erase")
def also_erase(organisation: str) -> ResponseReturnValue:
    """Add erasure to a case in which a consent was withdrawn (GDPR art. 17(1)(b))."""
    here = browser.house(organisation)
    opened, now = browser.door(here.key), utcnow()
    if widening.may_add_erasure(opened.case_id):
        words = t("p9.erase.why")
        command = widening.AddRight(opened.case_id, Right.ERASURE, now, words)
        widening.widen(command, PERSON, now)
        flash(t("p9.erase.done"), "ok")
    return redirect(url_for("portal.status", organisation=here.key), 303)


@bp.post("/o/<string:organisation>/case/take-up-again")
def take_up_again(organisation: str) -> ResponseReturnValue:
    """Undo a withdrawal, within the week."""
    here = browser.house(organisation)
    opened = browser.door(here.key)
    withdrawal.undo(opened.case_id, PERSON, utcnow())
    flash(t("p15.undone"), "ok")
    return redirect(url_for("portal.status", organisation=here.key), 303)
