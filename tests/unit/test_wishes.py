"""What follows from a person's answers: at once, meanwhile, on which ground."""

import pytest

from dsar import profiles
from dsar.domain.assessments import ASSESSMENTS
from dsar.domain.cases import State
from dsar.domain.measures import Act, contradicts
from dsar.domain.next_step import Progress, most_urgent
from dsar.domain.rights import Right
from dsar.domain.wishes import (
    ends_marketing,
    ground_claimed,
    meanwhile,
    takes_effect_at_once,
)

AT_ONCE = profiles.get("NO").at_once
OBJECTION, CONSENT = Right.OBJECTION, Right.CONSENT_WITHDRAWAL


class TestAtOnce:
    @pytest.mark.parametrize(
        ("right", "answers", "expected"),
        [
            (OBJECTION, {"kind": "marketing"}, True),
            (OBJECTION, {"kind": "other"}, False),
            (OBJECTION, {"words": "Slutt med dette"}, True),
            (CONSENT, {"scope": "some"}, True),
            (Right.ACCESS, {"scope": "all"}, False),
        ],
    )
    def test_is_what_the_law_does_not_let_wait(self, right, answers, expected):
        assert takes_effect_at_once(right, answers, AT_ONCE) is expected

    @pytest.mark.parametrize(
        ("right", "answers", "expected"),
        [
            (OBJECTION, {"kind": "marketing"}, True),
            (OBJECTION, {"kind": "other", "text": "Analysen"}, False),
            (CONSENT, {"scope": "all"}, True),
            (CONSENT, {"scope": "some", "text": "Bildet"}, False),
            (CONSENT, {}, False),
        ],
    )
    def test_marketing_ends_with_the_request(self, right, answers, expected):
        assert ends_marketing(right, answers) is expected


class TestMeanwhile:
    def test_a_correction_in_dispute_and_a_weighed_objection_may_ask_for_it(self):
        assert meanwhile({Right.RECTIFICATION: {"restrict": True}})["reason"] == "a"
        assert meanwhile({OBJECTION: {"kind": "other", "restrict": True}})["reason"] == "d"

    def test_marketing_ends_and_so_needs_none(self):
        assert meanwhile({OBJECTION: {"kind": "marketing", "restrict": True}}) is None

    def test_nobody_gets_it_unasked_or_twice(self):
        assert meanwhile({Right.RECTIFICATION: {"restrict": False}}) is None
        asked = {Right.RECTIFICATION: {"restrict": True}, Right.RESTRICTION: {"reason": "c"}}
        assert meanwhile(asked) is None


class TestTheGround:
    @pytest.mark.parametrize("letter", "abcd")
    def test_of_a_restriction_is_the_letter_of_the_wish(self, letter):
        found = ground_claimed(Right.RESTRICTION, {"reason": letter})
        assert found in ASSESSMENTS[Right.RESTRICTION].grounds

    def test_is_empty_where_the_person_names_none(self):
        assert ground_claimed(Right.RESTRICTION, {"reason": "e"}) == ""
        assert ground_claimed(OBJECTION, {"kind": "other"}) == ""

    def test_of_marketing_cannot_be_weighed(self):
        assert ground_claimed(OBJECTION, {"kind": "marketing"}) == "21_2"


class TestAWeighing:
    @pytest.mark.parametrize(
        ("result", "acts", "expected"),
        [
            ("stops", [Act.STOP], False),
            ("stops", [], False),
            ("stops", [Act.STOP, Act.CONTINUE], True),
            ("continues", [Act.CONTINUE], False),
            ("continues", [Act.STOP, Act.CONTINUE], False),
            ("continues", [Act.STOP], True),
            ("continues", [], False),
            ("", [Act.CORRECT], False),
        ],
    )
    def test_and_what_is_done_say_the_same(self, result, acts, expected):
        assert contradicts(result, acts) is expected


class TestTheNextStep:
    def test_is_what_cannot_wait_although_another_right_has_come_less_far(self):
        access = Progress(right=Right.ACCESS, state=State.RECEIVED, tasks=3, open_tasks=3)
        stop = Progress(right=OBJECTION, state=State.COLLECTING, to_carry_out=1)
        assert most_urgent([access, stop]).right is OBJECTION
        done = Progress(right=OBJECTION, state=State.COLLECTING)
        assert most_urgent([access, done]).right is Right.ACCESS
