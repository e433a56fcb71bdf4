"""Rectification, in Norwegian at meetings: corrected, or left on a ground with the way on."""

import pytest

from tests.browser.measuring import (
    carry_out,
    decide,
    have_approved,
    note_named,
    tell,
    tell_noted,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_says_what_it_was_and_is_and_offers_a_statement_for_the_rest(house):
    kari, ida, per = house.people("meetings", "nb")
    wish = {"wrong": "Navnet er Nordman, og jeg var ikke der", "right": "Nordmann"}
    kari.ask("meetings", ["rectification"], {"rectification": wish})
    kari.confirm()

    ida.open_case(kari.number)
    ida.at("/measures")
    assert ida.say("rect.restrict.btn") in ida.text
    first, second = ida.tasks()[:2]
    decide(ida, first, "correct", field="Etternavn", before="Nordman", after="Nordmann")
    decide(ida, first, "supplement", field="Møtet", statement="Jeg var ikke der.")
    decide(
        ida,
        second,
        "leave",
        what="påmeldingen til møtet",
        why="Listen viser at du meldte deg på.",
        ground="gdpr_16",
    )
    ida.settle(second, "found")
    for task in ida.tasks():
        if task != second:
            ida.settle(task, "found" if task == first else "nothing_found")
    ida.finish_tasks()
    note_named(ida, "rectification")
    tell(ida, "Trykkeriet AS")
    have_approved(ida, per)
    ida.accept_identity()
    carry_out(ida)
    tell_noted(ida, "rectification")
    ida.send_answer()
    kari.open_answer()
    letter = kari.read_answer()
    for part in ("Nordman", "Nordmann", "Jeg var ikke der.", "Trykkeriet AS"):
        assert part in letter
    assert kari.say("letter.supplement.h") in letter
    ida.close_case("partly")


def test_brings_restriction_where_the_person_asks_that_nothing_is_used_meanwhile(house):
    kari, ida, _ = house.people("meetings", "nb")
    wish = {"wrong": "Nordman", "right": "Nordmann", "restrict": True}
    kari.ask("meetings", ["rectification"], {"rectification": wish})
    ida.open_case(kari.number)
    assert ida.say("right.restriction") in ida.text
    ida.at("/weighing?right=restriction")
    assert ida.page.locator("main [name=ground][value='18_1_a']").is_checked()
    ida.at("/measures?right=rectification")
    assert ida.say("rect.restrict.there") in ida.text
