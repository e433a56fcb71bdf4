"""Objection, in English at glasoterapi: marketing ends at once, other uses are weighed."""

import re

import pytest

from tests.browser.measuring import carry_out, decide, have_approved, weigh
from tests.browser.people import CODE, NUMBER

pytestmark = [pytest.mark.browser, pytest.mark.slow]
KEY = "glasoterapi"


def test_marketing_ends_the_same_day_without_a_reason_or_proof_of_identity(house):
    kari, ida, per = house.people(KEY, "en")
    kari.key = KEY
    kari.go(f"/o/{KEY}/stop-marketing?lang=en")
    kari.press("p16.do.btn")
    assert kari.say("p16.email.err") in kari.text
    kari.put("address", kari.email)
    kari.press("p16.do.btn")
    assert kari.say("p16.done.h") in kari.text
    assert "customer relationship" in kari.text
    kari.number = re.search(NUMBER, kari.text)[0]
    kari.access_code = re.search(CODE, kari.text)[0]

    ida.open_case(kari.number)
    task = ida.tasks()[0]
    decide(ida, task, "stop", purpose="newsletters")
    carry_out(ida, "Unsubscribed in the newsletter tool, checked the list")
    ida.settle_all("nothing_found")
    mail = kari.live.newest_mail(kari.email)
    assert "We have done what you asked" in mail
    assert "needed for a customer" in " ".join(mail.split())

    ida.finish_tasks()
    weigh(ida)
    have_approved(ida, per)
    ida.send_answer()
    kari.go(f"/o/{KEY}/find")
    kari.fill_in({"number": kari.number, "access": kari.access_code})
    kari.save()
    kari.open_answer()
    letter = kari.read_answer()
    assert "newsletters" in letter
    ida.close_case("fulfilled")
    ida.go(f"/staff/{KEY}/restrictions")
    assert ida.say("suppression.h") in ida.text


def test_another_use_goes_on_only_where_that_was_weighed(house):
    kari, ida, per = house.people(KEY, "en")
    other = {"kind": "other", "text": "The analysis of what I buy, because of my job"}
    kari.ask(KEY, ["objection"], {"objection": other})
    kari.confirm()

    ida.open_case(kari.number)
    decide(
        ida,
        ida.tasks()[0],
        "continue",
        purpose="the check for fraud",
        why="We would not see misuse of cards without it.",
        ground="gdpr_21_1",
    )
    ida.settle_all("nothing_found")
    ida.finish_tasks()
    weigh(ida, ground="21_1", result="stops")
    ida.at("/answer")
    assert ida.say("s11.lack.consistent") in ida.text
    assert ida.page.locator("main form[action$='/build']").count() == 0
    weigh(
        ida,
        ground="21_1",
        result="continues",
        balancing="The check finds fraud every month and looks at sums only.",
    )
    have_approved(ida, per)
    ida.send_answer()
    kari.open_answer()
    letter = kari.read_answer()
    for part in ("finds fraud every month", "Datatilsynet", "court"):
        assert part in letter
    ida.close_case("refused")
