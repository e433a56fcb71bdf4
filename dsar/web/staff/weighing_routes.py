"""S17: what is weighed for a right, a refusal as a whole, and who received the data."""

from collections.abc import Mapping

from flask import flash, request
from flask.typing import ResponseReturnValue

from dsar.access import NotFound, access_recipient, access_right
from dsar.domain.clock import RefusalLate
from dsar.domain.errors import DomainError
from dsar.domain.grounds import LawNotNamed
from dsar.domain.roles import Permission
from dsar.domain.wishes import MARKETING_GROUND, ground_claimed
from dsar.i18n import t
from dsar.queries.one_case import Case, RequestedRight
from dsar.services.clock.jurisdictions import jurisdiction
from dsar.services.rights import assessing, recipients, refusing, suggesting
from dsar.services.rights.reading import (
    RightOnTable,
    is_late_to_refuse,
    on_table,
    refusal_grounds,
    suggestions_for,
    system_names,
)
from dsar.services.work.review import ConditionMissing, ExplanationMissing, GroundMissing
from dsar.timesource import utcnow
from dsar.web.fields import Option
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, chosen_right, open_door, to_answer
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.right_forms import (
    RecipientForm,
    RefuseForm,
    SettleRecipientForm,
    refuse_form,
    weigh_form,
    weigh_hints,
)
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import once, say

WORK = Permission.WORK_CASES


