"""Rights that are answered with words: an automated decision, a complaint, a question."""

import pytest

from dsar.domain.assessments import ResultUnknown, Weighed, WeighingTextMissing
from dsar.domain.cases import Outcome
from dsar.domain.identity import IdentityMissing, Method
from dsar.domain.package.letters import letter_from_json
from dsar.domain.reopening import ReopenReason
from dsar.domain.rights import Right
from dsar.models import Assessment, Package, db
from dsar.services.answer import closure, delivery, reopening
from dsar.services.identity import verification
from dsar.services.rights import assessing
from dsar.vault import current_vault
from tests.factories.rights import make_answer
from tests.factories.work import actor_of, right_of
from tests.services.log import events, kinds

REVIEW = {
    "reply": "Vi har sett på avslaget igjen.",
    "explained": "Inntekt og betalingsanmerkninger ga 410 poeng. Grensen er 450.",
    "reviewer": "Ida Ruud, kredittsjef",
    "heard": "I skjemaet sier du at inntekten er feil",
}


@pytest.fixture
def office(make):
    """A maker of a case with one right, who works on it and who approves."""
    organisation = make.organisation()

    def opened(right):
        case = make.case(organisation, rights=(right,))
        return case, make.staff(organisation), make.staff(organisation)

    return opened


def weigh(case, staff, now, right, result="", **texts):
    weighed = Weighed(result=result, texts=texts or {"reply": "Vi svarer her."})
    assessing.assess(right_of(case, right).id, weighed, actor_of(staff), now)


def answer(case, staff, approver, now, right):
    """Build, approve, send, and let the person open it."""
    package_id = make_answer(case, staff, approver, now, right)
    command = delivery.SendAnswer(package_id, delivery.How.PORTAL)
    delivery.open_answer(delivery.send(command, actor_of(staff), now), now)
    db.session.expire_all()


def letter():
    package = db.session.query(Package).one()
    blocks = letter_from_json(current_vault().open(package, "letter")).blocks
    return " ".join(text for block in blocks for text in (block.heading, *block.paragraphs))


class TestAnAutomatedDecision:
    @pytest.mark.parametrize("missing", ["reply", "explained", "reviewer", "heard"])
    def test_is_looked_at_by_somebody_who_heard_the_person(self, office, now, missing):
        case, staff, _ = office(Right.AUTOMATED_DECISION)
        with pytest.raises(WeighingTextMissing) as error:
            weigh(case, staff, now, "automated_decision", "upheld", **REVIEW | {missing: " "})
        assert error.value.facts == {"field": missing}
        assert "right_assessed" not in kinds(case)

    def test_that_does_not_exist_needs_only_an_answer(self, office, now):
        case, staff, _ = office(Right.AUTOMATED_DECISION)
        weigh(case, staff, now, "automated_decision", "none")
        assert right_of(case, "automated_decision").state == "reviewing"

    @pytest.mark.parametrize(
        ("result", "words"),
        [
            ("none", "Ingen avgjørelse om deg er tatt bare automatisk"),
            ("changed", "den er endret"),
            ("upheld", "den blir stående"),
        ],
    )
    def test_is_answered_with_its_outcome_its_logic_and_every_remedy(
        self, office, now, result, words
    ):
        case, staff, approver = office(Right.AUTOMATED_DECISION)
        texts = {"reply": REVIEW["reply"]} if result == "none" else REVIEW
        weigh(case, staff, now, "automated_decision", result, **texts)
        make_answer(case, staff, approver, now, "automated_decision")
        told = letter()
        for part in (*texts.values(), words, "Datatilsynet", "domstolene", "artikkel 22"):
            assert part in told

    def test_goes_to_nobody_unknown(self, office, now):
        case, staff, approver = office(Right.AUTOMATED_DECISION)
        weigh(case, staff, now, "automated_decision", "none")
        with pytest.raises(IdentityMissing):
            answer(case, staff, approver, now, "automated_decision")

    def test_is_sealed_and_logged_by_its_code_alone(self, office, now):
        case, staff, _ = office(Right.AUTOMATED_DECISION)
        weigh(case, staff, now, "automated_decision", "changed", **REVIEW)
        assert b"kredittsjef" not in db.session.query(Assessment).one().body
        (entry,) = events(case, "right_assessed")
        assert entry.facts["result"] == "changed"
        assert "Ida" not in str(entry.facts)


