"""S10 and S11: what is released or withheld, and whether the answer is complete."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from dsar.access import NotFound, access_finding, access_system, access_task
from dsar.domain.errors import DomainError
from dsar.domain.grounds import LawNotNamed
from dsar.domain.organisations import system_facts
from dsar.domain.package.matrix import BOX
from dsar.domain.profiles import Ground
from dsar.domain.rights import Right
from dsar.domain.roles import Permission
from dsar.domain.verdicts import ReviewVerdict
from dsar.i18n import LANGUAGES, t
from dsar.queries.one_case import Case
from dsar.queries.similar import similar_cases
from dsar.services.answer import reopening
from dsar.services.answer.matrix_reading import matrix_of
from dsar.services.rights.reading import RightOnTable, on_table
from dsar.services.work import review, work_reading
from dsar.timesource import utcnow
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, chosen_right, open_door
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import DecideForm, RegisterTextForm, offer_grounds, say

VIEW, WORK = Permission.VIEW_CASES, Permission.WORK_CASES
RELEASE = review.Judgement(ReviewVerdict.RELEASE)


@bp.route(CASE + "/findings/<string:finding_id>/decision", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def decide(organisation: str, number: str, finding_id: str) -> ResponseReturnValue:
    """Release a finding, or withhold it on a ground whose conditions are ticked."""
    case = open_door(organisation, number, WORK)
    row = access_finding(case, finding_id)
    found = work_reading.decided_finding(case, row)
    form = _decide_form(found, work_reading.grounds_of(case, row))
    if form.is_submitted() and form.validate():
        try:
            review.decide(row.id, _judgement(form), myself(), utcnow())
        except DomainError as error:
            say(form, _field(form, error), error)
        else:
            return _to_findings(organisation, number)
    page = case_page("staff/casework/decide.html", case, "findings", found=found, form=form)
    return page, UNPROCESSABLE if form.is_submitted() else 200


@bp.post(CASE + "/tasks/<string:task_id>/release")
@requires(Permission.WORK_CASES)
def release_system(organisation: str, number: str, task_id: str) -> ResponseReturnValue:
    """Release all that one system holds and nobody has decided."""
    case = open_door(organisation, number, WORK)
    task = access_task(case, task_id)
    count = review.decide_system(task.id, RELEASE, myself(), utcnow())
    flash(t("s10.released", n=count), "ok")
    return _to_findings(organisation, number)


@bp.get(CASE + "/answer")
@requires(Permission.VIEW_CASES)
def texts(organisation: str, number: str) -> ResponseReturnValue:
    """The completeness table: each system, each item of the law."""
    case = open_door(organisation, number, VIEW)
    right = chosen_right(case)
    table = on_table(right)
    if table.right is not Right.ACCESS or table.refusal:
        facts = {"table": table, "right": right, "earlier": _earlier(case, table)}
        return case_page("staff/casework/ready.html", case, "texts", **facts)
    matrix = matrix_of(case, right)
    facts = {"matrix": matrix, "right": right, "wide": True}
    return case_page("staff/casework/texts.html", case, "texts", **facts)


@bp.route(CASE + "/answer/<string:system_id>/<string:item>", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def register_text(
    organisation: str, number: str, system_id: str, item: str
) -> ResponseReturnValue:
    """Write what is told of one item of one system, or why it does not apply."""
    case = open_door(organisation, number, WORK)
    system = access_system(case, system_id)
    if item not in {each.key for each in BOX}:
        raise NotFound
    facts = system_facts(system)
    told, reasons = review.system_texts(facts, case.language)
    form = RegisterTextForm(data={"text": told.get(item, ""), "reason": reasons.get(item, "")})
    if form.is_submitted() and form.validate() and _complete(case, (system_id, item), form):
        flash(t("s11.saved"), "ok")
        return redirect(url_for("staff.texts", organisation=organisation, number=number), 303)
    others = {lang: facts.texts.get(lang, {}).get(item, "") for lang in LANGUAGES}
    others.pop(case.language, None)
    page = case_page(
        "staff/casework/register_text.html",
        case,
        "texts",
        system_id=system_id,
        facts=facts,
        item=next(each for each in BOX if each.key == item),
        others={lang: text for lang, text in others.items() if text},
        form=form,
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200


def _earlier(case: Case, table: RightOnTable) -> list[str]:
    """Return the numbers of the linked cases that a complaint in the right may open again."""
    weighed = table.weighed
    if table.right is not Right.COMPLAINT or weighed is None or weighed.result == "rejected":
        return []
    linked = (one for one in similar_cases(case) if one.link)
    return [one.number for one in linked if reopening.reopenable(one.id)]


def _complete(case: Case, place: tuple[str, str], form: RegisterTextForm) -> bool:
    """Save the one of the two that was written; both, or none, is refused."""
    if bool(form.text.data) == bool(form.reason.data):
        form.add_problem(form.text, "s11.text.err")
        return False
    text, is_reason = form.text.data or form.reason.data or "", not form.text.data
    command = review.CompleteText(case.id, *place, case.language, text, is_reason)
    try:
        review.complete_text(command, myself(), utcnow())
    except DomainError as error:
        say(form, form.reason if is_reason else form.text, error)
        return False
    return True


def _decide_form(found: work_reading.DecidedFinding, grounds: list[Ground]) -> DecideForm:
    held = found.decision
    form = DecideForm(
        data={
            "verdict": held.verdict if held else "",
            "ground": (held.ground or "") if held else "",
            "explanation": found.explanation,
        }
    )
    offer_grounds(form, grounds)
    return form


def _judgement(form: DecideForm) -> review.Judgement:
    verdict = ReviewVerdict(form.verdict.data)
    if verdict is ReviewVerdict.RELEASE:
        return RELEASE
    return review.Judgement(
        verdict, form.ground.data, form.explanation.data or "", frozenset(form.conditions.data)
    )


def _field(form: DecideForm, error: DomainError) -> object:
    fields = {
        review.GroundMissing: form.ground,
        review.ConditionMissing: form.conditions,
        review.ExplanationMissing: form.explanation,
        LawNotNamed: form.explanation,
    }
    return fields.get(type(error))


def _to_findings(organisation: str, number: str) -> ResponseReturnValue:
    return redirect(url_for("staff.findings", organisation=organisation, number=number), 303)
