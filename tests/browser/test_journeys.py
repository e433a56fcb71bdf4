"""The main job for each of the five organisations, as person and as staff, without scripts."""

import csv
import hashlib
import io
import json
import zipfile

import jsonschema
import pytest

from dsar.services.staff import accounts
from dsar.timesource import utcnow
from tests.browser.live import Eyes, installation
from tests.browser.people import ITEMS, KARI, Handler, Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]
FIVE = {"meetings": "nb", "inmeta": "en", "glasoterapi": "nb", "expectit": "en", "memini": "nb"}
SECRET = "Konfidensielt om naboen"


@pytest.fixture(scope="module")
def house(chromium, postgresql_worker, tmp_path_factory):
    """An installation set up through its pages: first account, examples, a colleague."""
    from tests.databases import rebuild, wipe

    wipe(postgresql_worker.main)
    rebuild(postgresql_worker.keys)
    with installation(postgresql_worker, tmp_path_factory.mktemp("house")) as live:
        eyes = Eyes(chromium)
        ida, per = Handler(chromium, live, eyes, "nb"), Handler(chromium, live, eyes, "nb")
        with live.app.app_context():
            link = "/staff/setup/" + accounts.make_setup_link(utcnow())
        ida.open_account(link, name="Ida Ruud", email="ida@example.org")
        ida.go("/staff/admin/installation?lang=nb")
        ida.press("admin.first.examples.btn")
        roles = ("handler", "approver", "admin")
        for number, key in enumerate(FIVE):
            if number == 0:
                per.open_account(ida.invite(key, "Per Moe", "per@example.org", roles))
            else:
                _give_roles(live, key, roles)
        yield live, eyes, ida, per
        for walk in (ida, per):
            walk.close()
        eyes.close()


def _give_roles(live, key, roles):
    """Give the colleague the same roles in a further organisation."""
    from sqlalchemy import select

    from dsar.models import Membership, Organisation, Staff, db, new_id
    from dsar.services.transaction import transaction

    with live.app.app_context(), transaction() as session:
        organisation = session.scalars(
            select(Organisation.id).where(Organisation.key == key)
        ).one()
        for staff_id in db.session.scalars(select(Staff.id)):
            held = set(
                session.scalars(
                    select(Membership.role).where(
                        Membership.staff_id == staff_id,
                        Membership.organisation_id == organisation,
                    )
                )
            )
            for role in set(roles) - held:
                session.add(
                    Membership(
                        id=new_id(), staff_id=staff_id, organisation_id=organisation, role=role
                    )
                )


@pytest.mark.parametrize(("key", "lang"), FIVE.items())
def test_from_the_start_page_to_the_unzipped_package(house, chromium, key, lang):
    live, eyes, ida, per = house
    ida.publish(key)
    kari = Person(chromium, live, eyes, lang)
    kari.ask(key)
    kari.confirm()
    kari.go(f"/o/{key}/case")
    assert kari.number in kari.text

    work(ida, key, kari.number, lang)
    ida.case(key, kari.number, "/answer")
    ida.send("/answer/build")
    ida.case(key, kari.number, "/package")
    ida.send("/ask")
    approve(per, key, kari.number)
    ida.case(key, kari.number, "/identity")
    ida.choose("enough", "yes")
    ida.save()
    if ida.page.locator("main [name=method]").count():
        ida.choose("method", "confirmed_address")
        ida.page.locator("main [name=seen_in]").first.check(force=True)
        ida.save()
    ida.case(key, kari.number, "/sending")
    ida.choose("how", "portal")
    ida.send("/send")

    content = open_answer(kari, key)
    check_package(content, kari.number, lang)
    ida.case(key, kari.number, "/closure")
    ida.page.locator("main [name$='outcome'][value=partly]").check(force=True)
    ida.save()
    ida.case(key, kari.number, "/log")
    assert (
        "Kari" not in ida.page.locator("main .timeline, main ol, main table").first.inner_text()
    )
    kari.close()


