"""Every refusal, in every language, says what GDPR art. 12(4) asks; no letter says less."""

import pytest

from dsar import profiles
from dsar.domain.articles import article_in
from dsar.domain.package import Authority, Refused, Withheld
from dsar.domain.rights import Right
from dsar.i18n import LANGUAGES, has_message, translate
from dsar.services.answer.rendering import compose_letter, render_letter_pdf
from tests.unit.answers import full_answer
from tests.unit.test_decision_pages import LONG, answer, decisions
from tests.unit.test_letters import read, squeezed
from tests.unit.test_portability import portability

WHY = "Du spurte om det samme for en uke siden, og fikk alt da"
NORWEGIAN = "personopplysningsloven § 16 første ledd bokstav e"
STILL = "Du får svar på spørsmålet om lagringstid"
COUNTRIES = profiles.ids()
GROUNDS = [
    (country, ground.key, right)
    for country in COUNTRIES
    for right in Right
    for ground in profiles.get(country).grounds_against(right)
]


def refusal(country, key, right, language, **changes):
    profile = profiles.get(country)
    ground, authority = profile.ground(key), profile.authority
    made = {"still_given": STILL, "conditions": ground.conditions} | changes
    told = Refused(key, article_in(language, ground.article), WHY, **made)
    whom = Authority(
        authority.name_in(language),
        authority.address,
        authority.phone,
        authority.complaint_url or authority.url,
    )
    facts = {"right": str(right), "language": language, "refused": told, "systems": ()}
    return answer(**facts, authority=whom)


def words_of(letter):
    return "\n".join(
        words
        for block in letter.blocks
        for words in (block.heading, *block.paragraphs, *block.points)
    )


@pytest.mark.slow
class TestEveryGround:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(("country", "key", "right"), GROUNDS)
    def test_makes_a_letter_with_all_that_the_law_asks(self, country, key, right, language):
        made = refusal(country, key, right, language)
        told = words_of(compose_letter(made))
        court = translate(language, "letter.court")
        provision, authority = made.refused.provision, made.authority
        reach = authority.address or authority.url
        parts = (provision, WHY, STILL, authority.name, reach, court)
        assert [part for part in parts if not part or part not in told] == []
        own = f"letter.refused.{key}"
        words = own if has_message(language, own) else f"ground.{key}"
        assert translate(language, words) in told

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("country", COUNTRIES)
    def test_of_a_part_is_told_with_reason_rule_and_remedies(self, country, language):
        for ground in profiles.get(country).grounds:
            rule = article_in(language, ground.article)
            held = Withheld("CRM", "Notat", rule, "Det gjelder en annen.")
            told = words_of(compose_letter(full_answer(language=language, withheld=(held,))))
            for part in (rule, "Det gjelder en annen.", translate(language, "letter.court")):
                assert part in told

    def test_of_section_16_of_the_norwegian_act_is_named_to_the_letter(self):
        for letter in "abcdef":
            made = refusal("NO", f"pol_16_{letter}", "access", "nb")
            told = words_of(compose_letter(made))
            assert f"personopplysningsloven § 16 første ledd bokstav {letter}" in told

    def test_says_what_the_person_can_add_where_nobody_can_tell_who_she_is(self):
        told = words_of(compose_letter(refusal("NO", "gdpr_11_2", "access", "nb")))
        assert "et kundenummer" in told


class TestALetterOfRefusal:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_says_also_that_nothing_else_is_given(self, language):
        made = refusal("NO", "gdpr_12_5", "access", language, still_given="")
        told = words_of(compose_letter(made))
        assert translate(language, "letter.still.none") in told

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_that_comes_late_says_so(self, language):
        made = refusal("NO", "gdpr_12_5", "access", language)
        late = refusal("NO", "gdpr_12_5", "access", language, late_since=made.due_on)
        assert len(words_of(compose_letter(late))) > len(words_of(compose_letter(made)))

    @pytest.mark.parametrize(
        ("language", "article", "written"),
        [
            ("nb", "GDPR art. 17(3)(b)", "GDPR artikkel 17 nr. 3 bokstav b"),
            ("sv", "GDPR art. 17(3)(b)", "GDPR artikel 17.3 b"),
            ("en", "GDPR art. 17(3)(b)", "GDPR Article 17(3)(b)"),
            ("nb", "GDPR art. 16", "GDPR artikkel 16"),
            ("nb", NORWEGIAN, NORWEGIAN),
            (
                "en",
                NORWEGIAN,
                "Personal Data Act (personopplysningsloven) section 16 "
                "first paragraph letter e",
            ),
            (
                "sv",
                NORWEGIAN,
                "personopplysningsloven (den norska dataskyddslagen) § 16 "
                "första stycket bokstav e",
            ),
            ("sv", "dataskyddslagen 5 kap. 1 §", "dataskyddslagen 5 kap. 1 §"),
        ],
    )
    def test_names_articles_as_its_language_does(self, language, article, written):
        assert article_in(language, article) == written


def every_letter(language):
    """Yield an answer of every right and outcome, and of every kind of portability."""
    yield "access", full_answer(language=language)
    for result in ("to_person", "transferred", "not_feasible"):
        yield f"portability-{result}", portability(result, language=language)
    yield from decisions(language=language)


@pytest.mark.slow
class TestEveryLetter:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_a_tagged_pdf_with_language_and_title(self, language):
        for name, made in every_letter(language):
            letter = compose_letter(made)
            reader, text = read(render_letter_pdf(made, letter))
            catalog = reader.trailer["/Root"]
            assert catalog["/Lang"] == language, name
            assert catalog["/MarkInfo"]["/Marked"], name
            assert "pdfuaid" in catalog["/Metadata"].get_data().decode(), name
            assert reader.metadata.title == letter.title, name
            for remedy in ("letter.court", "letter.signature"):
                assert squeezed(translate(language, remedy)) in squeezed(text), name

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_bears_long_names_and_texts(self, language):
        name = "Anna-Margrethe Wolfeschlegelsteinhausenbergerdorff " * 3
        told = Refused("gdpr_12_5", "GDPR art. 12(5)", LONG * 8, LONG)
        made = {"language": language, "person_name": name.strip(), "refused": told}
        long = answer(**made, person_address="Vei " * 20 + "\n0001 By")
        reader, text = read(render_letter_pdf(long, compose_letter(long)))
        assert len(reader.pages) >= 2
        assert squeezed(translate(language, "letter.court")) in squeezed(text)
