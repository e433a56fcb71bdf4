"""The mail that tells of an answer: granted, in part, or refused; each leads to delivery."""

import pytest
from sqlalchemy import select

from dsar.domain.assessments import Weighed
from dsar.domain.events import Actor
from dsar.domain.measures import Act
from dsar.domain.package import TaskAnswer
from dsar.domain.rights import Right
from dsar.domain.verdicts import ReviewVerdict
from dsar.models import Case, OutboxMessage, Package, db
from dsar.services.answer import announcing
from dsar.services.casefile import CaseFile
from dsar.services.mail.notices import ON_ACCEPTED, follow_up
from dsar.services.rights import assessing, executing, measures
from dsar.services.transaction import transaction
from dsar.services.work import collection, review
from tests.factories.rights import (
    make_answer,
    make_known,
    make_measure,
    make_refusal,
    make_sent,
)
from tests.factories.work import actor_of, make_finding, right_of, tasks_of


@pytest.fixture
def people(make):
    organisation = make.organisation()
    return organisation, make.staff(organisation), make.staff(organisation)


def announced(case):
    """Return the letters that tell of an answer."""
    query = select(OutboxMessage).where(OutboxMessage.case_id == case.id)
    return [each for each in db.session.scalars(query) if each.template in announcing.TEMPLATES]


def sent_as(case, staff, approver, now, right):
    """Send the answer to a right; return the template that tells of it."""
    make_sent(case, staff, approver, now, right)
    (letter,) = announced(case)
    return letter.template


def settle(case, staff, now, right, found):
    for number, task in enumerate(tasks_of(case, right)):
        answer = TaskAnswer.FOUND if number < found else TaskAnswer.NOTHING_FOUND
        command = collection.SettleTask(task.id, answer, "Søkte på e-post")
        collection.settle_task(command, actor_of(staff), now)
    collection.finish_collection(right_of(case, right).id, actor_of(staff), now)


class TestTheMailOfAnAnswer:
    def test_says_that_it_is_ready(self, make, people, now):
        organisation, staff, approver = people
        case = make.case(organisation, rights=(Right.INFORMATION,))
        weighed = Weighed(texts={"reply": "Vi lagrer skjemaet i ett år."})
        assessing.assess(right_of(case, "information").id, weighed, actor_of(staff), now)
        assert sent_as(case, staff, approver, now, "information") == "m12"

    def test_names_the_remedies_where_all_is_refused(self, make, people, now):
        organisation, staff, approver = people
        case = make.case(organisation, rights=(Right.ACCESS,))
        make_refusal(case, staff, now)
        assert sent_as(case, staff, approver, now, "access") == "m15"

    def test_names_the_remedies_where_nothing_is_granted(self, make, people, now):
        organisation, staff, approver = people
        case = make.case(organisation, rights=(Right.COMPLAINT,))
        weighed = Weighed(result="rejected", texts={"reply": "Vi ser annerledes på det."})
        assessing.assess(right_of(case, "complaint").id, weighed, actor_of(staff), now)
        assert sent_as(case, staff, approver, now, "complaint") == "m15"

    @pytest.mark.parametrize(("result", "template"), [("upheld", "m15"), ("changed", "m12")])
    def test_names_the_remedies_where_a_decision_stands(
        self, make, people, now, result, template
    ):
        organisation, staff, approver = people
        case = make.case(organisation, rights=(Right.AUTOMATED_DECISION,))
        texts = dict.fromkeys(("reply", "explained", "reviewer", "heard"), "Sett på av Ida.")
        right = right_of(case, "automated_decision")
        assessing.assess(right.id, Weighed(result=result, texts=texts), actor_of(staff), now)
        package_id = make_answer(case, staff, approver, now, "automated_decision")
        package = db.session.get_one(Package, package_id)
        assert announcing.announcement(db.session, package, right) == template

    def test_says_that_a_part_is_missing(self, make, people, now):
        organisation, staff, approver = people
        case = make.case(organisation, rights=(Right.RECTIFICATION,))
        first, second = tasks_of(case, "rectification")[:2]
        corrected = make_measure(first, staff, now, Act.CORRECT)
        make_measure_left(second, staff, now)
        settle(case, staff, now, "rectification", found=2)
        make_answer(case, staff, approver, now, "rectification")
        make_known(case, staff, now, "rectification")
        command = executing.CarryOut(corrected, "Rettet i registeret")
        executing.carry_out(command, actor_of(staff), now)
        assert sent_as(case, staff, approver, now, "rectification") == "m16"

    def test_says_that_something_is_withheld(self, make, people, now):
        organisation, staff, approver = people
        case = make.case(organisation, rights=(Right.PORTABILITY,))
        task = tasks_of(case, "portability")[0]
        make_finding(task, staff, now)
        held = make_finding(task, staff, now, fields={"Navn": "En annen"})
        settle(case, staff, now, "portability", found=1)
        make_decided_about(case, staff, now, held)
        weighed = Weighed(result="to_person")
        assessing.assess(right_of(case, "portability").id, weighed, actor_of(staff), now)
        assert sent_as(case, staff, approver, now, "portability") == "m16"


class TestItsLeaving:
    @pytest.mark.parametrize("template", announcing.TEMPLATES)
    def test_is_what_delivers_the_answer(self, template):
        assert template in ON_ACCEPTED

    def test_of_a_refusal_delivers_it(self, make, people, now):
        organisation, staff, approver = people
        case = make.case(organisation, rights=(Right.ACCESS,))
        make_refusal(case, staff, now)
        make_sent(case, staff, approver, now, "access")
        with transaction() as session:
            (letter,) = announced(case)
            job = Actor("job", "outbox_delivery")
            follow_up(CaseFile(session, session.get_one(Case, case.id), job, now), letter)
        db.session.expire_all()
        assert right_of(case, "access").state == "delivered"


def make_measure_left(task, staff, now):
    """Leave something as it is, on the ground that the law has for it."""
    texts = {"what": "fødselsåret", "why": "Det stemmer med det du har oppgitt."}
    command = measures.NewMeasure(
        id="b" * 32,
        task_id=task.id,
        act=Act.LEAVE,
        texts=texts,
        ground="gdpr_16",
        conditions=frozenset({"statement_offered"}),
    )
    measures.decide_measure(command, actor_of(staff), now)


def make_decided_about(case, staff, now, held):
    """Release everything but one finding, which is somebody else's."""
    judgement = review.Judgement(
        ReviewVerdict.WITHHOLD,
        "gdpr_20_4",
        "Opplysningen gjelder en annen.",
        frozenset({"hiding_is_not_enough"}),
    )
    review.decide(held, judgement, actor_of(staff), now)
    for task in tasks_of(case, "portability"):
        review.decide_system(
            task.id, review.Judgement(ReviewVerdict.RELEASE), actor_of(staff), now
        )
