"""Decisions about findings, and the gate that no gap passes."""

import pytest
from sqlalchemy import select

from dsar.domain.grounds import LawNotNamed
from dsar.domain.package.matrix import Lack
from dsar.domain.verdicts import ReviewVerdict
from dsar.models import DataSystem, Decision, Organisation, db
from dsar.services.answer import readiness
from dsar.services.transaction import transaction
from dsar.services.work import review
from dsar.services.work.review import CompleteText, Judgement
from dsar.vault import current_vault
from tests.factories.work import (
    actor_of,
    make_approved,
    make_decided,
    make_finding,
    make_settled,
    make_texts,
    right_of,
    tasks_of,
)
from tests.services.log import events, kinds

RELEASE = Judgement(ReviewVerdict.RELEASE)


def withhold(ground="gdpr_15_4", conditions=("hiding_is_not_enough",), why="Gjelder en annen"):
    return Judgement(ReviewVerdict.WITHHOLD, ground, why, frozenset(conditions))


@pytest.fixture
def office(make):
    """A case and a member of staff."""
    organisation = make.organisation()
    return make.case(organisation), make.staff(organisation)


@pytest.fixture
def finding(office, now):
    """A finding of the first task."""
    case, staff = office
    return make_finding(tasks_of(case)[0], staff, now)


def decisions(finding_id):
    db.session.expire_all()
    return list(db.session.scalars(select(Decision).where(Decision.finding_id == finding_id)))


class TestDecidingAboutAFinding:
    def test_releases_it_on_record(self, office, finding, now):
        case, staff = office
        review.decide(finding, RELEASE, actor_of(staff), now)
        (row,) = decisions(finding)
        assert (row.verdict, row.ground, row.decided_by) == ("release", None, staff.id)
        assert events(case, "finding_decided")[0].facts["verdict"] == "release"

    def test_withholds_it_on_a_ground_with_a_sealed_explanation(self, office, finding, now):
        case, staff = office
        review.decide(finding, withhold(), actor_of(staff), now)
        (row,) = decisions(finding)
        assert (row.verdict, row.ground) == ("withhold", "gdpr_15_4")
        assert current_vault().open(row, "explanation") == "Gjelder en annen"
        assert "Gjelder" not in str([event.facts for event in events(case)])

    def test_lets_the_latest_decision_hold(self, office, finding, now):
        case, staff = office
        review.decide(finding, RELEASE, actor_of(staff), now)
        review.decide(finding, withhold(), actor_of(staff), now)
        assert [row.superseded_at for row in decisions(finding)].count(None) == 1
        assert review.decisions_of(db.session, case.id)[finding].verdict == "withhold"

    def test_twice_alike_is_recorded_once(self, office, finding, now):
        case, staff = office
        review.decide(finding, withhold(), actor_of(staff), now)
        review.decide(finding, withhold(), actor_of(staff), now)
        assert kinds(case).count("finding_decided") == 1

    @pytest.mark.parametrize(
        ("judgement", "error"),
        [
            (withhold(""), review.GroundMissing),
            (withhold("pol_99"), review.GroundMissing),
            (withhold("gdpr_17_3_b", ()), review.GroundMissing),  # for erasure only
            (withhold("gdpr_12_5", ()), review.GroundMissing),  # refuses a whole request
            (withhold("dsl_5_1", ()), review.GroundMissing),  # Swedish law
            (withhold(conditions=()), review.ConditionMissing),
            (withhold("pol_16_e", ("only_internal_not_shared",)), review.ConditionMissing),
            (withhold(why=" "), review.ExplanationMissing),
            (withhold("pol_16_a", ("duty_named",), "Av hensyn til landet"), LawNotNamed),
            (withhold("pol_16_d", ("duty_named",), "Det er taushetsplikt"), LawNotNamed),
        ],
    )
    def test_is_refused_without_leaving_a_trace(self, office, finding, now, judgement, error):
        case, staff = office
        before = kinds(case)
        with pytest.raises(error):
            review.decide(finding, judgement, actor_of(staff), now)
        assert (decisions(finding), kinds(case)) == ([], before)

    def test_accepts_letter_e_with_both_its_conditions(self, office, finding, now):
        _, staff = office
        both = ("only_internal_not_shared", "necessary_for_decisions")
        review.decide(finding, withhold("pol_16_e", both), actor_of(staff), now)
        assert decisions(finding)[0].ground == "pol_16_e"

    @pytest.mark.parametrize(
        ("letter", "law"),
        [
            ("a", "Offentleglova § 20 gjelder opplysningen"),
            ("d", "Taushetsplikt etter helsepersonelloven §21"),
            ("d", "Sekretess enligt 21 kap. 1 § OSL"),
            ("d", "Confidential under section 12 of the Act"),
        ],
    )
    def test_accepts_a_letter_that_rests_on_a_named_law(
        self, office, finding, now, letter, law
    ):
        _, staff = office
        judgement = withhold(f"pol_16_{letter}", ("duty_named",), law)
        review.decide(finding, judgement, actor_of(staff), now)
        assert decisions(finding)[0].ground == f"pol_16_{letter}"

    def test_takes_an_approved_answer_back_to_review(self, office, make, now):
        case, staff = office
        organisation = db.session.get_one(Organisation, case.organisation_id)
        make_approved(case, staff, make.staff(organisation), now)
        assert right_of(case).state == "ready"
        finding = next(iter(review.decisions_of(db.session, case.id)))
        review.decide(finding, withhold(), actor_of(staff), now)
        assert right_of(case).state == "reviewing"
        assert kinds(case)[-2:] == ["package_outdated", "finding_decided"]


