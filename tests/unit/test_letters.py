"""Letters and receipts: what they say, and that their PDF can be read by everyone."""

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from dsar import profiles
from dsar.domain.clock import ClockOptions, replay
from dsar.domain.clock.drawing import clock_drawing
from dsar.domain.package import TaskAnswer, Withheld
from dsar.domain.package.letters import (
    LetterNameError,
    letter_from_json,
    letter_json,
    unknown_names,
)
from dsar.i18n import translate
from dsar.services.answer.rendering import compose_letter, render_letter_pdf, render_receipt_pdf
from tests.unit.answers import answer, empty_system, full_answer, receipt

LANGUAGES = ("nb", "en", "sv")


def all_words(letter):
    blocks = (
        " ".join((block.heading, *block.paragraphs, *block.points)) for block in letter.blocks
    )
    return " ".join(blocks)


def squeezed(text):
    return "".join(text.split())


def read(pdf):
    reader = PdfReader(io.BytesIO(pdf))
    return reader, " ".join(page.extract_text() for page in reader.pages)


def keys(letter):
    return [block.key for block in letter.blocks]


class TestComposingALetter:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_says_what_the_law_asks_of_every_reply(self, language):
        words = all_words(compose_letter(full_answer(language=language)))
        for told in (
            "Datatilsynet",
            "Postboks 458 Sentrum, 0105 Oslo",
            "77",
            "79",
            "2026-0012",
            "23",
            "personvern@glasoterapi.example",
        ):
            assert told in words

    def test_names_what_was_found_and_how_the_rest_was_searched(self):
        letter = compose_letter(full_answer())
        found = next(block for block in letter.blocks if block.key == "found")
        assert found.points == ("Salgsoppfølging", "Kurs og seminar", "Nyhetsbrev")
        assert "Øktene slettes når nettleseren lukkes" in all_words(letter)

    def test_gives_the_ground_and_the_reason_of_what_is_withheld(self):
        words = all_words(compose_letter(full_answer()))
        assert "GDPR art. 15 nr. 4" in words
        assert "krav på vern" in words

    def test_confirms_also_that_nothing_is_held(self):
        letter = compose_letter(answer(systems=(empty_system(),)))
        assert "nothing" in keys(letter)
        assert not {"found", "withheld"} & set(keys(letter))

    def test_takes_the_words_of_staff_and_fills_in_what_it_knows(self):
        theirs = {"asked": "Sak {{case_number}}.\r\n\r\nSvar til {{ person_name }}."}
        letter = compose_letter(answer(), theirs)
        block = next(block for block in letter.blocks if block.key == "asked")
        assert block.paragraphs == ("Sak 2026-0012.", "Svar til Kari Nordmann.")

    @pytest.mark.parametrize("text", ["{{ password }}", "{{ ''.__class__ }}", "{{}}"])
    def test_refuses_a_name_it_does_not_know(self, text):
        assert unknown_names(text)
        with pytest.raises(LetterNameError):
            compose_letter(answer(), {"asked": text})

    def test_leaves_everything_that_is_no_name_alone(self):
        letter = compose_letter(answer(), {"asked": "{case_number} {% x %} ${y}"})
        assert "{case_number} {% x %} ${y}" in all_words(letter)

    def test_is_kept_and_comes_back_the_same(self):
        letter = compose_letter(full_answer())
        assert letter_from_json(letter_json(letter)) == letter

    def test_a_persons_own_braces_are_not_names(self):
        letter = compose_letter(
            answer(person_name="{{contact}} {contact}"), {"opening": "Hei {{person_name}}"}
        )
        assert letter.blocks[0].paragraphs == ("Hei {{contact}} {contact}",)


class TestTheLetterAsPdf:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_tagged_has_a_title_and_a_language(self, language):
        made = full_answer(language=language)
        reader, _ = read(render_letter_pdf(made, compose_letter(made)))
        catalog = reader.trailer["/Root"]
        assert catalog["/Lang"] == language
        assert catalog["/MarkInfo"]["/Marked"]
        assert catalog["/StructTreeRoot"]["/K"]
        assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
        assert reader.metadata.title == compose_letter(made).title
        assert "pdfuaid" in catalog["/Metadata"].get_data().decode()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_holds_every_word_of_the_letter(self, language):
        made = full_answer(language=language)
        letter = compose_letter(made)
        _, text = read(render_letter_pdf(made, letter))
        for block in letter.blocks:
            for words in (block.heading, *block.paragraphs, *block.points):
                assert squeezed(words)[:60] in squeezed(text)

    def test_prints_code_as_text(self):
        payloads = (
            '#eval("1+1")',
            '#read("/etc/passwd")',
            "$x^2$",
            "*fet* = h",
            "</p><script>",
        )
        held = tuple(Withheld("S", what, "art. 15", "Fordi.") for what in payloads)
        made = answer(withheld=held)
        _, text = read(render_letter_pdf(made, compose_letter(made)))
        for payload in payloads:
            assert squeezed(payload) in squeezed(text)
        assert "root:" not in text

    def test_survives_letters_of_other_scripts(self):
        made = answer(
            person_name="Åse Žižková Ωμέγα Дмитрий 漢字 📧 عربى",
            person_address="Vei 1\n0001 By",
        )
        reader, _ = read(render_letter_pdf(made, compose_letter(made)))
        assert len(reader.pages) >= 1

    def test_is_the_same_each_time(self):
        made = full_answer()
        first, second = (render_letter_pdf(made, compose_letter(made)) for _ in range(2))
        assert first == second


class TestTheReceipt:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_says_number_code_dates_and_how_they_were_counted(self, language):
        reader, text = read(render_receipt_pdf(receipt(language=language)))
        told = squeezed(text)
        for word in ("2026-0012", "K7QM2XWD9TBRF4HN", "23", "14", "fredag23.oktober2026"):
            assert squeezed(word) in told
        assert "K7QM 2XWD 9TBR F4HN" in text
        assert reader.trailer["/Root"]["/Lang"] == language
        assert len(reader.pages) == 1

    def test_works_for_an_organisation_of_which_little_is_known(self):
        sender = receipt().organisation.__class__("meetings.no")
        _, text = read(
            render_receipt_pdf(receipt(organisation=sender, counting=(), status_url=""))
        )
        assert "meetings.no" in text


def test_a_withheld_system_is_told_as_found():
    letter = compose_letter(answer(systems=(empty_system(answer=TaskAnswer.WITHHELD),)))
    assert "found" in keys(letter)


def test_dates_are_written_out():
    assert "3. mars 2026" in all_words(compose_letter(answer(received_on=date(2026, 3, 3))))


class TestHowWeCounted:
    def test_stands_in_the_receipt_and_in_the_letter_with_its_days(self):
        at = datetime(2026, 4, 17, 9, tzinfo=UTC)
        reckoning = replay(profiles.get("NO"), ClockOptions(promise_days=30), at)
        drawing = clock_drawing(reckoning, None)
        steps = tuple(translate("nb", s.message_id, **s.facts) for s in reckoning.steps)
        told = full_answer(counting=steps, drawing=drawing)
        _, text = read(render_letter_pdf(told, compose_letter(told)))
        days = ("Slik har vi regnet", "mandag 18. mai 2026", "Løftet vårt", "Grunnlovsdag")
        assert [words for words in days if squeezed(words) not in squeezed(text)] == []
