"""Withdrawal of consent, in Norwegian at expectit: stopped at once, then erased if wished."""

import pytest

from tests.browser.measuring import carry_out, decide, have_approved

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_is_stopped_the_same_day_and_may_be_followed_by_erasure(house):
    kari, ida, per = house.people("expectit", "nb")
    kari.ask("expectit", ["consent_withdrawal"], {"consent_withdrawal": {"scope": "all"}})
    kari.confirm()

    ida.open_case(kari.number)
    decide(ida, ida.tasks()[0], "stop", purpose="nyhetsbrevet", origin="På et møte i mars")
    carry_out(ida, "Meldt av i listen")
    ida.settle_all("nothing_found")
    assert "Vi har gjort det du ba om" in kari.live.newest_mail(kari.email)
    ida.finish_tasks()
    have_approved(ida, per)
    ida.send_answer()
    kari.open_answer()
    letter = kari.read_answer()
    assert "nyhetsbrevet" in letter
    assert "fortsatt lovlig" in letter

    kari.at()
    kari.press("p9.erase.btn")
    assert kari.say("p9.erase.done") in kari.page.locator("body").inner_text()
    ida.at()
    assert ida.say("right.erasure") in ida.text
    ida.at("/tasks")
    assert ida.links("/tasks/")
