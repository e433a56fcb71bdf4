"""Measures, weighing, refusals: decided, approved, then carried out and told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dsar.domain.assessments import Weighed, WeighingTextMissing
from dsar.domain.cases import Outcome
from dsar.domain.grounds import LawNotNamed
from dsar.domain.identity import IdentityMissing
from dsar.domain.measures import Act, KeepEndMissing, MeasureTextMissing
from dsar.domain.package.letters import letter_from_json
from dsar.domain.rights import Right
from dsar.models import Measure, Package, db
from dsar.services.answer import closure, delivery, packaging, release
from dsar.services.answer.answers import fingerprint, gather
from dsar.services.mail import task_reminders
from dsar.services.rights import assessing, executing, measures, recipients, refusing
from dsar.services.work import review
from dsar.vault import current_vault
from tests.factories.rights import (
    REASON,
    make_answer,
    make_carried_out,
    make_known,
    make_measure,
    make_measured,
    make_refusal,
    make_sent,
)
from tests.factories.work import actor_of, right_of, tasks_of
from tests.services.log import kinds


@pytest.fixture
def office(make):
    """A case of rectification, who works on it and who approves."""
    organisation = make.organisation()
    case = make.case(organisation, rights=(Right.RECTIFICATION,))
    return case, make.staff(organisation), make.staff(organisation)


def correct_one(case, staff, now):
    """Decide on a correction in the first system, and finish the collection."""
    make_measured(case, staff, now, "rectification", Act.CORRECT)


def make_delivered(case, staff, now):
    """Send what is approved, and open it."""
    package = db.session.query(Package).filter_by(replaced_at=None).one()
    command = delivery.SendAnswer(package.id, delivery.How.PORTAL)
    delivery.open_answer(delivery.send(command, actor_of(staff), now), now)
    db.session.expire_all()


class TestAMeasure:
    def test_lacks_nothing_that_the_person_is_told(self, office, now):
        case, staff, _ = office
        task = tasks_of(case, "rectification")[0]
        before = kinds(case)
        with pytest.raises(MeasureTextMissing):
            make_measure(task, staff, now, Act.CORRECT, field="Telefon", before="", after="1")
        assert kinds(case) == before

    def test_leaves_something_alone_on_a_ground_only(self, office, now):
        case, staff, _ = office
        task = tasks_of(case, "rectification")[0]
        with pytest.raises(review.GroundMissing):
            make_measure(task, staff, now, Act.LEAVE, why="Vi har sjekket, og det stemmer.")

    def test_is_sealed(self, office, now):
        case, staff, _ = office
        task = tasks_of(case, "rectification")[0]
        texts = {"field": "Telefon", "before": "22 33 44 55", "after": "99 88 77 66"}
        measure_id = make_measure(task, staff, now, Act.CORRECT, **texts)
        row = db.session.get_one(Measure, measure_id)
        assert b"22 33 44 55" not in row.body
        assert "22 33 44 55" in current_vault().open(row, "body")

    def test_that_keeps_says_until_when(self, make, now):
        organisation = make.organisation()
        case, staff = make.case(organisation, rights=(Right.ERASURE,)), make.staff(organisation)
        with pytest.raises(KeepEndMissing):
            make_measure(
                tasks_of(case, "erasure")[0],
                staff,
                now,
                Act.KEEP,
                why="Regnskap.",
                statute="bokføringsloven § 13",
            )

    def test_that_keeps_by_another_law_names_its_provision(self, make, now):
        organisation = make.organisation()
        case, staff = make.case(organisation, rights=(Right.ERASURE,)), make.staff(organisation)
        texts = {"what": "fakturaer", "why": "Regnskap.", "end": "ut 2031"}
        command = measures.NewMeasure(
            id="0" * 32,
            task_id=tasks_of(case, "erasure")[0].id,
            act=Act.KEEP,
            texts=texts | {"statute": "bokføringsloven"},
            ground="gdpr_17_3_b",
            conditions=frozenset({"duty_named"}),
        )
        with pytest.raises(LawNotNamed):
            measures.decide_measure(command, actor_of(staff), now)
        named = texts | {"statute": "bokføringsloven § 13"}
        command = replace(command, texts=named)
        assert measures.decide_measure(command, actor_of(staff), now) == command.id

    def test_of_an_erasure_is_not_told_before_the_ground_is_weighed(self, make, now):
        organisation = make.organisation()
        case, staff = make.case(organisation, rights=(Right.ERASURE,)), make.staff(organisation)
        make_measured(case, staff, now)
        with pytest.raises(packaging.IncompleteAnswer) as refused:
            packaging.build(right_of(case, "erasure").id, actor_of(staff), now)
        assert refused.value.facts["n"] == 1


class TestCarryingOut:
    @pytest.fixture
    def decided(self, office, now):
        case, staff, approver = office
        correct_one(case, staff, now)
        return case, staff, approver

    def test_waits_for_a_second_person(self, decided, now):
        case, staff, _ = decided
        with pytest.raises(executing.MeasureNotApproved):
            make_carried_out(case, staff, now, "rectification")

    def test_waits_for_identity(self, decided, now):
        case, staff, approver = decided
        make_answer(case, staff, approver, now, "rectification")
        with pytest.raises(IdentityMissing):
            make_carried_out(case, staff, now, "rectification")

    def test_comes_before_the_answer_is_sent(self, decided, now):
        case, staff, approver = decided
        with pytest.raises(release.NotCarriedOut):
            make_sent(case, staff, approver, now, "rectification")
        make_carried_out(case, staff, now, "rectification")
        make_delivered(case, staff, now)
        assert right_of(case, "rectification").state == "delivered"

    def test_is_not_taken_back(self, decided, now):
        case, staff, approver = decided
        make_answer(case, staff, approver, now, "rectification")
        make_known(case, staff, now, "rectification")
        make_carried_out(case, staff, now, "rectification")
        (row,) = db.session.query(Measure)
        with pytest.raises(measures.MeasureCarriedOut):
            measures.remove_measure(row.id, actor_of(staff), now)

    def test_ends_as_what_was_decided(self, decided, now):
        case, staff, approver = decided
        make_answer(case, staff, approver, now, "rectification")
        make_known(case, staff, now, "rectification")
        make_carried_out(case, staff, now, "rectification")
        make_delivered(case, staff, now)
        right_id = right_of(case, "rectification").id
        with pytest.raises(closure.OutcomeUntrue):
            closure.close_right(right_id, Outcome.PARTLY, actor_of(staff), now)
        closure.close_right(right_id, Outcome.FULFILLED, actor_of(staff), now)
        db.session.expire_all()
        assert right_of(case, "rectification").outcome == "fulfilled"


class TestARefusal:
    def test_says_why_in_words(self, office, now):
        case, staff, _ = office
        right_id = right_of(case, "rectification").id
        ticked = frozenset({"facts_documented", "fee_considered"})
        for explanation, error in (
            ("", review.ExplanationMissing),
            ("Nei.", refusing.ReasonTooShort),
        ):
            command = refusing.Refuse(
                right_id=right_id,
                ground="gdpr_12_5",
                explanation=explanation,
                conditions=ticked,
            )
            with pytest.raises(error):
                refusing.refuse(command, actor_of(staff), now)

    def test_makes_a_letter_with_ground_reason_authority_and_court(self, office, now):
        case, staff, approver = office
        make_refusal(case, staff, now, "rectification")
        make_sent(case, staff, approver, now, "rectification")
        package = db.session.query(Package).one()
        letter = letter_from_json(current_vault().open(package, "letter"))
        text = " ".join(p for block in letter.blocks for p in block.paragraphs)
        for part in (REASON, "GDPR artikkel 12 nr. 5", "Datatilsynet", "domstolene"):
            assert part in text

    def test_taken_back_is_worked_on_after_all(self, office, now):
        case, staff, _ = office
        make_refusal(case, staff, now, "rectification")
        refusing.take_back(right_of(case, "rectification").id, actor_of(staff), now)
        db.session.expire_all()
        assert right_of(case, "rectification").state == "collecting"


class TestRecipients:
    def test_are_told_before_the_answer_leaves(self, office, now):
        case, staff, approver = office
        correct_one(case, staff, now)
        right_id = right_of(case, "rectification").id
        command = recipients.NewRecipient(id="f" * 32, right_id=right_id, name="Lykke Media AS")
        recipients.add_recipient(command, actor_of(staff), now)
        package_id = make_answer(case, staff, approver, now, "rectification")
        make_known(case, staff, now, "rectification")
        make_carried_out(case, staff, now, "rectification")
        send = delivery.SendAnswer(package_id, delivery.How.PORTAL)
        with pytest.raises(release.RecipientsNotTold):
            delivery.send(send, actor_of(staff), now)
        told = recipients.SettleRecipient(
            notice_id="f" * 32,
            state=recipients.Told.TOLD,
            proof="E-post til kontakten",
            told_on=now.date(),
        )
        recipients.settle_recipient(told, actor_of(staff), now)
        assert delivery.send(send, actor_of(staff), now)

    def test_that_cannot_be_told_need_another_letter(self, office, now):
        case, staff, approver = office
        correct_one(case, staff, now)
        right = right_of(case, "rectification")
        command = recipients.NewRecipient(id="f" * 32, right_id=right.id, name="Lykke Media AS")
        recipients.add_recipient(command, actor_of(staff), now)
        make_answer(case, staff, approver, now, "rectification")
        before = fingerprint(gather(db.session, right))
        impossible = recipients.SettleRecipient(
            notice_id="f" * 32, state=recipients.Told.IMPOSSIBLE, proof="Selskapet er oppløst."
        )
        recipients.settle_recipient(impossible, actor_of(staff), now)
        db.session.expire_all()
        assert right_of(case, "rectification").state == "reviewing"
        assert fingerprint(gather(db.session, right)) != before

    @pytest.mark.parametrize("days", [-1, 1])
    def test_are_not_told_before_the_request_nor_after_today(self, office, now, days):
        case, staff, _ = office
        right_id = right_of(case, "rectification").id
        command = recipients.NewRecipient(id="f" * 32, right_id=right_id, name="Lykke Media AS")
        recipients.add_recipient(command, actor_of(staff), now)
        told = recipients.SettleRecipient(
            notice_id="f" * 32,
            state=recipients.Told.TOLD,
            proof="E-post til kontakten",
            told_on=now.date() + timedelta(days=days),
        )
        with pytest.raises(recipients.ToldDayWrong):
            recipients.settle_recipient(told, actor_of(staff), now)
        assert recipients.open_recipients(db.session, right_id) == 1


class TestAnExplanation:
    @pytest.mark.parametrize("right", [Right.COMPLAINT, Right.INFORMATION])
    def test_is_answered_with_words(self, make, now, right):
        organisation = make.organisation()
        case = make.case(organisation, rights=(right,))
        staff, approver = make.staff(organisation), make.staff(organisation)
        right_id, result = right_of(case, right).id, "upheld" if right == "complaint" else ""
        with pytest.raises(packaging.TransitionError):
            packaging.build(right_id, actor_of(staff), now)
        with pytest.raises(WeighingTextMissing):
            assessing.assess(right_id, Weighed("", result, {}), actor_of(staff), now)
        weighed = Weighed("", result, {"reply": "Du har rett, og vi beklager."})
        assessing.assess(right_id, weighed, actor_of(staff), now)
        delivery_id = make_sent(case, staff, approver, now, right)
        delivery.open_answer(delivery_id, now)
        closure.close_right(right_id, Outcome.FULFILLED, actor_of(staff), now)
        db.session.expire_all()
        assert case.state == "closed"


class TestARefusedRight:
    def test_reminds_nobody_of_its_tasks(self, office, now):
        case, staff, _ = office
        later = now + timedelta(days=12)
        assert task_reminders.cases_to_remind(later) == [case.id]
        make_refusal(case, staff, now, "rectification")
        assert task_reminders.cases_to_remind(later) == []