class TestAComplaint:
    def test_is_upheld_partly_or_rejected(self, office, now):
        case, staff, _ = office(Right.COMPLAINT)
        with pytest.raises(ResultUnknown):
            weigh(case, staff, now, "complaint", "")

    @pytest.mark.parametrize(
        ("result", "words", "outcome"),
        [
            ("upheld", "Du har rett", Outcome.FULFILLED),
            ("partly", "Du har delvis rett", Outcome.PARTLY),
            ("rejected", "Vi ser annerledes på det", Outcome.REFUSED),
        ],
    )
    def test_is_told_with_reasons_authority_and_court_and_ends_so(
        self, office, now, result, words, outcome
    ):
        case, staff, approver = office(Right.COMPLAINT)
        weigh(case, staff, now, "complaint", result, reply="Vi svarte for sent.")
        answer(case, staff, approver, now, "complaint")
        for part in (words, "Vi svarte for sent.", "Datatilsynet", "domstolene"):
            assert part in letter()
        right_id = right_of(case, "complaint").id
        for wrong in {Outcome.FULFILLED, Outcome.PARTLY, Outcome.REFUSED} - {outcome}:
            with pytest.raises(closure.OutcomeUntrue):
                closure.close_right(right_id, wrong, actor_of(staff), now)
        closure.close_right(right_id, outcome, actor_of(staff), now)
        db.session.expire_all()
        assert right_of(case, "complaint").outcome == outcome


class TestAQuestion:
    def test_is_answered_to_anybody(self, office, now):
        case, staff, approver = office(Right.INFORMATION)
        weigh(case, staff, now, "information", reply="Vi sletter skjemaet etter ett år.")
        answer(case, staff, approver, now, "information")
        assert "Vi sletter skjemaet etter ett år." in letter()
        assert right_of(case, "information").state == "delivered"

    def test_weighed_twice_alike_is_recorded_once(self, office, now):
        case, staff, _ = office(Right.INFORMATION)
        for _ in range(2):
            weigh(case, staff, now, "information", reply="Ett år.")
        assert kinds(case).count("right_assessed") == 1

    def test_opened_again_goes_on_with_the_words_that_stand(self, office, now):
        case, staff, approver = office(Right.INFORMATION)
        weigh(case, staff, now, "information", reply="Ett år.")
        answer(case, staff, approver, now, "information")
        again = reopening.Reopen(
            case.id, frozenset({"information"}), ReopenReason.MISTAKE, "once"
        )
        reopening.reopen(again, actor_of(staff), now)
        assert right_of(case, "information").state == "reviewing"

    def test_changed_after_the_approval_is_approved_anew(self, office, now):
        case, staff, approver = office(Right.INFORMATION)
        weigh(case, staff, now, "information", reply="Ett år.")
        make_answer(case, staff, approver, now, "information")
        weigh(case, staff, now, "information", reply="To år.")
        db.session.expire_all()
        assert right_of(case, "information").state == "reviewing"


class TestAnEnding:
    @pytest.mark.parametrize("outcome", [Outcome.WITHDRAWN, Outcome.NO_ANSWER])
    def test_does_not_deny_an_answer_that_was_given(self, office, now, outcome):
        case, staff, approver = office(Right.AUTOMATED_DECISION)
        weigh(case, staff, now, "automated_decision", "upheld", **REVIEW)
        known = verification.AcceptIdentity(case.id, Method.KNOWN_IN_PERSON)
        verification.accept(known, actor_of(staff), now)
        answer(case, staff, approver, now, "automated_decision")
        right_id = right_of(case, "automated_decision").id
        with pytest.raises(closure.OutcomeUntrue):
            closure.close_right(right_id, outcome, actor_of(staff), now)
        closure.close_right(right_id, Outcome.PARTLY, actor_of(staff), now)
