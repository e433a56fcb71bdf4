"""S14 and S18: the answer goes out, and the case ends."""

from collections.abc import Mapping
from datetime import timedelta

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dsar.access import access_delivery, access_package, access_right
from dsar.domain.cases import OPEN, Outcome, State
from dsar.domain.deliveries import How
from dsar.domain.errors import DomainError
from dsar.domain.roles import Permission
from dsar.i18n import t
from dsar.queries.one_case import Case, RequestedRight
from dsar.services.answer import closure, delivery
from dsar.services.answer.answer_reading import certain_outcome, package_of, right_in_view
from dsar.services.answer.approval import DayNotSinceApproval
from dsar.services.clock.deadlines import local_today
from dsar.services.identity.identity_reading import identity_of
from dsar.services.work import work_reading
from dsar.services.work.case_reading import people_of
from dsar.timesource import utcnow
from dsar.web.fields import Option
from dsar.web.security import requires
from dsar.web.staff.case_frame import case_page, chosen_right, open_door, to_answer
from dsar.web.staff.case_routes import CASE
from dsar.web.staff.routes import UNPROCESSABLE, bp, myself
from dsar.web.staff.work_forms import OutcomeForm, SendForm, say

VIEW, WORK = Permission.VIEW_CASES, Permission.WORK_CASES
CLOSE = Permission.CLOSE_CASES
#: In the order in which the page offers them, with their own words.
OUTCOMES = {
    Outcome.FULFILLED: "s18.full.label",
    Outcome.PARTLY: "s18.part.label",
    Outcome.NOTHING_HELD: "s18.none.label",
    Outcome.REFUSED: "s18.ref.label",
    Outcome.WITHDRAWN: "s18.wd.label",
    Outcome.FORWARDED: "s18.fwd.label",
    Outcome.NO_ANSWER: "s18.noans.label",
}
#: No outcome: the right stays open while another one ends.
NOT_YET = "not_yet"


@bp.get(CASE + "/sending")
@requires(Permission.VIEW_CASES)
def sending(organisation: str, number: str) -> ResponseReturnValue:
    """To whom the answer goes, how, and for how long it can be read."""
    case = open_door(organisation, number, VIEW)
    form = SendForm(formdata=None, data={"how": str(How.PORTAL)})
    return _sending(case, chosen_right(case), form)


@bp.post(CASE + "/packages/<string:package_id>/send")
@requires(Permission.WORK_CASES)
def send_answer(organisation: str, number: str, package_id: str) -> ResponseReturnValue:
    """Send the answer, once."""
    case = open_door(organisation, number, WORK)
    row = access_package(case, package_id)
    right, form = access_right(case, row.right_id), SendForm()
    if form.validate():
        how = How(form.how.data)
        given_on = None if how is How.PORTAL else form.given_on.data
        try:
            command = delivery.SendAnswer(row.id, how, given_on)
            delivery.send(command, myself(), utcnow())
        except DomainError as error:
            is_day = isinstance(error, DayNotSinceApproval)
            say(form, form.given_on if is_day else None, error)
        else:
            return to_answer("staff.sending", right)
    return _sending(case, right, form), UNPROCESSABLE


@bp.post(CASE + "/deliveries/<string:delivery_id>/renew")
@requires(Permission.WORK_CASES)
def renew_delivery(organisation: str, number: str, delivery_id: str) -> ResponseReturnValue:
    """Make an answer available again."""
    case = open_door(organisation, number, WORK)
    row = access_delivery(case, delivery_id)
    delivery.renew(row.id, myself(), utcnow())
    right_id = access_package(case, row.package_id).right_id
    return to_answer("staff.sending", access_right(case, right_id))


@bp.route(CASE + "/closure", methods=["GET", "POST"], endpoint="closure")
@requires(Permission.CLOSE_CASES)
def close_case(organisation: str, number: str) -> ResponseReturnValue:
    """How did it end, right by right; where there are several, some may stay open."""
    case = open_door(organisation, number, CLOSE)
    works = [w for w in work_reading.works_of(case) if State(w.row.state) in OPEN]
    forms = {work.row.id: _outcome_form(work.row, len(works)) for work in works}
    is_sent = bool(forms) and next(iter(forms.values())).is_submitted()
    if is_sent and all([form.validate() for form in forms.values()]) and _close(case, forms):
        flash(t("s18.done" if len(_ended(forms)) == len(forms) else "s18.done.part"), "ok")
        return _to("staff.case", organisation, number)
    facts = {"works": works, "outcome_forms": forms, "forms": list(forms.values())}
    right = right_in_view(case, request.args.get("right", ""))
    page = case_page("staff/casework/closure.html", case, "closure", right=right, **facts)
    return page, UNPROCESSABLE if is_sent else 200


def _outcome_form(right: RequestedRight, rights: int) -> OutcomeForm:
    """Return the form for one right; what can end but one way, or not yet, is chosen."""
    certain, is_answered = certain_outcome(right), State(right.state) is State.DELIVERED
    offered = [Option(str(code), words) for code, words in OUTCOMES.items()]
    if rights > 1:
        offered.append(Option(NOT_YET, "s18.not_yet.label"))
    waits = NOT_YET if rights > 1 and not is_answered else ""
    form = OutcomeForm(prefix=right.id, data={"outcome": str(certain) if certain else waits})
    form.outcome.options = offered
    return form


def _ended(forms: Mapping[str, OutcomeForm]) -> dict[str, Outcome]:
    """Return the outcome of each right that ends now."""
    chosen = {key: form.outcome.data for key, form in forms.items()}
    return {key: Outcome(code) for key, code in chosen.items() if code != NOT_YET}


def _close(case: Case, forms: Mapping[str, OutcomeForm]) -> bool:
    try:
        closure.close_case(case.id, _ended(forms), myself(), utcnow())
    except DomainError as error:
        first = next(iter(forms.values()))
        say(first, first.outcome, error)
        return False
    return True


def _sending(case: Case, right: RequestedRight, form: SendForm) -> str:
    people, view = people_of(case), package_of(right)
    used = {row.how for row in view.deliveries}
    form.how.options = [one for one in form.how.options if one.value not in used]
    requester = next((p for p in people if p.kind == "requester"), None)
    days = current_app.extensions["dsar.config"].portal.window_days
    return case_page(
        "staff/casework/sending.html",
        case,
        "sending",
        view=view,
        identity=identity_of(case),
        form=form,
        requester=requester,
        until=local_today(case.profile, utcnow() + timedelta(days=days)),
    )


def _to(endpoint: str, organisation: str, number: str) -> ResponseReturnValue:
    return redirect(url_for(endpoint, organisation=organisation, number=number), 303)
