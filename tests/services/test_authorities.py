"""Where a person is told to complain."""

import pytest

from dsar.domain.organisations import facts_of
from dsar.services.answer.answers import authority_of


class TestTheAuthority:
    @pytest.mark.parametrize(
        ("site", "name"), [("inmeta.se", "IMY"), ("inmeta.no", "Datatilsynet"), (None, "Data")]
    )
    def test_is_the_one_named_for_the_site_on_which_the_person_came(self, make, site, name):
        house = make.organisation("inmeta")
        case = make.case(house, site=site)
        assert name in authority_of(case, facts_of(house)).name
