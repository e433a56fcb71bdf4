"""No answer leaves with a gap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.domain.package import ITEMS, Gap, ItemText, Lack, TaskAnswer, completeness
from dsar.domain.package.matrix import BOX

REQUIRED = [item.key for item in BOX if item.required]


def texts(system="crm", **changes):
    told = {item.key: ItemText({"nb": "Tekst.", "en": "Text."}) for item in BOX}
    return {(system, key): text for key, text in (told | changes).items() if text}


class TestTheGate:
    def test_opens_when_everything_is_told(self):
        assert completeness({"crm": TaskAnswer.FOUND}, texts(), "nb") == ()

    def test_opens_when_nothing_was_found_anywhere(self):
        answers = {"a": TaskAnswer.NOTHING_FOUND, "b": TaskAnswer.CANNOT_SEARCH}
        assert completeness(answers, {}, "nb") == ()

    def test_stays_shut_while_a_system_has_not_answered(self):
        gaps = completeness({"crm": TaskAnswer.FOUND, "web": None}, texts(), "nb")
        assert gaps == (Gap("web", "", Lack.UNANSWERED),)

    def test_stays_shut_when_no_system_was_asked(self):
        assert completeness({}, {}, "nb") == (Gap("", "", Lack.NO_SYSTEM),)

    @pytest.mark.parametrize("item", REQUIRED)
    @pytest.mark.parametrize("answer", [TaskAnswer.FOUND, TaskAnswer.WITHHELD])
    def test_names_each_missing_item_of_a_system_that_holds_something(self, item, answer):
        gaps = completeness({"crm": answer}, texts(**{item: None}), "nb")
        assert gaps == (Gap("crm", item, Lack.MISSING),)

    @pytest.mark.parametrize("item", REQUIRED)
    def test_takes_a_reason_for_an_item_that_does_not_apply(self, item):
        reason = ItemText(not_applicable="finnes ikke")
        assert completeness({"crm": TaskAnswer.FOUND}, texts(**{item: reason}), "nb") == ()

    def test_asks_for_the_text_in_the_language_of_the_person(self):
        gaps = completeness({"crm": TaskAnswer.FOUND}, texts(), "sv")
        assert {gap.lack for gap in gaps} == {Lack.OTHER_LANGUAGE}

    def test_does_not_take_blanks_for_a_text(self):
        blank = ItemText({"nb": " \n"}, not_applicable="  ")
        gaps = completeness({"crm": TaskAnswer.FOUND}, texts(purposes=blank), "nb")
        assert gaps == (Gap("crm", "purposes", Lack.MISSING),)

    @pytest.mark.parametrize(
        "words", ["EU-US Privacy Shield", "privacy-shield", "PRIVACY\nSHIELD", "Privacyshield"]
    )
    def test_stops_a_transfer_text_that_rests_on_a_void_decision(self, words):
        told = texts(transfer=ItemText({"nb": f"Overført etter {words}."}))
        answers = {"crm": TaskAnswer.FOUND}
        assert completeness(answers, told, "nb") == ()
        assert completeness(answers, told, "nb", blocks_privacy_shield=True) == (
            Gap("crm", "transfer", Lack.PRIVACY_SHIELD),
        )

    @given(
        st.dictionaries(
            st.text(min_size=1), st.none() | st.sampled_from(TaskAnswer), min_size=1
        )
    )
    def test_opens_only_when_every_system_has_answered(self, answers):
        if None in answers.values():
            assert completeness(answers, {}, "nb")


def test_the_matrix_holds_every_letter_of_the_article():
    articles = " ".join(item.article for item in ITEMS)
    for letter in "abcdefgh":
        assert f"15(1)({letter})" in articles
    assert "15(2)" in articles
