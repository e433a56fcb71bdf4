"""A refusal as a whole: on a ground against this right, in time, or late and said so."""

from datetime import timedelta

import pytest

from dsar.domain.clock import RefusalLate
from dsar.domain.grounds import LawNotNamed
from dsar.domain.package.letters import letter_from_json
from dsar.domain.rights import Right
from dsar.models import Case, Package, db
from dsar.services.answer import packaging
from dsar.services.answer.answers import assemble, gather
from dsar.services.rights import refusing
from dsar.services.transaction import transaction
from dsar.services.work.review import ConditionMissing, GroundMissing
from dsar.vault import current_vault
from tests.factories.rights import REASON, make_refusal
from tests.factories.work import actor_of, right_of
from tests.services.log import kinds

MONTHS = timedelta(days=45)


@pytest.fixture
def people(make):
    organisation = make.organisation()
    return organisation, make.staff(organisation)


def refuse(case, staff, now, right="access", **changes):
    given = {
        "ground": "gdpr_12_5",
        "explanation": REASON,
        "conditions": frozenset({"facts_documented", "fee_considered"}),
    }
    command = refusing.Refuse(right_id=right_of(case, right).id, **given | changes)
    refusing.refuse(command, actor_of(staff), now)


class TestWhatMayBeRefused:
    @pytest.mark.parametrize("right", sorted(refusing.NEVER_REFUSED))
    def test_is_no_withdrawal_of_consent_and_no_complaint(self, make, people, now, right):
        organisation, staff = people
        case = make.case(organisation, rights=(right,))
        before = kinds(case)
        with pytest.raises(refusing.NeverRefused):
            refuse(case, staff, now, right)
        assert kinds(case) == before

    def test_rests_on_a_ground_against_this_right(self, make, people, now):
        organisation, staff = people
        case = make.case(organisation, rights=(Right.OBJECTION,))
        ticked = frozenset({"person_told_what_to_add"})
        with pytest.raises(GroundMissing):
            refuse(case, staff, now, "objection", ground="gdpr_11_2", conditions=ticked)

    @pytest.mark.parametrize("ticked", [(), ("only_internal_not_shared",)])
    def test_under_16_e_meets_both_conditions(self, make, people, now, ticked):
        organisation, staff = people
        case = make.case(organisation)
        with pytest.raises(ConditionMissing):
            refuse(case, staff, now, ground="pol_16_e", conditions=frozenset(ticked))

    def test_under_another_law_names_its_provision(self, make, people, now):
        organisation, staff = people
        case = make.case(organisation)
        secret = {"ground": "pol_16_d", "conditions": frozenset({"duty_named"})}
        for silent in ("Vi har taushetsplikt om dette.", "This is a secret of our section."):
            with pytest.raises(LawNotNamed):
                refuse(case, staff, now, **secret, explanation=silent)
        named = "Helsepersonelloven § 21 gir oss taushetsplikt om det andre har fortalt."
        refuse(case, staff, now, **secret, explanation=named)
        assert kinds(case)[-1] == "right_refused"

    def test_tells_nothing_of_the_systems(self, make, people, now):
        organisation, staff = people
        case = make.case(organisation)
        make_refusal(case, staff, now)
        assert assemble(db.session, gather(db.session, right_of(case)), now).systems == ()


class TestARefusalAfterItsLastDay:
    def test_is_made_only_where_staff_admit_that_it_is_late(self, make, people, now):
        organisation, staff = people
        case = make.case(organisation)
        with pytest.raises(RefusalLate):
            refuse(case, staff, now + MONTHS)
        refuse(case, staff, now + MONTHS, admits_late=True)
        assert kinds(case)[-1] == "right_refused"

    def test_says_so_in_its_letter(self, make, people, now):
        organisation, staff = people
        case = make.case(organisation)
        refuse(case, staff, now + MONTHS, admits_late=True)
        packaging.build(right_of(case).id, actor_of(staff), now + MONTHS)
        package = db.session.query(Package).one()
        letter = letter_from_json(current_vault().open(package, "letter"))
        (block,) = (each for each in letter.blocks if each.key == "refusal")
        assert "det beklager vi" in block.paragraphs[-1]

    def test_repeated_as_it_stands_is_no_new_refusal(self, make, people, now):
        organisation, staff = people
        case = make.case(organisation)
        make_refusal(case, staff, now)
        make_refusal(case, staff, now + MONTHS)
        assert kinds(case).count("right_refused") == 1

    def test_is_not_late_within_the_first_month(self, make, people, now):
        organisation, _ = people
        case = make.case(organisation)
        with transaction() as session:
            row = session.get_one(Case, case.id)
            assert not refusing.is_late(session, row, right_of(case), now)
            assert refusing.is_late(session, row, right_of(case), now + MONTHS)
