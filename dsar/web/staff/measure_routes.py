"""S8: what is done in each system for a right, and carrying it out."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dsar.access import NotFound, access_measure, access_right, access_task
from dsar.domain.errors import DomainError
from dsar.domain.grounds import LawNotNamed
from dsar.domain.measures import ACTS, Act, law_text
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case, Task
from dsar.services.rights import executing, measures
from dsar.services.rights.reading import on_table
from dsar.services.work.review import ConditionMissing, GroundMissing, grounds_for
from dsar.services.work.work_reading import task_view
from dsar.timesource import utcnow
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, chosen_right, open_door, to_answer
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.right_forms import CarryOutForm, MeasureForm, measure_form
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import once, say

VIEW, WORK = Permission.VIEW_CASES, Permission.WORK_CASES


@bp.get(CASE + "/measures", endpoint="measures")
@requires(Permission.VIEW_CASES)
def measures_page(organisation: str, number: str) -> ResponseReturnValue:
    """What is decided for a right, and what of it is carried out."""
    case = open_door(organisation, number, VIEW)
    right = chosen_right(case)
    facts = {"table": on_table(right), "right": right}
    return case_page("staff/casework/measures.html", case, "measures", **facts)


@bp.route(CASE + "/tasks/<string:task_id>/measures/<string:act>", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def decide_measure(
    organisation: str, number: str, task_id: str, act: str
) -> ResponseReturnValue:
    """Decide what is done with something that a system holds."""
    case = open_door(organisation, number, WORK)
    task = access_task(case, task_id)
    right = access_right(case, task.right_id)
    if act not in on_table(right).acts:
        raise NotFound
    form = measure_form(Act(act), grounds_for(case.profile, right.right))
    wants_conditions = request.form.get("next") == "conditions"
    is_sent = form.is_submitted() and not wants_conditions
    if is_sent and form.validate() and _decide(task, Act(act), form):
        flash(t("measure.decided"), "ok")
        return redirect(
            url_for("staff.settle", organisation=organisation, number=number, task_id=task_id),
            303,
        )
    page = _measure_page(case, task, Act(act), form)
    return page, UNPROCESSABLE if is_sent else 200


@bp.post(CASE + "/measures/<string:measure_id>/remove")
@requires(Permission.WORK_CASES)
def remove_measure(organisation: str, number: str, measure_id: str) -> ResponseReturnValue:
    """Take a measure back that nobody has carried out."""
    case = open_door(organisation, number, WORK)
    row = access_measure(case, measure_id)
    measures.remove_measure(row.id, myself(), utcnow())
    flash(t("measure.removed"), "ok")
    return to_answer("staff.measures", access_right(case, row.right_id))


@bp.route(CASE + "/measures/<string:measure_id>/carry-out", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def carry_out(organisation: str, number: str, measure_id: str) -> ResponseReturnValue:
    """Record that a measure has been carried out, and how."""
    case = open_door(organisation, number, WORK)
    row = access_measure(case, measure_id)
    right = access_right(case, row.right_id)
    form = CarryOutForm()
    if form.is_submitted() and form.validate():
        command = executing.CarryOut(row.id, form.proof.data or "")
        try:
            executing.carry_out(command, myself(), utcnow())
        except DomainError as error:
            say(form, None, error)
        else:
            flash(t("measure.carried_out"), "ok")
            return to_answer("staff.measures", right)
    table = on_table(right)
    view = next(each for each in table.measures if each.row.id == row.id)
    facts = {"table": table, "right": right, "view": view, "form": form}
    page = case_page("staff/casework/carry_out.html", case, "measures", **facts)
    return page, UNPROCESSABLE if form.is_submitted() else 200


def _decide(task: Task, act: Act, form: MeasureForm) -> bool:
    """Save the measure, or say beside the field what it lacks."""
    rules = ACTS[act]
    command = measures.NewMeasure(
        id=once(),
        task_id=task.id,
        act=act,
        texts=form.texts((*rules.needs, *rules.may)),
        ground=form.ground.data or "",
        conditions=frozenset(form.conditions.data or ()),
        keep_until_on=form.keep_until_on.data if rules.needs_end else None,
    )
    try:
        measures.decide_measure(command, myself(), utcnow())
    except DomainError as error:
        places = {GroundMissing: form.ground, ConditionMissing: form.conditions}
        if rules.needs_ground:
            places[LawNotNamed] = form[law_text(act)]
        say(form, places.get(type(error)), error)
        return False
    return True


def _measure_page(case: Case, task: Task, act: Act, form: MeasureForm) -> str:
    right = access_right(case, task.right_id)
    facts = {"act": act, "rules": ACTS[act], "form": form, "once": once(), "right": right}
    task_facts = {"task": task_view(task), "table": on_table(right)}
    return case_page("staff/casework/measure.html", case, "tasks", **facts, **task_facts)
