"""Restriction, in Swedish at inmeta: kept but not used, and used again only after a notice."""

import pytest

from tests.browser.measuring import (
    carry_out,
    decide,
    have_approved,
    note_named,
    tell_noted,
    weigh,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WHY = "Vi har kontrollerat uppgifterna tillsammans med dig."


def test_is_kept_but_not_used_until_the_person_has_been_told(house):
    kari, ida, per = house.people("inmeta", "sv")
    kari.ask("inmeta", ["restriction"], {"restriction": {"reason": "a"}})
    kari.confirm()

    ida.open_case(kari.number)
    weigh(ida)
    decide(
        ida,
        ida.tasks()[0],
        "restrict",
        what="kontaktuppgifter i HubSpot",
        enforcement="Undertryckt i utskick, sparad och märkt",
    )
    carry_out(ida, "Listan «undertryckt» i HubSpot, märkt med ärendenumret")
    ida.settle_all("nothing_found")
    ida.finish_tasks()
    note_named(ida, "restriction")
    have_approved(ida, per)
    ida.accept_identity()
    tell_noted(ida, "restriction")
    ida.send_answer()
    kari.open_answer()
    assert "Undertryckt i utskick" in kari.read_answer()
    ida.close_case("fulfilled")

    kari.at()
    assert kari.say("p9.restricted.h") in kari.text
    ida.go("/staff/inmeta/restrictions")
    row = ida.page.locator("main tr", has_text=kari.number)
    assert "HubSpot" in row.inner_text()
    row.locator("a").click()
    ida.press("restriction.announce.btn")
    assert ida.say("restriction.lift.reason.err") in ida.text
    assert ida.page.locator("main form[action$='/lift']").count() == 0
    ida.put("reason", WHY)
    ida.press("restriction.announce.btn")
    assert ida.say("restriction.waits") in ida.text

    assert WHY not in kari.live.newest_mail(kari.email)
    kari.at("/messages")
    assert WHY in kari.text
    ida.go(ida.path)
    ida.press("restriction.lift.btn")
    assert ida.say("restriction.lifted") in ida.page.locator("body").inner_text()
    ida.go("/staff/inmeta/restrictions")
    assert not ida.page.locator("main tr", has_text=kari.number).count()
    kari.at()
    assert kari.say("p9.event.restriction_lifted") in kari.text
