"""Whether the keys of the cases are where they should be."""

from dsar.services.setup import installation
from dsar.services.transaction import transaction
from dsar.vault import current_vault


class TestTheKeyStore:
    def test_has_the_key_of_every_case(self, make, monkeypatch):
        monkeypatch.setattr(installation, "KEYS_AT_ONCE", 2)
        cases = [make.case(make.organisation("meetings")) for _ in range(3)]
        assert installation.cases_without_key() == 0
        current_vault().destroy_key(cases[0].id)
        assert installation.cases_without_key() == 1

    def test_owes_none_to_a_case_that_is_disposed_of(self, make):
        case = make.case(make.organisation("meetings"))
        current_vault().destroy_key(case.id)
        with transaction() as session:
            session.merge(case).state = "disposed"
        assert installation.cases_without_key() == 0
