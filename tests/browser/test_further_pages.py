"""Pages that few journeys meet, in a browser without scripts: axe at every width."""

import pytest

from dsar.domain.events import PERSON
from dsar.domain.identity import Method
from dsar.domain.measures import Act
from dsar.domain.rights import Right
from dsar.models import DataSystem, IdentityCheck, Organisation, OutboxMessage, db, new_id
from dsar.services.answer import closure, delivery
from dsar.services.casefile import CaseFile, Notice
from dsar.services.identity import verification
from dsar.services.intake.opening import PersonFacts, Wish
from dsar.services.transaction import transaction
from dsar.vault import current_vault
from tests import factories
from tests.browser.desk import Desk
from tests.browser.live import Walk
from tests.factories.portal import make_request
from tests.factories.rights import make_measured
from tests.factories.work import actor_of, make_delivery, right_of

pytestmark = pytest.mark.browser
LANGUAGES = pytest.mark.parametrize("language", ["nb", "en"])
FEE = {
    "ground": "repetition",
    "amount": "250",
    "currency": "NOK",
    "facts": "Samme kopi ble gitt to ganger i høst.",
    "costs": "To timer à 125 kroner.",
    "proven": True,
}
FORWARDING = {"controller": "Kunde AS", "contact": "post@kunde.example", "how": "E-post"}


@pytest.fixture
def at(live, walk_as):
    """Sit down at a desk with one case on it."""

    def sit(language="nb", key="meetings"):
        desk = Desk(language, key)
        return desk, walk_as(desk, language)

    with live.app.app_context():
        yield sit
        db.session.remove()


def test_a_bounced_address_becomes_a_case(at):
    _, walk = at()
    walk.go("/staff/meetings/register")
    walk.go("/staff/meetings/register-bounce")
    walk.send("/register-bounce")
    assert walk.page.locator("main .problem, main .error").count()
    walk.put("address", "borte@example.org")
    walk.send("/register-bounce")
    assert "2026" in walk.text


def test_two_cases_of_one_person_are_linked_and_parted(at):
    desk, walk = at()
    other = factories.make_case(desk.house, now=desk.now)
    walk.see(desk, "similar")
    walk.choose("other", other.number)
    walk.choose("kind", "duplicate")
    walk.send("/similar")
    assert other.number in walk.text
    walk.see(desk, "similar")
    walk.send("/unlink")


@LANGUAGES
def test_a_fee_is_asked_and_taken(live, chromium, eyes, at, language):
    desk, walk = at(language)
    held = make_request(desk.house, now=desk.now)
    page = f"/staff/meetings/cases/{held.number}/deadline/fee"
    walk.go(page)
    walk.send("/fee")
    walk.fill_in(FEE)
    walk.send("/fee")
    walk.go(page)
    live.post()
    walk.go(page)
    person = Walk(chromium, live, eyes, language)
    person.go(f"/o/meetings/find?lang={language}")
    person.fill_in({"number": held.number, "access": held.access_code})
    person.save()
    person.go("/o/meetings/case/fee")
    assert "250" in person.text


def test_a_request_goes_to_whoever_decides(live, at):
    desk, walk = at(key="expectit")
    walk.see(desk, "forward")
    walk.send("/forward")
    walk.fill_in(FORWARDING)
    today = desk.now.date()
    for part in ("day", "month", "year"):
        walk.put(f"sent_on-{part}", str(getattr(today, part)))
    walk.send("/forward")
    assert "Kunde AS" in walk.text
    live.post()
    walk.see(desk, "forward")


def test_a_closed_case_is_opened_again(at):
    desk, walk = at()
    delivered = make_delivery(desk.case, desk.staff, desk.other, desk.now)
    delivery.open_answer(delivered, desk.now)
    right = right_of(desk.case)
    closure.close_right(right.id, closure.Outcome.FULFILLED, actor_of(desk.staff), desk.now)
    walk.go(desk.path)
    walk.see(desk, "reopen")
    walk.send("/reopen")
    walk.choose("reason", "found_more")
    walk.send("/reopen")
    assert walk.say("reopen.done") in walk.page.content()


def test_a_hold_and_the_registers(at):
    desk, walk = at()
    walk.see(desk, "holds")
    walk.choose("reason", "court")
    walk.send("/holds/set")
    walk.see(desk, "holds")
    walk.go("/staff/meetings/restrictions")
    walk.see(desk, "acknowledgement")
    walk.see(desk, "access-code")


