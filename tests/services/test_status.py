"""How a case stands, as its person may see it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dsar.domain.events import PERSON, Actor
from dsar.domain.identity import Method
from dsar.domain.rights import Right
from dsar.models import Case, OutboxMessage, db, new_id
from dsar.services.answer import delivery
from dsar.services.casefile import CaseFile
from dsar.services.contact import status
from dsar.services.identity import confirmation, verification
from dsar.services.intake.opening import Wish
from dsar.services.transaction import transaction
from tests.factories.portal import make_request, secrets_of
from tests.factories.work import actor_of, make_delivery, make_settled


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def asked(house):
    return make_request(house)


@pytest.fixture
def staff(house, make):
    return make.staff(house)


def view(asked, now):
    db.session.rollback()
    return status.status_of(asked.id, now)


def words(asked, now):
    return [one.words_id for one in view(asked, now).happened]


def ask(asked, staff, now, question="Hva heter kurset?"):
    command = verification.AskIdentity(
        new_id(), asked.id, Method.QUESTION, "Adressen er ukjent for oss.", question
    )
    return verification.ask(command, actor_of(staff), now)


class TestTheStatus:
    def test_begins_with_the_request_and_the_day_that_binds(self, asked, now):
        found = view(asked, now)
        assert found.state_words == "public.state.received"
        assert found.reckoning.binding_on == asked.case.binding_on
        assert words(asked, now) == ["p9.event.case_opened"]
        assert not found.is_late

    def test_says_late_the_day_after_and_names_the_authority(self, asked, now):
        late = now + timedelta(days=31)
        assert view(asked, late).is_late
        assert view(asked, late).authority.name == "Datatilsynet"

    def test_tells_of_work_without_names_systems_or_decisions(self, asked, staff, now):
        make_settled(asked.case, staff, now)
        assert words(asked, now) == [
            "p9.event.collection_finished",
            "p9.event.work_started",
            "p9.event.case_opened",
        ]
        told = str(view(asked, now).happened)
        assert staff.id not in told
        assert staff.name not in told

    def test_stops_being_late_when_the_answer_is_there(self, asked, staff, house, make, now):
        delivery_id = make_delivery(asked.case, staff, make.staff(house), now)
        assert view(asked, now).state_words == "public.state.delivered"
        delivery.open_answer(delivery_id, now)
        found = view(asked, now + timedelta(days=60))
        assert not found.is_late
        assert len(found.answers) == 1
        assert "p9.event.answer_sent" in [one.words_id for one in found.happened]

    def test_lists_each_right_with_its_own_day(self, house, now):
        wishes = (Wish(Right.ACCESS), Wish(Right.ERASURE))
        found = view(make_request(house, wishes=wishes), now)
        assert [one.right for one in found.rights] == ["access", "erasure"]
        assert all(one.due_on for one in found.rights)


class TestAQuestionOfIdentity:
    def test_is_shown_with_its_reason_as_soon_as_it_is_asked(self, asked, staff, now):
        ask(asked, staff, now)
        found = status.question_of(asked.id)
        assert found.doubt == "Adressen er ukjent for oss."
        assert found.question == "Hva heter kurset?"
        assert view(asked, now).state_words == "public.state.waiting"

    def test_says_that_the_clock_stands_still_only_when_it_does(self, asked, staff, now):
        check = ask(asked, staff, now)
        assert not status.question_of(asked.id).is_paused
        with transaction() as session:
            query = select(OutboxMessage).where(OutboxMessage.template.like("m05%"))
            letter = session.scalars(query).one()
            case = session.get_one(Case, asked.id)
            verification.notice_left(CaseFile(session, case, Actor("job", "test"), now), letter)
        found = view(asked, now)
        assert status.question_of(asked.id).is_paused
        assert found.reckoning.is_suspended
        assert check == status.question_of(asked.id).check_id

    def test_is_gone_when_it_is_answered_and_the_answer_is_told(self, asked, staff, now):
        check = ask(asked, staff, now)
        verification.answer_identity(check, "Salgskurset", PERSON, now)
        assert status.question_of(asked.id) is None
        assert "p9.event.identity_answered" in words(asked, now)

    def test_that_staff_took_back_is_not_told_as_answered(self, asked, staff, now):
        check = ask(asked, staff, now)
        verification.decide_identity(check, "insufficient", actor_of(staff), now)
        told = words(asked, now)
        assert "p9.event.identity_answered" not in told
        assert "p9.event.identity_decided.insufficient" in told


class TestOtherCases:
    def test_of_the_same_address_and_day_are_listed_once_the_address_is_confirmed(
        self, house, asked, now
    ):
        other = make_request(house)
        make_request(house, email="ola@example.org")
        assert view(asked, now).others == ()
        confirmation.confirm_by_code(asked.id, secrets_of(asked.id, "m01")["code"], now)
        assert [one.number for one in view(asked, now).others] == [other.number]

    def test_of_another_day_or_organisation_are_not(self, house, asked, make, now):
        make_request(make.organisation("memini"))
        make_request(house, now=now + timedelta(days=1))
        confirmation.confirm_by_code(asked.id, secrets_of(asked.id, "m01")["code"], now)
        assert view(asked, now).others == ()
