"""Ask before you delete me: a copy, then the erasure, then word that backups are clean."""

from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader

from dsar.jobs import backup_purges, outbox_delivery
from tests.browser.measuring import note_named, tell_noted
from tests.browser.people import ITEMS, unzipped

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: Longer than any backup of the examples lives.
LATER = timedelta(days=45)


def test_memini_gives_a_copy_erases_and_says_when_backups_are_clean(house):
    kari, ida, per = house.people("memini", "nb")
    ask_with_a_copy_first(kari, "memini")
    ida.open_case(kari.number)
    decide_on_erasing(ida)
    hand_over_the_copy(kari, ida, per)
    prepare_the_erasure(kari, ida, per)

    hold_it_and_let_go(ida)
    carry_out(ida)
    assert "Sikkerhetskopiene er rene fra" in ida.text
    ida.send_answer()
    letter = letter_of(kari)
    assert kari.say("letter.backups.h") in letter
    assert "kalendermåned" in letter

    ida.close_case("fulfilled", "fulfilled")
    kari.at()
    assert kari.say("p9.erasure.h") in kari.text
    subject = purged(house, kari)
    assert subject == kari.say("m18.subject", firm="memini", ref=kari.number)
    kari.at()
    assert kari.say("p9.event.backup_purged") in kari.text


def test_expectit_keeps_what_the_law_wants_and_erases_the_rest(house):
    kari, ida, per = house.people("expectit", "en")
    ask_with_a_copy_first(kari, "expectit")
    ida.open_case(kari.number)
    decide_on_erasing(ida, keep_second=True)
    hand_over_the_copy(kari, ida, per)
    prepare_the_erasure(kari, ida, per)

    carry_out(ida)
    ida.send_answer()
    letter = letter_of(kari)
    assert "Bookkeeping Act, section 13" in letter
    assert kari.say("letter.backups.h") not in letter
    ida.close_case("fulfilled", "partly")
    kari.at()
    assert kari.say("outcome.partly") in kari.text


def ask_with_a_copy_first(kari, key):
    """Ask for erasure with a copy first; receipt and page name both rights."""
    wishes = {"erasure": {"scope": "all", "copy_first": True}}
    kari.ask(key, rights=["erasure"], details=wishes)
    for right in ("access", "erasure"):
        assert kari.say(f"right.{right}") in kari.text
    kari.confirm()
    kari.at()
    assert kari.say("p9.erasure.copy_first") in kari.text


def decide_on_erasing(ida, keep_second=False):
    """Answer every system, for both rights; in the first ones something is held."""
    erasures = [task for task in ida.tasks() if is_erasure(ida, task)]
    copies = [task for task in ida.tasks() if task not in erasures]
    ida.find({"Navn": "Kari Nordmann", "E-post": "kari@example.org"}, copies[0])
    for number, task in enumerate(copies):
        ida.settle(task, "nothing_found" if number else "found")
    measure(ida, erasures[0], "erase", what="kontaktkort")
    if keep_second:
        keep(ida, erasures[1])
    for number, task in enumerate(erasures):
        ida.settle(task, "nothing_found" if number > keep_second else "found")
    ida.finish_tasks()
    ida.decide()


def is_erasure(ida, task):
    ida.go(task)
    return bool(ida.page.locator("main a[href$='/measures/erase']").count())


def measure(ida, task, act, **texts):
    """Decide what is done about one system."""
    ida.go(f"{task}/measures/{act}")
    ida.fill_in(texts)
    ida.save()


def keep(ida, task):
    """Keep what the law wants kept, until a day."""
    ida.go(f"{task}/measures/keep")
    ida.fill_in({"what": "invoices", "why": "The law wants them kept."})
    ida.fill_in({"statute": "Bookkeeping Act, section 13", "ground": "gdpr_17_3_b"})
    ida.fill_in({"end": "five years after the end of the year of the invoice"})
    ida.page.locator("main form button[value=conditions]").click()
    for box in ida.page.locator("main [name=conditions]").all():
        box.check(force=True)
    ida.save()


def hand_over_the_copy(kari, ida, per):
    """Answer the access first, to the person's own machine."""
    complete_texts(ida)
    build_and_approve(ida, per, "access")
    ida.accept_identity()
    ida.at("/sending?right=access")
    ida.choose("how", "portal")
    ida.send("/send")
    assert "index.html" in unzipped(kari.open_answer())


def complete_texts(ida):
    """Fill in what is missing of Art. 15(1)(a)-(h)."""
    ida.at("/answer?right=access")
    for address in ida.links("/answer/"):
        if address.rsplit("/", 1)[1] in ITEMS:
            ida.go(address)
            ida.put("text", "EKSEMPEL: Slik er det hos oss.")
            ida.save()


def prepare_the_erasure(kari, ida, per):
    """Weigh, build and have it approved by the second person."""
    ida.at("/weighing?right=erasure")
    ida.choose("ground", "17_1_a")
    ida.save()
    note_named(ida, "erasure")
    build_and_approve(ida, per, "erasure")


def build_and_approve(ida, per, right):
    ida.at(f"/answer?right={right}")
    ida.send("/build")
    ida.at(f"/package?right={right}")
    ida.send("/ask")
    per.open_case(ida.number)
    per.at(f"/approval?right={right}")
    per.choose("looked", "y")
    per.send("/approve")


def hold_it_and_let_go(ida):
    """A hold stops the carrying out; lifted, it goes on."""
    ida.at("/holds")
    if not ida.page.locator("main form[action$='/holds/set']").count():
        return  # Ida is no data protection officer here
    ida.choose("reason", "authority")
    ida.send("/holds/set")
    ida.at("/measures?right=erasure")
    assert ida.say("hold.reason.authority") in ida.text
    ida.at("/holds")
    ida.send("/lift")


def carry_out(ida):
    """Carry out what was approved, with proof, and tell who received it."""
    ida.at("/measures?right=erasure")
    for address in ida.links("/carry-out"):
        ida.go(address)
        ida.put("proof", "Slettet i registeret, søkt på nytt")
        ida.send("/carry-out")
    tell_noted(ida, "erasure")
    ida.at("/measures?right=erasure")


def letter_of(kari):
    """Return the words of the erasure letter; her browser gave both secrets before."""
    kari.live.post()
    kari.at("/answer")
    about = kari.page.locator("main section").filter(has_text=kari.say("right.erasure"))
    with kari.page.expect_download() as download:
        about.locator("form[action$='/letter'] button").click()
    pages = PdfReader(download.value.path()).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def purged(house, kari):
    """Let the day come on which the last copy is gone; return the subject of the last mail."""
    later = datetime.now(UTC) + LATER
    with house.live.app.app_context():
        for moment in (later, later + timedelta(hours=1)):
            assert backup_purges.run(moment) == 0
            assert outbox_delivery.run(moment) == 0
    subjects = [m["Subject"] for m in house.live.inbox.mails if m["To"] == kari.email]
    assert len([s for s in subjects if s == subjects[-1]]) == 1
    return str(subjects[-1])