def test_a_letter_for_the_post(at, live):
    desk, walk = at()
    person = PersonFacts("Kari", postal_address="Veien 1\n0155 Oslo")
    case = factories.make_case(desk.house, now=desk.now, person=person)
    desk.path = desk.path.replace(desk.case.number, case.number)
    with transaction() as session:
        row = session.get_one(type(case), case.id)
        CaseFile(session, row, actor_of(desk.staff), desk.now).tell(Notice("m09"))
    live.post()
    letter = db.session.query(OutboxMessage).filter_by(case_id=case.id, template="m09").one()
    walk.see(desk, "letters")
    walk.see(desk, f"letters/{letter.id}")
    walk.put("address", "")
    walk.send("/print")
    assert walk.say("error.recipient_address_missing") in walk.text
    walk.put("address", "Kari\nVeien 1")
    with walk.page.expect_download() as kept:
        walk.page.locator("main form[action$='/print'] button[type=submit]").click()
    assert kept.value.suggested_filename == f"{case.number}.pdf"


def test_a_code_by_letter_is_printed_and_compared(at, live):
    desk, walk = at()
    command = verification.AskIdentity(
        new_id(), desk.case.id, Method.LETTER_CODE, "Adressen er ny for oss"
    )
    verification.ask(command, actor_of(desk.staff), desk.now)
    live.post()
    walk.see(desk, "identity")
    walk.press("s7.code.print")
    letter = db.session.query(OutboxMessage).filter_by(template="m05").one()
    walk.follow(letter.id)
    assert walk.say("letters.paper.hint.code") in walk.text
    assert walk.page.locator("main [name=address]").input_value() == "Kari Nordmann"
    check = db.session.get_one(IdentityCheck, command.id)
    code = current_vault().open(check, "code")
    verification.answer_identity(command.id, code.lower(), PERSON, desk.now)
    walk.see(desk, "identity")
    assert walk.say("s7.code.right") in walk.text


def test_recipients_of_the_register_are_noted_and_settled(at):
    desk, walk = at()
    wish = Wish(Right.RECTIFICATION, {"wrong": "Nordman", "right": "Nordmann"})
    case = factories.make_case(desk.house, now=desk.now, wishes=(wish,))
    desk.path = desk.path.replace(desk.case.number, case.number)
    with transaction() as session:
        for system in session.query(DataSystem):
            texts = {"nb": {"recipients": "Regnskap AS; Trykkeriet AS"}}
            system.document = system.document | {"texts": texts}
    make_measured(case, desk.staff, desk.now, "rectification", Act.CORRECT)
    walk.see(desk, "answer")
    assert walk.say("s11.lack.unconsidered", n=2) in walk.text
    walk.see(desk, "recipients")
    walk.send("/recipients/suggested")
    assert walk.page.locator("main .rows .tag--warn").count() == 2
    walk.go(walk.page.locator("main a[href*='/recipients/']").first.get_attribute("href"))
    walk.choose("state", "not_concerned")
    walk.save()
    assert walk.say("recipient.proof.err") in walk.text
    walk.put("proof", "Hun sto ikke på listen.")
    walk.save()
    assert walk.say("recipient.state.not_concerned") in walk.text
    walk.see(desk, "answer")
    assert walk.say("s11.ok") in walk.text


@LANGUAGES
def test_a_suspected_breach_reaches_its_few_readers(live, chromium, eyes, at, language):
    _, walk = at(language, "memini")
    person = Walk(chromium, live, eyes, language)
    person.go(f"/o/memini/report-breach?lang={language}")
    person.save()
    person.put("happened", "En minnepinne er borte.")
    person.save()
    assert "B2026-0001" in person.text
    walk.go("/staff/memini/register-breach")
    walk.go("/staff/memini/breach-reports")
    walk.follow("/B2026-0001")
    assert "En minnepinne er borte." in walk.text
    walk.send("/settle")


@LANGUAGES
def test_a_form_that_closes_meanwhile_shows_what_was_typed(live, chromium, eyes, at, language):
    desk, _ = at(language)
    person = Walk(chromium, live, eyes, language)
    person.go(f"/o/meetings/?lang={language}")
    person.go("/o/meetings/ask")
    person.choose("rights", "access")
    person.save()
    person.fill_in({"scope": "some", "text": "E-poster fra 2024", "reply_format": "web"})
    person.save()
    with transaction() as session:
        session.get_one(Organisation, desk.house.id).published_at = None
    person.fill_in({"name": "Kari Nordmann", "email": "kari@example.org"})
    person.save()
    assert "E-poster fra 2024" in person.text
    assert "Kari Nordmann" in person.text


def test_two_who_change_the_same_setting_see_each_other(at, walk_as):
    desk, walk = at()
    other = walk_as(desk, "nb")
    walk.go("/staff/meetings/settings/contact")
    other.go("/staff/meetings/settings/contact")
    other.put("phone", "22 33 44 55")
    other.save()
    walk.put("phone", "99 88 77 66")
    walk.save()
    assert "22 33 44 55" in walk.text
