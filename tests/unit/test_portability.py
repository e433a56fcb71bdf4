"""What a person may take along, what stays out, and how the package says both."""

import csv
import io
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from dsar.domain.assessments import Weighed
from dsar.domain.findings import BASES
from dsar.domain.package import LeftOut, Provenance, TaskAnswer
from dsar.domain.portability import Outside, outside
from dsar.i18n import LANGUAGES, translate
from dsar.services.answer.rendering import compose_letter, render_answer_page
from tests.unit.answers import answer, contact, empty_system, full_answer, system
from tests.unit.test_package_build import document, unpacked

LEFT = (
    LeftOut("Salgsoppfølging", "Poeng for salg", Outside.DERIVED, 3),
    LeftOut("Regnskap", "Fakturaer", Outside.BASIS, 1),
    LeftOut("Arkiv", "Kontrakt", Outside.PAPER, 2),
)


def portability(result="to_person", **changes):
    texts = {
        "recipient": "Nytt Mobil AS",
        "how": "Kryptert e-post.",
        "why": "De tar ikke imot.",
    }
    made = {"right": "portability", "weighed": Weighed(result=result, texts=texts)}
    return full_answer(**made | {"left_out": LEFT} | changes)


def words_of(made):
    letter = compose_letter(made)
    return " ".join(
        word
        for block in letter.blocks
        for word in (block.heading, *block.paragraphs, *block.points)
    )


class TestWhatMayBeTakenAlong:
    @pytest.mark.parametrize("basis", ["", *BASES])
    @pytest.mark.parametrize("provenance", list(Provenance))
    def test_is_given_or_seen_on_consent_or_contract(self, provenance, basis):
        is_in = outside(provenance, basis, is_paper=False) is None
        origin = provenance in (Provenance.PROVIDED, Provenance.OBSERVED)
        assert is_in == (origin and basis in ("consent", "contract"))

    def test_is_never_on_paper(self):
        assert outside("provided", "consent", is_paper=True) is Outside.PAPER


class TestThePortablePackage:
    @pytest.mark.parametrize("result", ["to_person", "transferred", "not_feasible"])
    def test_obeys_its_own_schema(self, result):
        files = unpacked(portability(result))
        validator = Draft202012Validator(document(files, "schema"))
        for name in ("crm", "courses", "decision", "manifest"):
            assert list(validator.iter_errors(document(files, name))) == []
        assert [each["why"] for each in document(files, "decision")["left_out"]] == [
            "derived",
            "basis",
            "paper",
        ]

    def test_lets_no_cell_be_a_formula(self):
        record = contact(fields={"Navn": '=HYPERLINK("https://evil.example")', "B": "@x"})
        made = portability(systems=(system(records=[record]),))
        text = unpacked(made)["data/crm.csv"].decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
        assert not [cell for cell in cells if cell[:1] in "=@+-" and cell]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_counts_and_names_what_stays_out(self, language):
        made = portability(language=language)
        page = render_answer_page(made)
        for told in (words_of(made), page):
            for left in LEFT:
                assert left.what in told
        assert 'id="left-out"' in page

    def test_says_who_got_the_file_and_how(self):
        told = words_of(portability("transferred"))
        assert "Nytt Mobil AS" in told
        assert "Kryptert e-post." in told
        assert "De tar ikke imot." not in told

    def test_says_why_it_was_not_feasible(self):
        told = words_of(portability("not_feasible"))
        assert "De tar ikke imot." in told
        assert "Kryptert e-post." not in told

    def test_says_that_there_is_nothing_to_take_along(self):
        left = empty_system("crm", "Salgsoppfølging", answer=TaskAnswer.NOT_APPLICABLE)
        made = portability("transferred", systems=(left,))
        assert "Det er ingenting å ta med seg" in render_answer_page(made)
        assert "Nytt Mobil AS" not in words_of(made)

    def test_of_an_access_has_no_such_part(self):
        page = render_answer_page(replace(answer(), left_out=()))
        assert 'id="left-out"' not in page


class TestItsLetter:
    def test_says_what_is_held_back(self):
        heading = translate("nb", "letter.withheld.h")
        assert heading in words_of(portability())
        assert heading not in words_of(portability(withheld=()))
