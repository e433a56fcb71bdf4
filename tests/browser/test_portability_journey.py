"""Take it along and send it on: only what may go, to another company, with proof."""

import io
import json
import zipfile

import pytest
from jsonschema import Draft202012Validator

from tests.browser.measuring import have_approved, weigh
from tests.browser.people import unzipped

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COMPANY = "Nytt Selskap AS"
HOW = "Kryptert e-post til personvern@nytt.example, passordet på telefon."


def test_inmeta_sends_what_was_given_on_to_another_company(house):
    kari, ida, per = house.people("inmeta", "nb")
    wish = {"recipient": "other", "company": COMPANY, "contact": "personvern@nytt.example"}
    kari.ask("inmeta", rights=["portability"], details={"portability": wish})
    kari.confirm()
    ida.open_case(kari.number)
    find_three_kinds(ida)
    ida.settle_all()
    ida.finish_tasks()
    ida.decide()
    weigh(ida, result="transferred", recipient=COMPANY, how="Kryptert e-post.")
    have_approved(ida, per)
    ida.accept_identity()

    ida.at("/sending")
    assert ida.say("error.not_transferred") in ida.text
    assert_only_data(sent_on(ida))
    ida.send_answer()
    assert ida.say("s14.sent_at") in ida.text, ida.text

    files = unzipped(kari.open_answer())
    assert_valid(files)
    told = files["index.html"].decode()
    assert COMPANY in told
    assert "Interessepoeng" in told  # named as left out
    assert "Poeng-42" not in "".join(text.decode("utf-8", "replace") for text in files.values())
    assert kari.say("package.h1.portability") in kari.read_answer()
    ida.close_case("fulfilled")


def find_three_kinds(ida):
    """Find something given, something seen and something inferred, in the first system."""
    task = ida.tasks()[0]
    find(ida, task, "Kontaktopplysninger", "provided", "consent", "Navn: Kari Nordmann")
    find(ida, task, "Besøk", "observed", "contract", "Side: /priser")
    find(ida, task, "Interessepoeng", "derived", "consent", "Poeng: Poeng-42")


def find(ida, task, category, provenance, basis, lines):
    ida.go(task)
    ida.press("s9.add.btn")
    form = ida.page.locator("main form[action$='/fields']")
    form.locator("[name=lines]").fill(lines)
    form.locator("[name=category]").fill(category)
    form.locator("[name=source]").fill("Personen selv")
    form.locator(f"[name=provenance][value={provenance}]").check(force=True)
    form.locator("[name=basis]").select_option(basis)
    ida.send("/fields")


def sent_on(ida):
    """Download the file for the company, record that it went; return its names and texts."""
    ida.at("/transfer")
    with ida.page.expect_download() as download:
        ida.page.locator("main form[action$='/transfer/file'] button").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as files:
        texts = {name: files.read(name).decode("utf-8", "replace") for name in files.namelist()}
    today = ida.page.evaluate(
        "(d => [d.getDate(), d.getMonth() + 1, d.getFullYear()])(new Date())"
    )
    for part, value in zip(("day", "month", "year"), today, strict=True):
        ida.page.locator(f"main [name$='{part}']").first.fill(str(value))
    ida.put("proof", HOW)
    ida.send("/transfer?right=portability")
    assert ida.path.endswith("/sending"), ida.text
    return texts


def assert_only_data(texts):
    """The company gets data and schema, what may go, and no letter of ours."""
    assert "data/schema.json" in texts
    assert {name.rsplit(".", 1)[1] for name in texts} == {"json", "csv"}
    told = "".join(texts.values())
    assert "Kari Nordmann" in told
    assert "/priser" in told
    assert "Poeng-42" not in told


def assert_valid(files):
    """Every data file obeys the schema beside it."""
    validator = Draft202012Validator(json.loads(files["data/schema.json"]))
    names = [name for name in files if name.startswith("data/") and name.endswith(".json")]
    for name in names:
        if name != "data/schema.json":
            assert list(validator.iter_errors(json.loads(files[name]))) == [], name
