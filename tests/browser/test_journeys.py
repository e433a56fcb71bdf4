"""The main job for each of the five organisations, as person and as staff, without scripts."""

import csv
import hashlib
import io
import json

import jsonschema
import pytest

from tests.browser.house import FIVE
from tests.browser.people import unzipped

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SECRET = "Konfidensielt om naboen"
#: Each organisation in both languages; the one with a Swedish site in Swedish, too.
WAYS = [*((key, lang) for lang in ("nb", "en") for key in FIVE), ("inmeta", "sv")]


@pytest.mark.parametrize(("key", "lang"), WAYS)
def test_from_the_start_page_to_the_unzipped_package(house, key, lang):
    kari, ida, per = house.people(key, lang)
    kari.ask(key, mistakes=True)
    kari.confirm()
    kari.at()
    assert kari.number in kari.text

    look_and_decide(ida, kari)
    ida.complete_texts()
    ida.build()
    ida.ask_approval()
    per.open_case(kari.number)
    per.approve()
    ida.accept_identity()
    ida.send_answer()

    check_package(unzipped(kari.open_answer()), kari)
    page = kari.read_answer()
    assert kari.email in page
    assert SECRET not in page

    ida.close_case("partly")
    ida.at("/log")
    assert (
        "Kari" not in ida.page.locator("main .timeline, main ol, main table").first.inner_text()
    )


def look_and_decide(ida, kari):
    """Answer every system; one has two findings, of which one is withheld."""
    ida.go("/staff/today")
    assert kari.number in ida.text
    ida.open_case(kari.number)
    task = ida.tasks()[0]
    ida.find({"Navn": kari.name, "E-post": kari.email}, task, label="Kontakt")
    ida.find({"Tekst": SECRET}, task, label="Notat")
    ida.settle_all("nothing_found")
    ida.finish_tasks()
    ida.decide("release", withhold={SECRET: "Gjelder en annen person."})


def check_package(files, kari):
    """Hold the package against its own manifest and schema, and look for what was withheld."""
    manifest = json.loads(files["data/manifest.json"])
    assert manifest["case_number"] == kari.number
    for entry in manifest["files"]:
        body = files[entry["path"]]
        assert (len(body), hashlib.sha256(body).hexdigest()) == (entry["size"], entry["sha256"])
    schema = json.loads(files["data/schema.json"])
    data = [name for name in files if name.startswith("data/") and name.endswith(".json")]
    for name in set(data) - {"data/manifest.json", "data/schema.json"}:
        jsonschema.validate(json.loads(files[name]), schema)
    assert f'<html lang="{kari.lang}"'.encode() in files["index.html"]
    assert kari.email.encode() in files["index.html"]
    assert SECRET.encode() not in b"".join(files.values())
    assert files[kari.say("package.file.letter")].startswith(b"%PDF")
    tables = [body for name, body in files.items() if name.endswith(".csv")]
    assert tables
    for body in tables:
        assert list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