class TestDecidingAboutASystem:
    def test_decides_what_nobody_has_decided(self, office, finding, now):
        case, staff = office
        task = tasks_of(case)[0]
        make_finding(task, staff, now)
        review.decide(finding, withhold(), actor_of(staff), now)
        assert review.decide_system(task.id, RELEASE, actor_of(staff), now) == 1
        assert review.decide_system(task.id, RELEASE, actor_of(staff), now) == 0
        assert review.decisions_of(db.session, case.id)[finding].verdict == "withhold"


class TestTheGate:
    def ready(self, case):
        return readiness.readiness(db.session, right_of(case))

    def test_names_every_system_that_has_not_answered(self, office):
        case, _ = office
        gaps = self.ready(case).gaps
        assert [gap.lack for gap in gaps] == [Lack.UNANSWERED] * 5

    def test_asks_for_every_item_of_a_system_that_holds_something(self, office, now):
        case, staff = office
        make_settled(case, staff, now)
        lacks = self.ready(case)
        assert {gap.item for gap in lacks.gaps} == {
            "purposes",
            "categories",
            "source",
            "recipients",
            "retention",
            "transfer",
            "automated",
        }
        assert (lacks.undecided, lacks.total, lacks.is_complete) == (1, 8, False)

    def test_opens_once_texts_and_decisions_are_there(self, office, now):
        case, staff = office
        make_settled(case, staff, now)
        make_texts(case, staff, now)
        make_decided(case, staff, now)
        assert self.ready(case).is_complete

    def test_wants_the_texts_in_the_language_of_the_person(self, office, now):
        case, staff = office
        make_settled(case, staff, now)
        make_texts(case, staff, now, language="en")
        assert {gap.lack for gap in self.ready(case).gaps} == {Lack.OTHER_LANGUAGE}

    def test_refuses_privacy_shield_where_the_house_blocks_it(self, office, now):
        case, staff = office
        make_settled(case, staff, now)
        make_texts(case, staff, now)
        system = tasks_of(case)[0].system_id
        text = CompleteText(case.id, system, "transfer", "nb", "Etter Privacy Shield")
        review.complete_text(text, actor_of(staff), now)
        assert self.ready(case).gaps == ()
        with transaction() as session:
            house = session.get_one(Organisation, case.organisation_id)
            house.document = {**house.document, "behaviours": ["block_transfer_text"]}
        assert [gap.lack for gap in self.ready(case).gaps] == [Lack.PRIVACY_SHIELD]


class TestCompletingAText:
    def complete(self, office, now, text="Nei", item="automated", is_reason=False):
        case, staff = office
        system = tasks_of(case)[0].system_id
        command = CompleteText(case.id, system, item, "nb", text, is_reason)
        review.complete_text(command, actor_of(staff), now)
        db.session.expire_all()
        return db.session.get_one(DataSystem, system).document

    def test_writes_it_into_the_register_for_other_cases_as_well(self, office, now):
        document = self.complete(office, now)
        assert document["texts"] == {"nb": {"automated": "Nei"}}
        assert events(office[0], "text_completed")[0].facts["item"] == "automated"

    def test_twice_alike_is_recorded_once(self, office, now):
        self.complete(office, now)
        self.complete(office, now)
        assert kinds(office[0]).count("text_completed") == 1

    def test_lets_a_reason_take_the_place_of_a_text(self, office, now):
        self.complete(office, now)
        document = self.complete(office, now, "ingen maskin avgjør", is_reason=True)
        assert "texts" not in document
        assert document["not_applicable"] == {"nb": {"automated": "ingen maskin avgjør"}}

    @pytest.mark.parametrize(
        ("text", "item"), [("  ", "automated"), ("Nei", "rights"), ("x" * 5001, "automated")]
    )
    def test_is_refused_when_empty_unknown_or_too_long(self, office, now, text, item):
        with pytest.raises(review.DomainError):
            self.complete(office, now, text, item)
        assert "text_completed" not in kinds(office[0])

    def test_of_another_house_is_refused(self, make, office, now):
        case, staff = office
        other = tasks_of(make.case(make.organisation("inmeta")))[0].system_id
        command = CompleteText(case.id, other, "automated", "nb", "Nei")
        with pytest.raises(review.SystemUnknown):
            review.complete_text(command, actor_of(staff), now)
