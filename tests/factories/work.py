"""Makers of work on a case: each goes through the services, as the pages do."""

from datetime import timedelta

from sqlalchemy import select

from dsar.domain.deliveries import How
from dsar.domain.events import Actor
from dsar.domain.findings import FindingBody
from dsar.domain.identity import Method
from dsar.domain.package import Provenance, TaskAnswer
from dsar.domain.package.matrix import BOX
from dsar.domain.verdicts import ReviewVerdict
from dsar.models import Case, DataSystem, Organisation, RequestedRight, db, new_id
from dsar.services.answer import approval, delivery, packaging
from dsar.services.identity import verification
from dsar.services.transaction import transaction
from dsar.services.work import collection, findings, review
from dsar.services.work.register_texts import write_text

ADDRESS = "kari@example.org"


def actor_of(staff):
    """Return a member of staff as the services want her."""
    return Actor("staff", staff.id)


def right_of(case, right="access"):
    """Return one right of a case."""
    return db.session.scalars(
        select(RequestedRight).where(
            RequestedRight.case_id == case.id, RequestedRight.right == right
        )
    ).one()


def tasks_of(case, right="access"):
    """Return the tasks of a right, the perishable first."""
    return [task for task, _ in review.tasks_of(db.session, right_of(case, right).id)]


def make_finding(task, staff, now, **overrides):
    """Return the id of a finding: an address, in typed fields."""
    body = {"category": "Kontakt", "fields": {"E-post": ADDRESS, "Navn": "Kari Nordmann"}}
    made = {"provenance": Provenance.PROVIDED, "basis": "consent", "id": new_id()}
    for name in ("provenance", "basis", "id"):
        made[name] = overrides.pop(name, made[name])
    command = findings.NewFinding(
        task_id=task.id, body=FindingBody(**(body | overrides)), **made
    )
    return findings.add_finding(command, actor_of(staff), now)


def make_settled(case, staff, now, found=1, right="access"):
    """Settle every task of a right: something found by the first ones, nothing by the rest."""
    for number, task in enumerate(tasks_of(case, right)):
        is_found = number < found
        if is_found:
            make_finding(task, staff, now)
        answer = TaskAnswer.FOUND if is_found else TaskAnswer.NOTHING_FOUND
        collection.settle_task(
            collection.SettleTask(task.id, answer, "Søkte på e-post"), actor_of(staff), now
        )
    collection.finish_collection(right_of(case, right).id, actor_of(staff), now)


def make_settled_again(case, staff, now, right="access"):
    """Settle what was opened again of a right, and finish its collection."""
    for task in tasks_of(case, right):
        if task.answer is None:
            command = collection.SettleTask(task.id, TaskAnswer.FOUND, "Søkte en gang til")
            collection.settle_task(command, actor_of(staff), now)
    collection.finish_collection(right_of(case, right).id, actor_of(staff), now)


def make_texts(case, staff, now, language="nb"):
    """Complete every required text of every system of a case, the last one as staff do it."""
    texts = [
        (task.system_id, item.key, f"Tekst om {item.key}.")
        for task in tasks_of(case)
        for item in BOX
        if item.required
    ]
    with transaction() as session:
        for system_id, item, text in texts[:-1]:
            system = session.get_one(DataSystem, system_id)
            write_text(system, item, language, (text, False))
    system_id, item, text = texts[-1]
    command = review.CompleteText(case.id, system_id, item, language, text)
    review.complete_text(command, actor_of(staff), now)


def make_decided(case, staff, now, verdict=ReviewVerdict.RELEASE):
    """Decide alike about everything found."""
    for task in tasks_of(case):
        review.decide_system(task.id, review.Judgement(verdict), actor_of(staff), now)


def make_identified(case, staff, now):
    """Confirm the address, and decide that it is the right person."""
    with transaction() as session:
        session.get_one(Case, case.id).address_confirmed_at = now
    command = verification.AcceptIdentity(case.id, Method.CONFIRMED_ADDRESS)
    return verification.accept(command, actor_of(staff), now)


def make_package(case, staff, now):
    """Return the id of a package, after everything that comes before it."""
    make_settled(case, staff, now)
    make_texts(case, staff, now)
    make_decided(case, staff, now)
    return packaging.build(right_of(case).id, actor_of(staff), now)


def make_approved(case, staff, approver, now):
    """Return the id of a package that somebody else has approved."""
    package_id = make_package(case, staff, now)
    approval.ask_approval(package_id, actor_of(staff), now)
    approval.approve(package_id, True, actor_of(approver), now)
    return package_id


def make_delivery(case, staff, approver, now):
    """Return the id of a delivery that is ready to be opened."""
    package_id = make_approved(case, staff, approver, now)
    make_identified(case, staff, now)
    return delivery.send(delivery.SendAnswer(package_id, How.PORTAL), actor_of(staff), now)


def make_solo(organisation):
    """Make an organisation one of a single person."""
    with transaction() as session:
        row = session.get_one(Organisation, organisation.id)
        row.document = {**row.document, "solo": True}


def hours(count):
    """Return so many hours."""
    return timedelta(hours=count)