def work(ida, key, number, lang):
    """Answer every system; one has two findings, of which one is withheld."""
    ida.go("/staff/today")
    assert number in ida.text
    ida.case(key, number)
    ida.case(key, number, "/tasks")
    first, *others = ida.tasks()
    for label, lines in (
        ("Kontakt", f"Navn: Kari Nordmann\nE-post: {KARI}"),
        ("Notat", SECRET),
    ):
        ida.go(first.replace("/tasks/", "/tasks/"))
        ida.press("s9.add.btn")
        form = ida.page.locator("main form[action$='/fields']")
        form.locator("[name=category]").fill("Kontaktopplysninger")
        form.locator("[name=label]").fill(label)
        form.locator("[name=provenance][value=provided]").check(force=True)
        form.locator("[name=source]").fill("Personen selv")
        form.locator("[name=lines]").fill(lines if ":" in lines else f"Tekst: {lines}")
        ida.send("/fields")
    settle(ida, first, "found")
    for task in others:
        settle(ida, task, "nothing_found")
    ida.case(key, number, "/tasks")
    ida.press("s8.finish.btn")
    decide(ida, key, number)
    complete(ida, key, number)


def settle(ida, task, answer):
    ida.go(task)
    ida.choose("answer", answer)
    ida.put("how", "Søkte på e-postadresse")
    ida.press("s8b.send.btn")


def decide(ida, key, number):
    ida.case(key, number, "/findings")
    links = ida.page.locator("main a[href$='/decision']").all()
    found = list(dict.fromkeys(link.get_attribute("href") for link in links))
    assert len(found) == 2
    for address in found:
        ida.go(address)
        withheld = SECRET in ida.text
        ida.choose("verdict", "withhold" if withheld else "release")
        if withheld:
            ida.choose("ground", "gdpr_15_4")
            ida.put("explanation", "Gjelder en annen person.")
        ida.save()
        if conditions := ida.page.locator("main [name=conditions]").all():
            for condition in conditions:
                condition.check(force=True)
            ida.save()


def complete(ida, key, number):
    """Fill in what the gate says is missing; nothing can be built before."""
    ida.case(key, number, "/answer")
    assert ida.page.locator("main form[action$='/answer/build']").count() == 0
    links = ida.page.locator("main a[href*='/answer/']").all()
    addresses = list(dict.fromkeys(link.get_attribute("href") for link in links))
    for address in addresses:
        if address.rsplit("/", 1)[1] in ITEMS:
            ida.go(address)
            ida.put("text", "EKSEMPEL: Slik er det hos oss.")
            ida.save()


def approve(per, key, number):
    per.case(key, number, "/approval")
    per.page.locator("main [name=looked]").check(force=True)
    per.send("/approve")


def open_answer(kari, key):
    """Open the answer with a mailed code and the access code; return the downloaded zip."""
    assert kari.live.newest_mail(KARI)
    kari.go(f"/o/{key}/case/answer")
    kari.send("/answer/code")
    kari.put("code", kari.live.code(KARI))
    kari.put("access", kari.access_code)
    kari.send("/case/answer")
    kari.send("/read")
    assert "Kari Nordmann" in kari.page.content()
    assert SECRET not in kari.page.content()
    kari.go(f"/o/{key}/case/answer")
    with kari.page.expect_download() as download:
        kari.page.locator("main form[action$='/package'] button").first.click()
    return download.value.path().read_bytes()


def check_package(content, number, lang):
    """Hold the package against its own manifest and schema, and look for what was withheld."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        files = {name.split("/", 1)[1]: package.read(name) for name in package.namelist()}
    manifest = json.loads(files["data/manifest.json"])
    assert manifest["case_number"] == number
    for entry in manifest["files"]:
        body = files[entry["path"]]
        assert (len(body), hashlib.sha256(body).hexdigest()) == (entry["size"], entry["sha256"])
    schema = json.loads(files["data/schema.json"])
    data = {
        name: json.loads(body)
        for name, body in files.items()
        if name.startswith("data/") and name.endswith(".json") and "schema" not in name
    }
    for name, document in data.items():
        if "manifest" not in name:
            jsonschema.validate(document, schema)
    text = b"".join(files.values())
    assert b"Kari Nordmann" in files["index.html"]
    assert SECRET.encode() not in text
    letter = "svar.pdf" if lang == "nb" else "answer.pdf"
    assert files[letter].startswith(b"%PDF")
    tables = [body for name, body in files.items() if name.endswith(".csv")]
    assert tables
    for body in tables:
        assert list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
