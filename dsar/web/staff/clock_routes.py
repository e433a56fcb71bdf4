"""S15 and S16: more time, and a question that stops the clock; each shows its date first."""

from datetime import datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dsar.domain.clock import (
    ClarificationNotLarge,
    ClockError,
    ExtensionLate,
    ExtensionWithoutDate,
    PauseDelayUnexplained,
)
from dsar.domain.clock_notices import ExtensionReason
from dsar.domain.errors import DomainError
from dsar.domain.organisations import facts_of
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case, one_case
from dsar.services.clock import clock_notices, extension, questions, withdrawal
from dsar.services.clock.jurisdictions import jurisdiction
from dsar.timesource import utcnow
from dsar.web.fields import options
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.clock_forms import (
    SCOPE,
    ExtendForm,
    QuestionForm,
    ReplyForm,
    is_preview,
)
from dsar.web.staff.clock_views import changes_of
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import once, rule_words, say

MOVE = Permission.MOVE_DEADLINES


@bp.get(CASE + "/deadline")
@requires(Permission.VIEW_CASES)
def deadline(organisation: str, number: str) -> ResponseReturnValue:
    """Every notice that moves or moved a clock, and the ways to move one."""
    case = open_door(organisation, number, Permission.VIEW_CASES)
    return _overview(case, ReplyForm(formdata=None))


@bp.route(CASE + "/deadline/extend", methods=["GET", "POST"])
@requires(Permission.MOVE_DEADLINES)
def extend(organisation: str, number: str) -> ResponseReturnValue:
    """S15: extend with a reason, in time; the date before and after stands on the page."""
    case, now = open_door(organisation, number, MOVE), utcnow()
    form = ExtendForm()
    running = withdrawal.withdrawable(case.id)
    form.right.options = options("right", running)
    if not form.is_submitted() or is_preview(request.form):
        return _extend_page(case, form, now)
    if form.validate():
        try:
            extension.extend(_extension(case, form), myself(), now)
        except DomainError as error:
            needs_day = isinstance(error, ExtensionWithoutDate)
            say(form, form.until if needs_day else None, error)
        else:
            return _told(organisation, number)
    return _extend_page(case, form, now), UNPROCESSABLE


@bp.route(CASE + "/deadline/question", methods=["GET", "POST"])
@requires(Permission.MOVE_DEADLINES)
def question(organisation: str, number: str) -> ResponseReturnValue:
    """S16: ask one question; the page says whether it stops the clock."""
    case, now = open_door(organisation, number, MOVE), utcnow()
    form = QuestionForm()
    if not form.is_submitted() or is_preview(request.form):
        return _question_page(case, form, now)
    if form.validate():
        try:
            questions.ask(_question(case, form), myself(), now)
        except DomainError as error:
            fields = {
                ClarificationNotLarge.message_id: form.large,
                PauseDelayUnexplained.message_id: form.delay,
            }
            say(form, fields.get(error.message_id, form.kind), error)
        else:
            return _told(organisation, number)
    return _question_page(case, form, now), UNPROCESSABLE


@bp.post(CASE + "/deadline/answered")
@requires(Permission.MOVE_DEADLINES)
def answered(organisation: str, number: str) -> ResponseReturnValue:
    """Record that the person has answered by another way; the clock runs on from now."""
    case, form = open_door(organisation, number, MOVE), ReplyForm()
    waiting = questions.open_question(case.id)
    if waiting is not None and not form.validate():
        return _overview(case, form), UNPROCESSABLE
    if waiting is not None:
        questions.answer(waiting.id, form.reply.data or "", myself(), utcnow())
        flash(t("deadline.answered"), "ok")
    return to_deadline(organisation, number)


def to_deadline(organisation: str, number: str) -> ResponseReturnValue:
    """Lead back to the page of the deadline."""
    return redirect(url_for("staff.deadline", organisation=organisation, number=number), 303)


def _told(organisation: str, number: str) -> ResponseReturnValue:
    flash(t("deadline.prepared"), "ok")
    return to_deadline(organisation, number)


def _overview(case: Case, form: ReplyForm) -> str:
    return case_page(
        "staff/clock/deadline.html",
        case,
        "deadline",
        form=form,
        notices=clock_notices.notices_of(case.id),
        waiting=questions.open_question(case.id),
        undoable=withdrawal.undoable(case.id, utcnow()),
    )


def _extension(case: Case, form: ExtendForm) -> extension.Extend:
    return extension.Extend(
        id=once(),
        case_id=case.id,
        reason=ExtensionReason(form.reason.data or ExtensionReason.COMPLEX),
        explanation=form.explanation.data or "",
        right=form.right.data or None,
        until=form.until.data,
    )


def _extend_page(case: Case, form: ExtendForm, now: datetime) -> str:
    refused = extension.refusal(case, now)
    law = jurisdiction(case.profile)
    names = [case.profile, *([case.site_clock["profile"]] if case.site_clock else [])]
    laws = [jurisdiction(name) for name in names]
    moves = extension.preview(_extension(case, form), now)
    return case_page(
        "staff/clock/extend.html",
        case,
        "deadline",
        form=form,
        refused=_refused_words(case, refused) if refused else "",
        changes=changes_of(moves, law.local_date(now)),
        states_date=any(each.extension and each.extension.states_date for each in laws),
        promise=_promise(case),
    )


def _refused_words(case: Case, error: ClockError) -> str:
    """Return why there can be no more time: after the last day, in words of its own."""
    if isinstance(error, ExtensionLate):
        return t("s15.late", date=case.statutory_on)
    return rule_words(error)


def _promise(case: Case) -> str:
    """Return what the notice of the house promises, where it does not mention more time."""
    facts = facts_of(one_case(case).organisation)
    if facts.is_extension_mentioned:
        return ""
    return t("promise.days", n=facts.promise_days) if facts.promise_days else ""


def _question(case: Case, form: QuestionForm) -> questions.Ask:
    return questions.Ask(
        id=once(),
        case_id=case.id,
        text=form.text.data or "",
        pauses=form.kind.data == SCOPE,
        is_large=bool(form.large.data),
        delay=form.delay.data or "",
    )


def _question_page(case: Case, form: QuestionForm, now: datetime) -> str:
    """Show the page; what a lawful pause would do stands on it before anything is typed."""
    lawful = questions.Ask("", case.id, "", pauses=True, is_large=True, delay="-")
    refused = questions.refusal(case, now)
    moves = [] if refused else questions.preview(lawful, now)
    today = jurisdiction(case.profile).local_date(now)
    return case_page(
        "staff/clock/question.html",
        case,
        "deadline",
        form=form,
        refused=rule_words(refused) if refused else "",
        changes=changes_of(moves, today),
    )
