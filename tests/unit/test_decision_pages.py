"""The package of a right whose answer is a decision: a page, a letter, a file for machines."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from dsar.domain.assessments import ASSESSMENTS, Weighed
from dsar.domain.measures import ACTS, Act, acts_for
from dsar.domain.package import MeasureAnswer, RecipientAnswer, Refused, TaskAnswer
from dsar.domain.rights import RULES, Right, Work
from dsar.i18n import LANGUAGES, translate
from dsar.services.answer.rendering import render_answer_page
from tests.pages import check
from tests.unit.answers import answer, empty_system, system
from tests.unit.test_package_build import PAYLOADS, document, unpacked
from tests.unit.test_portability import words_of

LONG = "Ordet " * 40 + "Sammensattordsomaldritarslutt" * 4
MEASURES = [right for right in Right if RULES[right].work is Work.MEASURES]
WORDS = [right for right in Right if RULES[right].work is Work.WORDS]


def measure(act, text="kontaktkortet", where="Salgsoppfølging"):
    rules = ACTS[act]
    texts = {name: text for name in (*rules.needs, *rules.may)}
    provision = "GDPR art. 17 nr. 3 bokstav b" if rules.needs_ground else ""
    until = date(2031, 12, 31) if rules.needs_end else None
    return MeasureAnswer(where, act, texts, provision, until, 30 if rules.executes else None)


def weighed(right, result="", text="Fordi det er slik her."):
    rules = ASSESSMENTS.get(right)
    if rules is None:
        return None
    ground = rules.grounds[0] if rules.grounds else ""
    result = result or (rules.results[0] if rules.results else "")
    return Weighed(ground, result, dict.fromkeys(rules.all_texts, text))


def decided(right, acts=(), text="kontaktkortet", **changes):
    """Return the answer of a right whose work is measures: a system for each, one without."""
    measures = tuple(measure(act, text, f"System {n}") for n, act in enumerate(acts))
    found = tuple(system(f"s{n}", f"System {n}") for n, _ in enumerate(acts))
    made = {
        "systems": (*found, empty_system()),
        "measures": measures,
        "weighed": weighed(right, text=text),
        "recipients": (RecipientAnswer("Mottaker AS"), RecipientAnswer("B", reason=text)),
    }
    return answer(**{"right": str(right), **made, **changes})


def decisions(**changes):
    """Yield an answer of every right and outcome, with its name."""
    for right in MEASURES:
        acts = acts_for(right)
        yield f"{right}-nothing", decided(right, **changes)
        yield f"{right}-all", decided(right, acts, **changes)
        for act in acts:
            yield f"{right}-{act}", decided(right, [act], **changes)
    for right in WORDS:
        for result in ASSESSMENTS[right].results or ("",):
            told = {"systems": (), "weighed": weighed(right, result)}
            yield f"{right}-{result}", answer(**{"right": str(right), **told, **changes})
    for right in Right:
        told = Refused("gdpr_12_5", "GDPR art. 12(5)", "Samme spørsmål hver dag.", "Svaret.")
        made = {"right": str(right), "systems": (), "refused": told}
        yield f"{right}-refused", answer(**made, **changes)


CASES = dict(decisions())


class TestThePackageOfADecision:
    @pytest.mark.parametrize("name", CASES)
    def test_obeys_its_own_schema(self, name):
        files = unpacked(CASES[name])
        validator = Draft202012Validator(document(files, "schema"))
        for kind in ("decision", "manifest"):
            assert list(validator.iter_errors(document(files, kind))) == []

    def test_holds_a_page_a_letter_and_the_decision_and_nothing_that_was_found(self):
        files = unpacked(decided(Right.ERASURE, [Act.ERASE, Act.KEEP]))
        assert set(files) == {
            "index.html",
            "svar.pdf",
            "les-meg.txt",
            "data/decision.json",
            "data/schema.json",
            "data/manifest.json",
        }
        listed = {
            entry["path"]: entry["kind"] for entry in document(files, "manifest")["files"]
        }
        assert listed["data/decision.json"] == "decision"

    def test_says_to_machines_what_was_done_and_by_which_rule(self):
        told = document(unpacked(decided(Right.ERASURE, [Act.ERASE, Act.KEEP])), "decision")
        assert told["outcome"] == "partly"
        assert [each["act"] for each in told["measures"]] == ["erase", "keep"]
        kept = told["measures"][1]
        assert kept["provision"] == "GDPR art. 17 nr. 3 bokstav b"
        assert kept["keep_until_on"] == "2031-12-31"
        assert told["recipients"][0]["name"] == "Mottaker AS"

    def test_says_to_machines_why_it_was_refused(self):
        told = document(unpacked(CASES["access-refused"]), "decision")
        assert told["outcome"] == "refused"
        assert told["refused"]["explanation"] == "Samme spørsmål hver dag."
        assert told["refused"]["still_given"] == "Svaret."
        assert told["measures"] == []

    def test_gives_an_access_no_decision(self):
        assert "data/decision.json" not in unpacked(answer())


class TestThePageOfADecision:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_whole_in_every_language(self, language):
        for name, made in decisions(language=language):
            page = render_answer_page(made)
            check(re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))
            assert not re.search(r"\b(package|letter|ground|act)\.[a-z_.]+", page), name
            assert 'id="complain"' in page

    def test_never_says_that_it_shows_what_is_held(self):
        for made in CASES.values():
            page = render_answer_page(made)
            assert "Opplysningene vi har om deg" not in page
            assert "Vi fant ingenting om deg</h1>" not in page

    def test_shows_where_what_and_why(self):
        page = render_answer_page(decided(Right.RECTIFICATION, [Act.CORRECT, Act.LEAVE]))
        for words in ("System 0", "Rettet", "Før", "Nå", "Latt stå", "Regelen vi bruker"):
            assert words in page

    def test_names_every_part_of_a_line_where_the_head_of_the_table_is_out_of_sight(self):
        page = render_answer_page(decided(Right.RECTIFICATION, [Act.CORRECT, Act.LEAVE]))
        tables = re.findall(r'<table class="stacks".*?</table>', page, re.DOTALL)
        assert len(tables) == 2
        for table in tables:
            heads = re.findall(r'<th scope="col"[^>]*>([^<]*)', table)
            labels = re.findall(r'<td[^>]* data-label="([^"]*)"', table)
            unnamed = re.findall(r'<td role="cell">(.*?)</td>', table, re.DOTALL)
            assert set(labels) == set(heads[1:])
            assert not any(cell.strip() for cell in unnamed)

    @pytest.mark.parametrize("payload", PAYLOADS)
    def test_shows_hostile_text_as_text(self, payload):
        made = decided(Right.OBJECTION, acts_for(Right.OBJECTION), payload)
        page = render_answer_page(made)
        tags = set(re.findall(r"<([a-z0-9]+)", page.replace("<!doctype", "")))
        assert not tags & {"script", "img", "svg", "iframe", "object", "form", "link", "base"}
        assert "1337" not in page

    @pytest.mark.parametrize(
        "lag", [{"purge_days": 30}, {"purge_days": None, "purge_months": 1}]
    )
    def test_says_that_copies_are_left_for_a_while(self, lag):
        made = decided(Right.ERASURE, measures=(replace(measure(Act.ERASE), **lag),))
        assert "sikkerhetskopier en stund" in render_answer_page(made, online=False)

    def test_says_nothing_of_copies_where_nobody_knows_of_any(self):
        gone = replace(measure(Act.ERASE), purge_days=None)
        made = decided(Right.ERASURE, measures=(gone,))
        assert "sikkerhetskopier en stund" not in render_answer_page(made, online=False)

    def test_survives_long_texts(self):
        made = decided(Right.ERASURE, acts_for(Right.ERASURE), LONG)
        assert LONG.strip() in render_answer_page(made)
        assert LONG.strip() in json.dumps(document(unpacked(made), "decision"))

    def test_tells_how_systems_without_anything_were_searched(self):
        nothing = decided(Right.ERASURE)
        assert nothing.systems[0].answer is TaskAnswer.NOTHING_FOUND
        assert "Øktene slettes når nettleseren lukkes" in render_answer_page(nothing)


class TestItsLetter:
    def test_names_who_received_the_data_and_why_some_were_not_told(self):
        gone = RecipientAnswer("Borte AS", reason="Selskapet er oppløst")
        made = decided(Right.RECTIFICATION, [Act.CORRECT])
        told = words_of(replace(made, recipients=(RecipientAnswer("Mottaker AS"), gone)))
        for words in ("Mottaker AS", "Borte AS", "Selskapet er oppløst."):
            assert words in told

    @pytest.mark.parametrize(("act", "is_offered"), [(Act.LEAVE, True), (Act.CORRECT, False)])
    def test_offers_a_statement_where_something_is_left_as_it_is(self, act, is_offered):
        told = words_of(decided(Right.RECTIFICATION, [act]))
        assert (translate("nb", "letter.supplement.h") in told) is is_offered

    @pytest.mark.parametrize(("act", "is_told"), [(Act.ERASE, True), (Act.KEEP, False)])
    def test_says_when_backups_are_clean_of_what_was_erased(self, act, is_told):
        told = words_of(decided(Right.ERASURE, [act]))
        assert (translate("nb", "letter.backups.h") in told) is is_told

    def test_of_a_refusal_leads_to_what_is_given_all_the_same(self):
        made = CASES["access-refused"]
        nothing = replace(made, refused=replace(made.refused, still_given=""))
        words = translate("nb", "package.short.still")
        assert words in render_answer_page(made)
        assert words not in render_answer_page(nothing)