@bp.route(CASE + "/weighing", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def weighing(organisation: str, number: str) -> ResponseReturnValue:
    """Weigh what the right asks: its ground, its result, the words for the person."""
    case = open_door(organisation, number, WORK)
    right = chosen_right(case)
    table = on_table(right)
    if table.weighing is None:
        raise NotFound
    form = weigh_form(table.right, _written(table))
    if form.is_submitted() and form.validate():
        try:
            assessing.assess(right.id, form.weighed(table.right), myself(), utcnow())
        except DomainError as error:
            say(form, form.field_of(error), error)
        else:
            flash(t("weigh.saved"), "ok")
            return to_answer("staff.texts", right)
    facts = {"table": table, "right": right, "form": form, "hints": weigh_hints(table.right)}
    page = case_page("staff/casework/weighing.html", case, "weighing", **facts)
    return page, UNPROCESSABLE if form.is_submitted() else 200


@bp.route(CASE + "/rights/<string:right_id>/refuse", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def refuse(organisation: str, number: str, right_id: str) -> ResponseReturnValue:
    """Refuse a right as a whole: the letter waits for approval like any other."""
    case = open_door(organisation, number, WORK)
    right = access_right(case, right_id)
    table = on_table(right)
    form = refuse_form(refusal_grounds(case, right), _standing(table))
    is_sent = form.is_submitted() and request.form.get("next") != "conditions"
    if is_sent and form.validate() and _refuse(right, form):
        flash(t("s17.saved"), "ok")
        return to_answer("staff.texts", right)
    facts = {"table": table, "right": right, "form": form}
    facts |= {"is_late": is_late_to_refuse(case, right, utcnow())}
    page = case_page("staff/casework/refuse.html", case, "texts", **facts)
    return page, UNPROCESSABLE if is_sent else 200


@bp.post(CASE + "/rights/<string:right_id>/refusal/take-back")
@requires(Permission.WORK_CASES)
def take_back_refusal(organisation: str, number: str, right_id: str) -> ResponseReturnValue:
    """Take a refusal back: the right is worked on after all."""
    case = open_door(organisation, number, WORK)
    right = access_right(case, right_id)
    refusing.take_back(right.id, myself(), utcnow())
    flash(t("s17.taken_back"), "ok")
    return to_answer("staff.texts", right)


@bp.route(CASE + "/recipients", methods=["GET", "POST"], endpoint="recipients")
@requires(Permission.WORK_CASES)
def recipients_page(organisation: str, number: str) -> ResponseReturnValue:
    """Who received the data, and who of them has been told (GDPR art. 19)."""
    case = open_door(organisation, number, WORK)
    right = chosen_right(case)
    form = RecipientForm()
    form.system.options = [Option(key, text=name) for key, name in system_names(right)]
    if form.is_submitted() and form.validate():
        command = recipients.NewRecipient(
            id=once(),
            right_id=right.id,
            name=form.name.data or "",
            system_id=form.system.data or None,
        )
        recipients.add_recipient(command, myself(), utcnow())
        flash(t("recipient.added"), "ok")
        return to_answer("staff.recipients", right)
    return _recipients(case, right, form), UNPROCESSABLE if form.is_submitted() else 200


@bp.post(CASE + "/rights/<string:right_id>/recipients/suggested")
@requires(Permission.WORK_CASES)
def note_suggested(organisation: str, number: str, right_id: str) -> ResponseReturnValue:
    """Note all recipients that the register names."""
    case = open_door(organisation, number, WORK)
    right = access_right(case, right_id)
    n = suggesting.note_suggested(right.id, myself(), utcnow())
    flash(t("recipient.noted", n=n), "ok")
    return to_answer("staff.recipients", right)


@bp.route(CASE + "/recipients/<string:notice_id>", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def settle_recipient(organisation: str, number: str, notice_id: str) -> ResponseReturnValue:
    """Write down that a recipient was told, or why not."""
    case = open_door(organisation, number, WORK)
    row = access_recipient(case, notice_id)
    right = access_right(case, row.right_id)
    form = SettleRecipientForm()
    form.told_on.latest = jurisdiction(case.profile).local_date(utcnow())
    if form.is_submitted() and form.validate():
        command = recipients.SettleRecipient(
            notice_id=row.id,
            state=recipients.Told(form.state.data),
            proof=form.proof.data or "",
            told_on=form.told_on.data,
        )
        try:
            recipients.settle_recipient(command, myself(), utcnow())
        except DomainError as error:
            say(form, form.told_on, error)
        else:
            flash(t("recipient.settled"), "ok")
            return to_answer("staff.recipients", right)
    table = on_table(right)
    view = next(each for each in table.recipients if each.row.id == row.id)
    facts = {"table": table, "right": right, "view": view, "form": form}
    page = case_page("staff/casework/recipient.html", case, "recipients", **facts)
    return page, UNPROCESSABLE if form.is_submitted() else 200


def _written(table: RightOnTable) -> Mapping[str, str]:
    """Return what was weighed before, or what the person's answers suggest, for the form."""
    held = table.weighed
    if held is None:
        ground = ground_claimed(table.right, table.wishes)
        return {"ground": ground, "result": "stops" if ground == MARKETING_GROUND else ""}
    return {**held.texts, "ground": held.ground, "result": held.result}


def _standing(table: RightOnTable) -> Mapping[str, str]:
    """Return the refusal that stands, for the form."""
    held = table.refusal
    if held is None:
        return {}
    texts = {"explanation": held.explanation, "still_given": held.still_given}
    return texts | {"ground": held.row.ground}


def _refuse(right: RequestedRight, form: RefuseForm) -> bool:
    command = refusing.Refuse(
        right_id=right.id,
        ground=form.ground.data or "",
        explanation=form.explanation.data or "",
        conditions=frozenset(form.conditions.data or ()),
        still_given=form.still_given.data or "",
        admits_late=bool(form.admits_late.data),
    )
    places = {
        GroundMissing: form.ground,
        ConditionMissing: form.conditions,
        ExplanationMissing: form.explanation,
        refusing.ReasonTooShort: form.explanation,
        LawNotNamed: form.explanation,
        RefusalLate: form.admits_late,
    }
    try:
        refusing.refuse(command, myself(), utcnow())
    except DomainError as error:
        say(form, places.get(type(error)), error)
        return False
    return True


def _recipients(case: Case, right: RequestedRight, form: RecipientForm) -> str:
    facts = {"table": on_table(right), "right": right, "form": form, "once": once()}
    return case_page(
        "staff/casework/recipients.html",
        case,
        "recipients",
        suggestions=suggestions_for(right),
        **facts,
    )
