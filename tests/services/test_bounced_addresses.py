"""An address that bounced: one case of erasure, found by the address, mailed to by nobody."""

import pytest
from sqlalchemy import select

from dsar.domain.bounces import BounceAddressWrong, BounceNotHere
from dsar.domain.rights import Right
from dsar.models import Case, CasePerson, OutboxMessage, RequestedRight, Task, db, new_id
from dsar.queries.similar import similar_cases
from dsar.services.clock import withdrawal
from dsar.services.intake import bounces
from dsar.services.intake.bounces import Bounce, Registered
from dsar.services.intake.opening import PersonFacts
from dsar.services.mail import letters
from dsar.services.transaction import transaction
from dsar.vault import current_vault
from tests.factories.work import actor_of
from tests.services.log import events

ADDRESS = "borte@example.org"


@pytest.fixture
def house(make):
    return make.organisation("inmeta")


@pytest.fixture
def staff(make, house):
    return make.staff(house)


def came_back(staff, now, address=ADDRESS, house="inmeta", key=None):
    bounce = Bounce(house, address, f"bounce:{key or new_id()}")
    return bounces.register(bounce, actor_of(staff), now)


def cases():
    db.session.rollback()
    return list(db.session.scalars(select(Case)))


class TestAnAddressThatBounced:
    def test_becomes_a_case_of_erasure_with_a_clock_and_tasks(self, staff, now):
        assert came_back(staff, now) == Registered("2026-0001", True)
        (case,) = cases()
        right = db.session.scalars(select(RequestedRight)).one()
        assert (right.right, right.state, case.channel) == ("erasure", "received", "bounce")
        assert right.binding_on is not None
        assert db.session.scalars(select(Task)).first() is not None
        assert events(case)[0].kind == "case_registered"
        assert ADDRESS not in str([event.facts for event in events(case)])

    def test_is_mailed_nothing(self, staff, now):
        came_back(staff, now)
        rows = db.session.scalars(select(OutboxMessage)).all()
        assert {(row.template, row.recipient) for row in rows} == {("t01", "staff")}
        probe = OutboxMessage(recipient="person", case_id=cases()[0].id)
        assert letters.address_of(db.session, probe) is None

    def test_is_sealed_and_found_again_by_its_spelling(self, make, house, staff, now):
        came_back(staff, now)
        person = db.session.scalars(select(CasePerson)).one()
        assert current_vault().open(person, "identifiers") == ADDRESS
        assert ADDRESS.encode() not in person.identifiers + person.name
        own = make.case(house, now=now, person=PersonFacts("Per", email="Borte@Example.org"))
        assert [one.number for one in similar_cases(own)] == ["2026-0001"]

    @pytest.mark.parametrize("spelling", [ADDRESS, " BORTE@example.org", "<borte@example.org>"])
    def test_again_is_the_same_case_while_that_is_open(self, staff, now, spelling):
        came_back(staff, now)
        assert came_back(staff, now, spelling) == Registered("2026-0001", False)
        assert len(cases()) == 1

    def test_is_not_opened_beside_the_persons_own_wish_of_erasure(
        self, make, house, staff, now
    ):
        person = PersonFacts("Kari Nordmann", email=ADDRESS)
        own = make.case(house, (Right.ACCESS, Right.ERASURE), now=now, person=person)
        assert came_back(staff, now) == Registered(own.number, False)

    def test_is_opened_beside_her_wish_of_something_else(self, make, house, staff, now):
        make.case(house, now=now, person=PersonFacts("Kari Nordmann", email=ADDRESS))
        assert came_back(staff, now).is_new

    def test_again_later_is_a_new_case_where_the_old_one_is_closed(self, staff, now):
        came_back(staff, now)
        withdrawal.withdraw(cases()[0].id, ["erasure"], actor_of(staff), now)
        assert came_back(staff, now).is_new

    def test_by_the_same_form_is_once_even_then(self, staff, now):
        came_back(staff, now, key="one")
        withdrawal.withdraw(cases()[0].id, ["erasure"], actor_of(staff), now)
        assert came_back(staff, now, key="one") == Registered("2026-0001", False)

    def test_is_a_case_of_each_house_alone(self, make, staff, now):
        make.organisation("meetings")
        came_back(staff, now)
        assert came_back(staff, now, house="meetings").is_new


class TestIsRefused:
    def test_where_nothing_of_the_kind_is_promised(self, make, staff, now):
        make.organisation("memini")
        with pytest.raises(BounceNotHere):
            came_back(staff, now, house="memini")
        assert cases() == []

    @pytest.mark.parametrize("address", ["", "borte", "a@b@c.example", "x" * 400])
    def test_what_is_no_address(self, staff, now, address):
        with pytest.raises(BounceAddressWrong):
            came_back(staff, now, address)
        assert cases() == []

    def test_without_leaving_a_key_behind(self, make, staff, now, monkeypatch):
        made = []
        vault = current_vault()
        make_key = vault.make_key
        monkeypatch.setattr(
            type(vault), "make_key", lambda _self, owner: made.append(owner) or make_key(owner)
        )
        came_back(staff, now)
        came_back(staff, now)
        first, second = made
        with transaction():
            assert vault.missing_keys(made) == {second}
        assert first == cases()[0].id
