"""The clock of a case: replayed from its log, under the law of house and site."""

from datetime import date

import pytest
from sqlalchemy import select

from dsar.domain.organisations import facts_of
from dsar.models import Organisation, RequestedRight, db
from dsar.services.clock import deadlines
from dsar.services.transaction import transaction

HOST = "example.se"


@pytest.fixture
def house(make):
    return make.organisation()


def declare(house, profile, clock=None):
    """Let a site of the organisation follow a law of its own."""
    with transaction() as session:
        row = session.get_one(Organisation, house.id)
        site = {"profile": profile, "clock": clock or {}}
        promise = {"origin": "default", "words": ""}
        row.document = {
            **row.document,
            "sites": [HOST],
            "site_settings": {HOST: site},
            "promise": promise,
        }


class TestASiteWithALawOfItsOwn:
    def test_lets_the_earlier_date_bind(self, make, house, now):
        declare(house, "BR")
        elsewhere, here = make.case(house), make.case(house, site=HOST)
        assert here.sort_on == date(2026, 12, 5)
        assert elsewhere.sort_on == date(2026, 12, 21)
        assert here.site_clock == {"profile": "BR", "options": {}}
        assert elsewhere.site_clock is None

    def test_keeps_it_when_the_settings_change_later(self, make, house, now):
        declare(house, "BR")
        case = make.case(house, site=HOST)
        declare(house, "")
        found = deadlines.reckon(db.session, case, "access")
        assert found.binding_on == case.binding_on
        assert "two_laws" in found.flags

    def test_does_not_lend_it_the_choices_of_the_house(self, make, house, now):
        with transaction() as session:
            row = session.get_one(Organisation, house.id)
            row.document = {**row.document, "profile": "DE", "clock": {"subdiv": "BY"}}
        declare(house, "UK", {"subdiv": "SCT"})
        start = deadlines.start_for(
            facts_of(db.session.get_one(Organisation, house.id)), HOST, now
        )
        assert start.options == {"subdiv": "BY"}
        assert start.site == {"profile": "UK", "options": {"subdiv": "SCT"}}

    def test_stores_what_it_says(self, make, house, now):
        declare(house, "BR")
        case = make.case(house, site=HOST)
        right = db.session.scalars(select(RequestedRight)).one()
        assert right.binding_on == case.binding_on
        words = [step.message_id for step in deadlines.read_steps(right.clock_steps)]
        assert "clock.step.two_laws" in words
