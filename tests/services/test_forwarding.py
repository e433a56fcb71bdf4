"""A request that a customer of the house decides: sent on, told, then closed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from dsar.domain.clock_notices import CaseEnded
from dsar.domain.forwarding import (
    ForwardedAlready,
    ForwardedWrongDay,
    ForwardingIncomplete,
    ForwardingNotHere,
)
from dsar.domain.rights import Right
from dsar.i18n import LANGUAGES
from dsar.models import Case, Forwarding, OutboxMessage, db, new_id
from dsar.services.clock import withdrawal
from dsar.services.intake.opening import PersonFacts
from dsar.services.mail import letters, settling
from dsar.services.mail.settling import Sending
from dsar.services.rights import forwarding
from dsar.services.transaction import transaction
from tests.factories.mail import let_leave, letters_of
from tests.factories.rights import make_refusal, make_sent
from tests.factories.work import actor_of
from tests.services.log import events, kinds

CUSTOMER = "Kundefirma AS"
CONTACT = "personvern@kunde.example"


@pytest.fixture
def house(make):
    return make.organisation("expectit")


@pytest.fixture
def staff(make, house):
    return make.staff(house)


@pytest.fixture
def case(make, house, now):
    return make.case(house, (Right.ACCESS, Right.ERASURE), now=now)


def send_on(case, staff, now, **values):
    made = {
        "id": new_id(),
        "controller": CUSTOMER,
        "contact": CONTACT,
        "sent_on": date(2026, 11, 20),
        "how": "Kryptert e-post",
    } | values
    forwarding.forward(forwarding.Forward(case_id=case.id, **made), actor_of(staff), now)
    return made["id"]


def fresh(case):
    db.session.rollback()
    return db.session.get_one(Case, case.id)


class TestSendingOn:
    def test_ends_the_case_and_its_clock_when_the_person_has_been_told(self, case, staff, now):
        send_on(case, staff, now)
        assert fresh(case).state == "received"
        assert not forwarding.is_forwarded(db.session, case.id)
        let_leave("m20", now)
        assert forwarding.is_forwarded(db.session, case.id)
        assert (fresh(case).state, fresh(case).outcome) == ("closed", "forwarded")
        assert kinds(case)[1:] == [
            "forwarding_prepared",
            "mail_accepted",
            "forwarding_notified",
            "right_closed",
            "right_closed",
            "case_closed",
        ]

    @pytest.mark.parametrize("state", [Sending.KEPT, Sending.REFUSED, Sending.HELD_BACK])
    def test_leaves_it_open_while_the_notice_has_not_left(self, case, staff, now, state):
        send_on(case, staff, now)
        let_leave("m20", now, state)
        assert fresh(case).state == "received"
        letter = letters_of("m20")[-1]
        settling.record_as_posted(letter.id, actor_of(staff), now)
        assert fresh(case).outcome == "forwarded"

    def test_twice_by_the_same_form_is_once(self, case, staff, now):
        form = send_on(case, staff, now)
        send_on(case, staff, now, id=form, controller="Et annet AS")
        assert len(db.session.scalars(select(Forwarding)).all()) == 1
        assert len(letters_of("m20")) == 1

    def test_leaves_a_right_that_was_withdrawn_meanwhile_as_it_is(self, case, staff, now):
        send_on(case, staff, now)
        withdrawal.withdraw(case.id, ["erasure"], actor_of(staff), now)
        let_leave("m20", now)
        outcomes = {e.facts["right"]: e.facts["outcome"] for e in events(case, "right_closed")}
        assert outcomes == {"access": "forwarded", "erasure": "withdrawn"}

    def test_leaves_an_answer_that_is_on_its_way_as_it_is(self, case, staff, make, house, now):
        make_refusal(case, staff, now)
        make_sent(case, staff, make.staff(house), now, "access")
        send_on(case, staff, now)
        let_leave("m20", now)
        outcomes = {e.facts["right"]: e.facts["outcome"] for e in events(case, "right_closed")}
        assert outcomes == {"erasure": "forwarded"}

    def test_keeps_who_decides_sealed_and_out_of_the_log(self, case, staff, now):
        send_on(case, staff, now)
        row = db.session.scalars(select(Forwarding)).one()
        assert CUSTOMER.encode() not in row.controller
        let_leave("m20", now)
        for text in (CUSTOMER, CONTACT):
            assert text not in str([e.facts for e in events(case)])
            assert text not in str([r.facts for r in db.session.scalars(select(OutboxMessage))])
        found = forwarding.forwarding_of(case.id)
        assert (found.controller, found.contact, found.how) == (
            CUSTOMER,
            CONTACT,
            "Kryptert e-post",
        )


class TestTheNotice:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_names_the_company_and_the_day_and_no_contact(self, case, staff, now, language):
        send_on(case, staff, now)
        with transaction() as session:
            session.scalars(select(OutboxMessage)).one().language = language
        letter = letters.compose(db.session, letters_of("m20")[0], "kari@example.org")
        assert CUSTOMER in letter.body
        assert "2026" in letter.body
        assert CONTACT not in letter.body
        assert CUSTOMER not in letter.subject

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_says_everything_on_paper(self, make, house, staff, now, language):
        person = PersonFacts("Kari Nordmann", postal_address="Gata 1, 0001 Oslo")
        case = make.case(house, person=person, language=language, now=now)
        send_on(case, staff, now)
        letter = letters.compose(db.session, letters_of("m20.post")[0], "")
        assert CUSTOMER in letter.body
        assert CONTACT in letter.body
        let_leave("m20.post", now, Sending.NO_ADDRESS)
        posted = letters_of("m20.post")[0]
        settling.record_as_posted(posted.id, actor_of(staff), now)
        assert fresh(case).outcome == "forwarded"


class TestIsRefused:
    def test_in_a_house_that_answers_for_itself(self, make, now):
        house = make.organisation("memini")
        case = make.case(house, now=now)
        with pytest.raises(ForwardingNotHere):
            send_on(case, make.staff(house), now)

    def test_a_second_time(self, case, staff, now):
        send_on(case, staff, now)
        with pytest.raises(ForwardedAlready):
            send_on(case, staff, now)

    def test_once_the_case_is_closed(self, case, staff, now):
        withdrawal.withdraw(case.id, ["access", "erasure"], actor_of(staff), now)
        with pytest.raises(CaseEnded):
            send_on(case, staff, now)

    @pytest.mark.parametrize("name", ["controller", "contact", "how"])
    def test_without_what_the_person_must_be_told(self, case, staff, now, name):
        with pytest.raises(ForwardingIncomplete):
            send_on(case, staff, now, **{name: " "})
        assert kinds(case) == ["case_opened"]

    @pytest.mark.parametrize("days", [-1, 1])
    def test_on_a_day_before_the_receipt_or_after_today(self, case, staff, now, days):
        with pytest.raises(ForwardedWrongDay):
            send_on(case, staff, now, sent_on=now.date() + timedelta(days=days))
        assert letters_of("m20") == []
