"""Refused as a whole: with ground, reason and remedies, approved by a second person."""

import json

import pytest
from pypdf import PdfReader

from tests.browser.people import unzipped

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WHY = "You asked for the same information a week ago and received all of it then."
STILL = "The answer of last week stays available to you for another thirty days."


def test_expectit_refuses_a_repeated_request_and_says_how_to_complain(house, tmp_path):
    kari, ida, per = house.people("expectit", "en")
    kari.ask("expectit")
    kari.confirm()
    ida.open_case(kari.number)
    refuse(ida)
    ida.build()
    ida.ask_approval()
    per.open_case(kari.number)
    per.approve()
    ida.send_answer()
    assert_told_by_mail(house, kari)

    files = unzipped(kari.open_answer())
    letter = text_of(files["answer.pdf"], tmp_path)
    for part in (WHY, STILL, "GDPR Article 12(5)", "Datatilsynet", "court", "fee"):
        assert " ".join(part.split()) in letter, part
    decision = json.loads(files["data/decision.json"])
    assert decision["outcome"] == "refused"
    assert decision["refused"]["explanation"] == WHY
    assert kari.say("package.short.refused") in kari.read_answer()
    ida.close_case("refused")
    kari.at()
    assert kari.say("outcome.refused") in kari.text


def refuse(ida):
    """Refuse the right on GDPR art. 12(5); a form without its conditions is not taken."""
    ida.at("/answer")
    ida.follow("/refuse")
    ida.fill_in({"ground": "gdpr_12_5", "explanation": WHY, "still_given": STILL})
    ida.save()
    assert ida.page.locator("main [name=conditions]").count() == 2
    for condition in ida.page.locator("main [name=conditions]").all():
        condition.check(force=True)
    ida.save()
    assert WHY in ida.text


def assert_told_by_mail(house, kari):
    """The mail names neither right nor ground, but where to complain."""
    body = house.live.newest_mail(kari.email)
    mails = [mail for mail in house.live.inbox.mails if mail["To"] == kari.email]
    assert "decision in your case" in mails[-1]["Subject"]
    assert "Datatilsynet" in body
    assert WHY not in body


def text_of(pdf, folder):
    path = folder / "answer.pdf"
    path.write_bytes(pdf)
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())
