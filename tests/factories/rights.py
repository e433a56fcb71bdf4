"""Makers of the work on the other rights: decided, approved, carried out, sent."""

import secrets

from sqlalchemy import select

from dsar.domain.assessments import Weighed
from dsar.domain.deliveries import How
from dsar.domain.identity import Method
from dsar.domain.measures import Act
from dsar.domain.package import TaskAnswer
from dsar.domain.rights import RULES, Right
from dsar.models import Case, Measure, db
from dsar.services.answer import approval, delivery, packaging
from dsar.services.identity import verification
from dsar.services.rights import assessing, executing, measures, refusing, suggesting
from dsar.services.rights.refusing import is_refused
from dsar.services.transaction import transaction
from dsar.services.work import collection
from tests.factories.work import actor_of, right_of, tasks_of

REASON = "Du spurte om det samme for en uke siden, og fikk alt da."


def make_refusal(case, staff, now, right="access"):
    """Refuse a right as a whole, on a ground whose conditions are ticked."""
    command = refusing.Refuse(
        right_id=right_of(case, right).id,
        ground="gdpr_12_5",
        explanation=REASON,
        conditions=frozenset({"facts_documented", "fee_considered"}),
    )
    refusing.refuse(command, actor_of(staff), now)


def make_measure(task, staff, now, act=Act.ERASE, **texts):
    """Decide what is done about one system; return the measure's id."""
    given = {
        "what": "kontaktkort",
        "purpose": "nyhetsbrev",
        "enforcement": "sperret",
        "field": "Telefon",
        "before": "22 33 44 55",
        "after": "99 88 77 66",
    } | texts
    command = measures.NewMeasure(
        id=secrets.token_hex(16), task_id=task.id, act=act, texts=given
    )
    return measures.decide_measure(command, actor_of(staff), now)


def make_measured(case, staff, now, right="erasure", act=Act.ERASE):
    """Settle every task of a right: something to be done in the first system, nothing else."""
    for number, task in enumerate(tasks_of(case, right)):
        if number == 0:
            make_measure(task, staff, now, act)
        answer = TaskAnswer.NOTHING_FOUND if number else TaskAnswer.FOUND
        command = collection.SettleTask(task.id, answer, "Søkte på e-post")
        collection.settle_task(command, actor_of(staff), now)
    collection.finish_collection(right_of(case, right).id, actor_of(staff), now)


def make_answer(case, staff, approver, now, right):
    """Build and approve the answer to a right; return the package's id."""
    package_id = packaging.build(right_of(case, right).id, actor_of(staff), now)
    approval.ask_approval(package_id, actor_of(staff), now)
    approval.approve(package_id, True, actor_of(approver), now)
    return package_id


def make_carried_out(case, staff, now, right):
    """Carry out every measure of a right."""
    query = select(Measure.id).where(Measure.right_id == right_of(case, right).id)
    for measure_id in list(db.session.scalars(query)):
        command = executing.CarryOut(measure_id, "Slettet i registeret, søkt på nytt")
        executing.carry_out(command, actor_of(staff), now)


def make_known(case, staff, now, right):
    """Decide that it is the right person: her address stood where something was found."""
    with transaction() as session:
        session.get_one(Case, case.id).address_confirmed_at = now
    seen = next((task.id for task in tasks_of(case, right) if task.answer == "found"), "")
    command = verification.AcceptIdentity(case.id, Method.CONFIRMED_ADDRESS, "", seen)
    return verification.accept(command, actor_of(staff), now)


def make_sent(case, staff, approver, now, right):
    """Build, approve and send the answer to a right; return the delivery's id."""
    package_id = make_answer(case, staff, approver, now, right)
    needs = RULES[Right(right)].needs_identity
    if needs and not is_refused(db.session, right_of(case, right).id):
        make_known(case, staff, now, right)
    return delivery.send(delivery.SendAnswer(package_id, How.PORTAL), actor_of(staff), now)


def make_erasable(case, staff, approver, now):
    """Decide on an erasure, weigh, approve it, and know the person: only time must pass."""
    make_measured(case, staff, now)
    weighed = Weighed("17_1_a")
    right_id = right_of(case, "erasure").id
    assessing.assess(right_id, weighed, actor_of(staff), now)
    suggesting.note_suggested(right_id, actor_of(staff), now)
    make_answer(case, staff, approver, now, "erasure")
    make_known(case, staff, now, "erasure")


def make_erased(case, staff, approver, now, later):
    """Decide on an erasure and approve it now, and carry it out later."""
    make_erasable(case, staff, approver, now)
    make_carried_out(case, staff, later, "erasure")
