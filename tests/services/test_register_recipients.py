"""Whoever the register says received the data is considered before the person is answered."""

from dataclasses import replace

import pytest

from dsar.domain.measures import Act
from dsar.domain.rights import Right
from dsar.models import DataSystem, db
from dsar.services.answer import delivery, packaging, release
from dsar.services.answer.decided import decided_of, recipient_answers
from dsar.services.intake.opening import Wish
from dsar.services.rights import recipients
from dsar.services.rights.suggesting import note_suggested, suggested
from dsar.services.transaction import transaction
from tests.factories.rights import make_answer, make_carried_out, make_known, make_measured
from tests.factories.work import actor_of, right_of

RECTIFICATION = Right.RECTIFICATION


@pytest.fixture
def house(make):
    return make.organisation("inmeta")


@pytest.fixture
def staff(make, house):
    return make.staff(house)


@pytest.fixture
def case(make, house):
    return make.case(house, wishes=(Wish(RECTIFICATION, {"wrong": "a", "right": "b"}),))


class TestRecipientsOfTheRegister:
    @pytest.fixture
    def told(self, house):
        with transaction() as session:
            for system in session.query(DataSystem).filter_by(organisation_id=house.id):
                texts = {"nb": {"recipients": "HubSpot Inc.; Regnskap AS, hubspot inc."}}
                system.document = system.document | {"role": "own", "texts": texts}

    def test_are_suggested_for_what_is_changed_until_they_are_added(
        self, told, case, staff, now
    ):
        right = right_of(case, RECTIFICATION)
        assert suggested(db.session, right) == []
        make_measured(case, staff, now, RECTIFICATION, Act.CORRECT)
        assert [each.name for each in suggested(db.session, right)] == [
            "HubSpot Inc",
            "Regnskap AS",
        ]

    def test_are_noted_before_the_answer_is_built(self, told, case, staff, now):
        make_measured(case, staff, now, RECTIFICATION, Act.CORRECT)
        right = right_of(case, RECTIFICATION)
        with pytest.raises(packaging.IncompleteAnswer) as refused:
            packaging.build(right.id, actor_of(staff), now)
        assert refused.value.facts["n"] == 2
        assert note_suggested(right.id, actor_of(staff), now) == 2
        assert note_suggested(right.id, actor_of(staff), now) == 0
        assert packaging.build(right.id, actor_of(staff), now)

    def test_are_not_written_to_the_person_where_they_have_nothing(
        self, told, case, staff, now
    ):
        make_measured(case, staff, now, RECTIFICATION, Act.CORRECT)
        right = right_of(case, RECTIFICATION)
        note_suggested(right.id, actor_of(staff), now)
        first, _ = recipients.recipients_of(db.session, right.id)
        none = recipients.SettleRecipient(
            notice_id=first.row.id, state=recipients.Told.NOT_CONCERNED, proof=""
        )
        with pytest.raises(recipients.ProofMissing):
            recipients.settle_recipient(none, actor_of(staff), now)
        reason = replace(none, proof="Hun fikk aldri nyhetsbrev.")
        recipients.settle_recipient(reason, actor_of(staff), now)
        db.session.expire_all()
        named = recipient_answers(decided_of(db.session, right_of(case, RECTIFICATION)))
        assert [(each.name, each.reason) for each in named] == [("Regnskap AS", "")]

    def test_that_come_after_the_approval_stop_the_answer(self, house, case, staff, make, now):
        make_measured(case, staff, now, RECTIFICATION, Act.CORRECT)
        package_id = make_answer(case, staff, make.staff(house), now, RECTIFICATION)
        make_known(case, staff, now, RECTIFICATION)
        make_carried_out(case, staff, now, RECTIFICATION)
        with transaction() as session:
            for system in session.query(DataSystem).filter_by(organisation_id=house.id):
                system.document = system.document | {"role": "processor"}
        send = delivery.SendAnswer(package_id, delivery.How.PORTAL)
        with pytest.raises(release.RecipientsNotTold):
            delivery.send(send, actor_of(staff), now)

    def test_are_none_for_what_only_stops(self, told, make, house, staff, now):
        objection = Wish(Right.OBJECTION, {"kind": "marketing"})
        case = make.case(house, wishes=(objection,))
        make_measured(case, staff, now, "objection", Act.STOP)
        assert suggested(db.session, right_of(case, "objection")) == []
