"""The package as the person gets it: whole, checkable, inert."""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dsar.domain.package import Provenance, TaskAnswer, Withheld
from dsar.domain.package.files import attachment_name, slugs
from dsar.domain.package.manifest import PackageChangedError
from dsar.domain.package.survey import SHOWN, survey
from dsar.i18n import LANGUAGES
from dsar.services.answer.rendering import build_package, page_style_hash, render_answer_page
from dsar.services.answer.rendering.pages import REST_SIZE, web_link
from tests.unit.answers import (
    answer,
    contact,
    course,
    empty_system,
    full_answer,
    message,
    score,
    system,
)

ROOT = Path(__file__).parents[2]
PAYLOADS = [
    "<script>zq7()</script>",
    '"><img src=x onerror=zq7()>',
    "'-zq7()-'",
    "</style><script>zq7()</script>",
    "{{ 7*191 }}{% raw %}",
    "javascript:zq7()",
    "<svg onload=zq7()>",
    "&lt;script&gt;zq7()",
    "\u202eevil\u0000",
    "\ud800",
]


def opened(attachment_id):
    yield b"file "
    yield attachment_id.encode()


def unpacked(made):
    archive = zipfile.ZipFile(io.BytesIO(b"".join(build_package(made, opened))))
    assert archive.testzip() is None
    return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def document(files, name):
    return json.loads(files[f"data/{name}.json"])


@pytest.fixture(scope="module")
def files():
    return unpacked(full_answer())


