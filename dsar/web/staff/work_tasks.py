"""S8: every data system answers; and more systems are asked."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from dsar.access import access_right, access_task
from dsar.domain.errors import DomainError
from dsar.domain.package import TaskAnswer
from dsar.domain.rights import RULES, Right, Work
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case
from dsar.services.rights.reading import on_table
from dsar.services.work import collection, work_reading
from dsar.services.work.work_reading import task_view
from dsar.timesource import utcnow
from dsar.web.fields import Option
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, open_door
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import AddTaskForm, SettleForm, say

VIEW, WORK = Permission.VIEW_CASES, Permission.WORK_CASES


@bp.get(CASE + "/tasks")
@requires(Permission.VIEW_CASES)
def tasks(organisation: str, number: str) -> ResponseReturnValue:
    """The systems to ask, the perishable first, and what each of them answered."""
    return _tasks_page(open_door(organisation, number, VIEW))


@bp.post(CASE + "/rights/<string:right_id>/tasks")
@requires(Permission.WORK_CASES)
def add_task(organisation: str, number: str, right_id: str) -> ResponseReturnValue:
    """Ask one more system."""
    case = open_door(organisation, number, WORK)
    right = access_right(case, right_id)
    form = _add_form(case, right.id)
    if not form.validate():
        return _tasks_page(case, form), UNPROCESSABLE
    collection.add_task(right.id, form.system.data, myself(), utcnow())
    return _back(organisation, number)


@bp.route(CASE + "/tasks/<string:task_id>", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def settle(organisation: str, number: str, task_id: str) -> ResponseReturnValue:
    """Record what one system answered, and how somebody looked."""
    case = open_door(organisation, number, WORK)
    task = task_view(access_task(case, task_id))
    form = SettleForm(data={"answer": task.row.answer or "", "how": task.how})
    if form.is_submitted() and form.validate():
        answer = TaskAnswer(form.answer.data)
        command = collection.SettleTask(task.row.id, answer, form.how.data or "")
        try:
            collection.settle_task(command, myself(), utcnow())
        except DomainError as error:
            say(form, form.answer, error)
        else:
            flash(t("s8.settled", system=task.system.name), "ok")
            return _back(organisation, number)
    right = access_right(case, task.row.right_id)
    facts = {"task": task, "form": form, "right": right, "table": on_table(right)}
    page = case_page("staff/casework/settle.html", case, "tasks", **facts)
    return page, UNPROCESSABLE if form.is_submitted() else 200


@bp.post(CASE + "/tasks/<string:task_id>/reopen")
@requires(Permission.WORK_CASES)
def reopen_task(organisation: str, number: str, task_id: str) -> ResponseReturnValue:
    """Take an answer back."""
    case = open_door(organisation, number, WORK)
    task = access_task(case, task_id)
    collection.reopen_task(task.id, myself(), utcnow())
    return redirect(
        url_for("staff.settle", organisation=organisation, number=number, task_id=task_id), 303
    )


@bp.post(CASE + "/rights/<string:right_id>/finish")
@requires(Permission.WORK_CASES)
def finish_collection(organisation: str, number: str, right_id: str) -> ResponseReturnValue:
    """Go on to review: every system has answered."""
    case = open_door(organisation, number, WORK)
    right = access_right(case, right_id)
    collection.finish_collection(right.id, myself(), utcnow())
    changes = RULES[Right(right.right)].work is Work.MEASURES
    flash(t("s8.finished.measures" if changes else "s8.finished"), "ok")
    return _back(organisation, number)


def _back(organisation: str, number: str) -> ResponseReturnValue:
    return redirect(url_for("staff.tasks", organisation=organisation, number=number), 303)


def _tasks_page(case: Case, sent: AddTaskForm | None = None) -> str:
    works = work_reading.works_of(case)
    forms = {work.row.id: _add_form(case, work.row.id) for work in works}
    if sent is not None:
        forms |= {key: sent for key, form in forms.items() if form.system.id == sent.system.id}
    return case_page(
        "staff/casework/tasks.html",
        case,
        "tasks",
        works=works,
        add_forms=forms,
        forms=list(forms.values()),
    )


def _add_form(case: Case, right_id: str) -> AddTaskForm:
    form = AddTaskForm(prefix=right_id)
    rows = work_reading.addable_systems(case, right_id)
    form.system.options = [Option(row.id, text=row.name) for row in rows]
    return form
