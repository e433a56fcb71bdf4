"""Rights of one case that get in each other's way, or are taken up again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dsar.domain.cases import Outcome, State
from dsar.domain.next_step import Progress, Undo, most_urgent, next_step
from dsar.domain.rights import Right
from dsar.domain.verdicts import ReviewVerdict
from dsar.models import Measure, db
from dsar.services.answer import closure
from dsar.services.rights import executing, measures, refusing
from tests.factories.hands import Hands


@pytest.fixture
def hands(make, now):
    """A case of access and restriction, with two systems each."""
    hands = Hands(make, (Right.ACCESS, Right.RESTRICTION), now)
    for right in hands.rights():
        hands.fold(right)
    return hands


def go_on_until(hands, number, state):
    """Follow the next step of a right until it has come so far."""
    for _ in range(12):
        if hands.right(number).state == state:
            return
        hands.onward(hands.right(number))
    raise AssertionError(hands.right(number).state)


class TestTakingUpAgain:
    def test_after_the_approval_means_building_and_approving_anew(self, hands):
        go_on_until(hands, 0, "ready")
        hands.withdraw([hands.right(0)])
        hands.undo()
        assert hands.right(0).state == "collecting"
        go_on_until(hands, 0, "closed")
        assert hands.right(0).outcome == "fulfilled"

    def test_a_refused_right_does_not_wait_for_its_systems(self, hands):
        hands.refuse(hands.right(0))
        hands.withdraw([hands.right(0)])
        hands.undo()
        assert hands.right(0).state == "reviewing"

    def test_does_not_happen_to_what_is_on_its_way(self, hands):
        go_on_until(hands, 0, "ready")
        hands.onward(hands.right(0))  # identity
        hands.onward(hands.right(0))  # sent, and not left yet
        hands.withdraw([hands.right(0)])
        assert hands.right(0).state == "ready"
        with pytest.raises(closure.OutcomeUntrue):
            hands.close(hands.right(0), Outcome.WITHDRAWN)


class TestARefusedRight:
    def test_carries_nothing_out(self, hands):
        hands.measure(hands.right(1), 0)
        hands.refuse(hands.right(1))
        with pytest.raises(executing.NothingToCarryOut):
            hands.carry_out(0)
        go_on_until(hands, 1, "closed")
        assert hands.right(1).outcome == "refused"

    def test_is_none_of_which_something_has_been_carried_out(self, hands):
        hands.measure(hands.right(1), 0)
        hands.carry_out(0)
        assert db.session.query(Measure).one().executed_at
        with pytest.raises(measures.MeasureCarriedOut):
            hands.refuse(hands.right(1))
        assert not refusing.is_refused(db.session, hands.right(1).id)


class TestTheEnd:
    def test_is_not_full_where_something_is_withheld(self, hands):
        hands.onward(hands.right(0))
        hands.judge(0, ReviewVerdict.WITHHOLD)
        go_on_until(hands, 0, "delivered")
        with pytest.raises(closure.OutcomeUntrue):
            hands.close(hands.right(0), Outcome.FULFILLED)
        hands.close(hands.right(0), Outcome.PARTLY)


class TestTheNextStep:
    def test_is_the_copy_before_erasing(self):
        done = {"state": State.READY, "is_built": True, "is_approval_asked": True}
        ready = done | {"is_approved": True, "is_identified": True}
        erasure = Progress(right=Right.ERASURE, to_carry_out=1, **ready)
        access = Progress(right=Right.ACCESS, **ready)
        step = most_urgent([erasure, access])
        assert (step.right, step.words_id) == (Right.ACCESS, "step.send")

    def test_is_what_need_not_wait_for_the_end_of_taking_back(self, now):
        day = timedelta(days=1)
        approved = {"is_built": True, "is_approval_asked": True, "is_approved": True}
        ready = approved | {"state": State.READY, "is_identified": True, "approved_at": now}
        erasure = Progress(right=Right.ERASURE, to_carry_out=3, to_erase=2, **ready)
        soon, later = Undo(now, day), Undo(now + day, day)
        step = next_step(erasure, soon)
        assert (step.words_id, step.n, step.waits) == ("step.carry_out", 1, False)
        step = next_step(replace(erasure, to_carry_out=2), soon)
        assert (step.words_id, step.until, step.waits) == ("step.wait_undo", now + day, True)
        assert next_step(erasure, later).n == 3
        other = Progress(right=Right.RECTIFICATION, to_carry_out=1, **ready)
        assert next_step(other, soon).words_id == "step.carry_out"

    def test_is_not_to_wait_while_there_is_something_to_do(self):
        waits = Progress(right=Right.ACCESS, state=State.READY, is_sent=True)
        answered = Progress(right=Right.COMPLAINT, state=State.DELIVERED)
        step = most_urgent([waits, answered])
        assert (step.right, step.words_id) == (Right.COMPLAINT, "step.close")