class TestAPackage:
    def test_holds_what_it_should_under_the_case_number(self):
        names = zipfile.ZipFile(
            io.BytesIO(b"".join(build_package(full_answer(), opened)))
        ).namelist()
        assert {name.partition("/")[0] for name in names} == {"sak-2026-0012"}
        assert [name.partition("/")[2] for name in names] == [
            "index.html",
            "svar.pdf",
            "les-meg.txt",
            "data/crm.json",
            "data/crm.csv",
            "data/courses.json",
            "data/courses.csv",
            "data/newsletter.json",
            "data/schema.json",
            "vedlegg/001.pdf",
            "vedlegg/002.mp3",
            "data/manifest.json",
        ]

    def test_obeys_its_own_schema(self, files):
        schema = document(files, "schema")
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(
            schema, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        for name in ("crm", "courses", "newsletter", "manifest"):
            assert list(validator.iter_errors(document(files, name))) == []

    def test_has_a_schema_that_refuses_what_is_not_a_package(self, files):
        validator = Draft202012Validator(document(files, "schema"))
        broken = document(files, "crm") | {"answer": "perhaps"}
        assert not validator.is_valid(broken)
        assert not validator.is_valid({})

    def test_explains_every_field_in_every_language(self, files):
        definitions = document(files, "schema")["$defs"]
        for definition in definitions.values():
            for field in definition["properties"].values():
                assert set(field["x-meaning"]) == set(LANGUAGES)

    def test_has_a_manifest_that_is_right_about_every_other_file(self, files):
        manifest = document(files, "manifest")
        entries = {entry["path"]: entry for entry in manifest["files"]}
        assert set(entries) == set(files) - {"data/manifest.json"}
        for path, entry in entries.items():
            assert entry["size"] == len(files[path])
            assert entry["sha256"] == hashlib.sha256(files[path]).hexdigest()

    def test_counts_the_same_records_everywhere(self, files):
        manifest = document(files, "manifest")
        assert manifest["records"] == 8
        for entry in manifest["files"]:
            if entry["kind"] == "records":
                data = json.loads(files[entry["path"]])
                assert entry["records"] == data["record_count"] == len(data["records"])
            if entry["kind"] == "table":
                text = files[entry["path"]].decode("utf-8-sig")
                rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
                assert entry["records"] == len(rows) - 1

    def test_tells_of_every_system_that_was_asked(self, files):
        told = {line["key"]: line["answer"] for line in document(files, "manifest")["systems"]}
        assert told == {
            "crm": "found",
            "courses": "found",
            "newsletter": "withheld",
            "session": "nothing_found",
            "ga": "cannot_search",
            "paper": "not_applicable",
        }

    def test_keeps_raw_values_untranslated(self, files):
        fields = document(files, "crm")["records"][0]["fields"]
        assert fields["Vil ha nyhetsbrev"] is True
        assert fields["Kundenummer"] is None

    def test_carries_the_attachments_as_they_are(self, files):
        assert files["vedlegg/001.pdf"] == b"file a1"

    @pytest.mark.parametrize(
        ("language", "names"),
        [
            ("en", {"answer.pdf", "readme.txt", "attachments/001.pdf"}),
            ("sv", {"svar.pdf", "las-mig.txt", "bilagor/001.pdf"}),
        ],
    )
    def test_speaks_the_language_of_the_person(self, language, names):
        files = unpacked(full_answer(language=language))
        assert names < set(files)
        assert f'<html lang="{language}">' in files["index.html"].decode()
        header = files["data/crm.csv"].decode("utf-8-sig").splitlines()[0]
        assert header.startswith('"Id","Category"' if language == "en" else '"Id";"Kategori"')

    def test_names_no_person_in_any_file_name(self):
        for name in unpacked(full_answer()):
            assert "kari" not in name.lower()
            assert "nordmann" not in name.lower()

    def test_answers_also_when_nothing_is_held(self):
        files = unpacked(answer(systems=(empty_system(), empty_system("x", "Nyhetsbrev"))))
        page = files["index.html"].decode()
        assert "Vi fant ingenting om deg" in page
        assert "Øktene slettes når nettleseren lukkes" in page
        assert document(files, "manifest")["records"] == 0
        validator = Draft202012Validator(document(files, "schema"))
        assert validator.is_valid(document(files, "manifest"))

    def test_refuses_records_that_change_while_it_is_made(self):
        runs = iter(([contact()], [contact(), contact()]))
        moving = system(records=()).__class__(
            "crm", "CRM", TaskAnswer.FOUND, records=lambda: next(runs)
        )
        with pytest.raises(PackageChangedError):
            b"".join(build_package(answer(systems=(moving,)), opened))

    def test_makes_hostile_attachments_harmless(self):
        assert attachment_name(1, "HTML") == "001.txt"
        assert attachment_name(2, ".svg") == "002.txt"
        assert attachment_name(3, "exe") == "003.bin"
        assert attachment_name(4, "../../x") == "004.bin"
        assert attachment_name(5, "PDF") == "005.pdf"

    def test_gives_every_system_a_file_of_its_own(self):
        names = slugs(["CRM", "crm", "../etc", "Økonomi", "***"])
        assert list(names.values()) == ["crm", "crm-2", "etc", "okonomi", "system"]


MEMORY = """
import resource, sys
from datetime import date
from pathlib import Path
from dsar.domain.package import Record, SystemAnswer, TaskAnswer
from dsar.services.answer.rendering import build_package
from tests.unit.answers import answer

def many():
    for n in range(int(sys.argv[1])):
        fields = {"IP": f"10.0.{n % 256}.1", "Side": f"/kurs/{n}", "Notat": "ord " * 20}
        yield Record(f"r{n}", "Logg", fields=fields, occurred_on=date(2026, 1, 1))

log = SystemAnswer("log", "Logg", TaskAnswer.FOUND, records=many)
size = sum(map(len, build_package(answer(systems=(log,)), lambda id: [])))
print(size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def weighed(count):
    """Return the package's size and the most memory its making took, in kilobytes."""
    command = [sys.executable, "-c", MEMORY, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return tuple(map(int, done.stdout.split()))


class TestManyRecords:
    @pytest.mark.slow
    def test_stream_in_flat_memory(self):
        few, many = weighed(2_000), weighed(100_000)
        assert many[0] > 20 * few[0]
        assert many[1] - few[1] < 20_000

    def test_are_shown_in_part_and_completed_on_further_pages(self):
        count = REST_SIZE + 5
        records = [
            message(1, id=f"m{n}", occurred_on=None, text="", fields={"n": n})
            for n in range(count)
        ]
        files = unpacked(answer(systems=(system(records=records),)))
        page = files["index.html"].decode()
        assert f"Viser {SHOWN} av {count}" in page
        assert page.count("<tr>") == SHOWN + 1
        assert 'href="systemer/crm-1.html"' in page
        assert files["systemer/crm-1.html"].decode().count('<li class="card">') == REST_SIZE
        last = files["systemer/crm-2.html"].decode()
        assert last.count('<li class="card">') == 5
        assert 'href="../systemer/crm-1.html"' in last
        entries = {e["path"]: e for e in document(files, "manifest")["files"]}
        assert entries["systemer/crm-2.html"]["kind"] == "rest"
        validator = Draft202012Validator(document(files, "schema"))
        assert validator.is_valid(document(files, "manifest"))

    def test_keep_the_newest(self):
        records = [
            course(0, id=str(n), occurred_on=date.fromordinal(735_000 + n)) for n in range(500)
        ]
        seen = survey(system(records=records))
        assert [r.id for r in seen.categories[0].shown] == [str(n) for n in range(499, 299, -1)]

    def test_cut_what_is_too_long_for_a_page_and_keep_it_in_the_data(self):
        files = unpacked(answer(systems=(system(records=[message(1, text="ord " * 20_000)]),)))
        assert "Hele står i datafilen" in files["index.html"].decode()
        assert len(files["index.html"]) < 100_000
        assert len(document(files, "crm")["records"][0]["text"]) == 80_000


class TestThePage:
    def test_goes_from_summary_to_glossary(self):
        page = render_answer_page(full_answer())
        order = [
            "Kort fortalt",
            'id="system-1"',
            "Hvorfor vi har det",
            "Kontaktopplysninger (1)",
            "Henvendelser (3)",
            "Det vi har regnet oss fram til",
            'id="system-2"',
            'id="not-found"',
            'id="withheld"',
            'id="rights"',
            'id="complain"',
            'id="letter"',
            'id="glossary"',
        ]
        places = [page.index(part) for part in order]
        assert places == sorted(places)

    def test_puts_records_newest_first(self):
        page = render_answer_page(full_answer())
        places = [page.index(f"Spørsmål {n} om") for n in (9, 3, 1)]
        assert places == sorted(places)

    def test_says_values_in_words(self):
        page = render_answer_page(full_answer())
        for words in (
            "ikke registrert",
            ">ja<",
            "4. mai 2021",
            "10. januar 2026 kl. 10.30 (CET)",
            "2400,5",
        ):
            assert words in page

    def test_says_who_looked_and_how(self):
        page = render_answer_page(full_answer())
        assert "Ida, 9. november 2026" in page
        assert "Tallene er anonymisert" in page

    def test_links_only_to_the_web_and_to_itself(self):
        bad = answer().authority.__class__("X", url="javascript:zq7()")
        links = {
            "rectification": "javascript:zq7()",
            "case": "//evil.example",
            "erasure": "/o/x/slett",
        }
        page = render_answer_page(full_answer(authority=bad, links=links))
        hrefs = set(re.findall(r'href="([^"]*)"', page))
        assert not [
            href for href in hrefs if not href.startswith(("#", "/o/x/", "tel:", "mailto:"))
        ]

    @pytest.mark.parametrize(
        "url", ["javascript:x", "data:text/html,x", "//x", "/\\x", " https://x", ""]
    )
    def test_refuses_other_links(self, url):
        assert web_link(url) == ""

    @pytest.mark.parametrize("payload", PAYLOADS)
    @pytest.mark.parametrize("online", [True, False])
    def test_shows_hostile_text_as_text(self, payload, online):
        record = contact(
            category=payload,
            label=payload,
            text=payload,
            fields={payload: payload},
            source=payload,
            basis=payload,
        )
        rows = [course(n, category="T" + payload, fields={payload: payload}) for n in (0, 1)]
        derived = score(category=payload, fields={payload: [payload, {payload: payload}]})
        made = answer(
            person_name=payload,
            systems=(
                system(
                    payload,
                    payload,
                    [record, *rows, derived],
                    about=payload,
                    texts={"purposes": payload},
                ),
                empty_system("b", payload, how=payload, answered_by=payload),
            ),
            withheld=(Withheld(payload, payload, payload, payload),),
        )
        page = unpacked(made)["index.html"].decode() if not online else render_answer_page(made)
        tags = set(re.findall(r"<([a-z0-9]+)", page.replace("<!doctype", "")))
        assert not tags & {"script", "img", "svg", "iframe", "object", "form", "link", "base"}
        assert not re.search(r"<[^>]*\son[a-z]+\s*=", re.sub(r'"[^"]*"', '""', page))
        assert "1337" not in page
        assert page.count("<style>") == page.count("</style>") == 1

    def test_sends_its_policy_itself_only_when_it_stands_alone(self):
        alone = unpacked(answer())["index.html"].decode()
        assert f"style-src '{page_style_hash()}'" in alone
        assert "Content-Security-Policy" not in render_answer_page(answer())
        for page in (alone, render_answer_page(answer())):
            assert "style=" not in page
            assert "unsafe-inline" not in page

    def test_fetches_nothing(self):
        alone = unpacked(answer())["index.html"].decode()
        assert "src=" not in alone
        assert "url(" not in alone
        assert "@import" not in alone
        assert set(re.findall(r"https?://[a-z.]+[a-z]", alone)) == {
            "https://www.datatilsynet.no"
        }


class TestWhatIsWithheld:
    CANARY = "CANARY-annen-person"

    def test_is_nowhere_in_the_package(self):
        """The answer is made from released records only: there is no field for the rest."""
        files = unpacked(full_answer())
        assert "Navnet på en annen deltaker" in files["index.html"].decode()
        manifest = document(files, "manifest")
        assert manifest["withheld"] == 1
        assert "Navnet" not in json.dumps(manifest)
        assert all(self.CANARY.encode() not in content for content in files.values())

    def test_shows_no_records_of_a_system_that_is_withheld_whole(self):
        whole = system("x", "X", [contact(text=self.CANARY)], answer=TaskAnswer.WITHHELD)
        for content in unpacked(answer(systems=(whole,))).values():
            assert self.CANARY.encode() not in content

    def test_derived_data_stands_apart(self):
        made = answer(
            systems=(system(records=[score(), contact(provenance=Provenance.OBSERVED)]),)
        )
        page = render_answer_page(made)
        assert (
            page.index("Kontaktopplysninger")
            < page.index("Det vi har regnet")
            < page.index("Interesse (1)")
        )
