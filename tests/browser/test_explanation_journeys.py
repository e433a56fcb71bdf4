"""Rights that are answered with words, and three rights at once: as person and as staff."""

import pytest

from tests.browser.people import unzipped

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def have_approved(ida, per, right=""):
    """Build the answer to a right, and have it approved; to the only right of a case."""
    which = f"?right={right}" if right else ""
    ida.at(f"/answer{which}")
    ida.send("/build")
    ida.at(f"/package{which}")
    ida.send("/ask")
    per.open_case(ida.number)
    per.at(f"/approval{which}")
    per.choose("looked", "y")
    per.send("/approve")


def write(ida, right="", **written):
    """Write the answer, with its result where it has one."""
    ida.at(f"/weighing?right={right}" if right else "/weighing")
    ida.fill_in(written)
    ida.send("/weighing" if not right else f"/weighing?right={right}")


def test_a_complaint_is_answered_with_reasons_and_every_remedy(house):
    kari, ida, per = house.people("meetings", "nb")
    kari.ask("meetings", rights=["complaint"])
    kari.confirm()
    ida.open_case(kari.number)
    assert "Dere svarte ikke på e-posten min." in ida.text
    write(ida, "complaint", result="partly", reply="Vi svarte for sent.")
    have_approved(ida, per)
    ida.send_answer()
    assert any(name.endswith(".pdf") for name in unzipped(kari.open_answer()))
    page = kari.read_answer()
    for words in ("Du har delvis rett", "Vi svarte for sent.", "Datatilsynet", "domstolene"):
        assert words in page
    ida.close_case("partly")
    kari.at()
    assert kari.say("outcome.partly") in kari.text


def test_a_question_is_answered_to_anybody(house):
    kari, ida, per = house.people("glasoterapi", "nb")
    kari.ask("glasoterapi", rights=["information"])
    kari.confirm()
    ida.open_case(kari.number)
    write(ida, "information", reply="Vi sletter skjemaet etter ett år.")
    have_approved(ida, per)
    ida.send_answer()
    kari.open_answer()
    assert "Vi sletter skjemaet etter ett år." in kari.read_answer()
    ida.close_case("fulfilled")


def test_an_automated_decision_is_looked_at_by_a_person(house):
    kari, ida, per = house.people("inmeta", "sv")
    view = "Ni räknade fel inkomst."
    details = {"automated_decision": {"text": "Nej till avtalet i maj", "view": view}}
    kari.ask("inmeta", rights=["automated_decision"], details=details)
    kari.confirm()
    ida.open_case(kari.number)
    ida.at("/weighing")
    assert view in ida.text
    write(
        ida,
        "automated_decision",
        result="changed",
        reply="Du får avtalet.",
        explained="Inkomsten vägde mest: 410 poäng, gränsen är 450.",
        reviewer="Ida Ruud, kundansvarig",
        heard="I formuläret skriver du att inkomsten är fel.",
    )
    have_approved(ida, per)
    ida.at("/identity")
    ida.choose("enough", "yes")
    ida.save()
    ida.choose("method", "known_in_person")
    ida.save()
    ida.send_answer()
    kari.open_answer()
    page = kari.read_answer()
    for words in ("410 poäng", "Ida Ruud, kundansvarig", "inkomsten är fel", "ändrat"):
        assert words in page
    ida.close_case("fulfilled")


def test_three_rights_in_one_submission_go_their_own_ways(house):
    kari, ida, per = house.people("memini", "en")
    kari.ask("memini", rights=["access", "complaint", "information"])
    kari.confirm()
    ida.open_case(kari.number)
    for right, result in (("complaint", {"result": "rejected"}), ("information", {})):
        write(ida, right, reply=f"EXAMPLE answer: {right}", **result)
        have_approved(ida, per, right)
        ida.at(f"/sending?right={right}")
        ida.choose("how", "portal")
        ida.send("/send")
    kari.live.post()
    ida.at("/closure")
    assert ida.say("s18.not_yet.label") in ida.text
    information = ida.page.locator("main [name$='outcome'][value='fulfilled']").last
    information.check(force=True)
    ida.save()
    assert ida.say("s18.done.part") in ida.page.locator("body").inner_text()
    kari.at()
    assert kari.say("outcome.refused") in kari.text
    assert kari.say("outcome.fulfilled") in kari.text
    ida.at()
    assert f"{ida.say('right.access')}: " in ida.text
