"""The catalogues say everything in every language, once, in the house style."""

import re
from collections import Counter
from pathlib import Path

import pytest

from dsar import i18n
from dsar.domain.cases import Outcome, State
from dsar.domain.events import FACTS, EventKind
from dsar.domain.organisation_keys import Behaviour
from dsar.domain.package.answer import Provenance, TaskAnswer
from dsar.domain.package.matrix import Lack
from dsar.domain.rights import Right
from dsar.domain.roles import Role
from dsar.i18n import LANGUAGES, catalogue

LOCALE = Path(i18n.__file__).parent / "locale"
ROOT = Path(i18n.__file__).parents[1]
UNUSED = Path(__file__).parents[1] / "data" / "unused_words.txt"

PLACEHOLDER = i18n._PLACEHOLDER
NO_FULL_STOP = ("h", "h1", "label", "btn", "subject")
NOT_A_PAGE = ("letter", "receipt", "package")
NOT_A_SENTENCE = ("h", "h1", "prefix")
SUBJECT_LIMIT = 60
MAIL = re.compile(r"[mt]\d\d\.")


def areas(language):
    return sorted((LOCALE / language).glob("*.po"))


def ids_of(path):
    return re.findall(r'^msgid "([^"]+)"$', path.read_text("utf-8"), re.MULTILINE)


def placeholders(forms):
    return [set(PLACEHOLDER.findall(form)) for form in forms]


def messages(language):
    return catalogue(language).items()


class TestEveryLanguage:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_says_everything_and_nothing_more(self, language):
        assert catalogue(language).keys() ^ catalogue("en").keys() == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_keeps_an_id_in_the_same_area(self, language):
        english = {path.name: set(ids_of(path)) for path in areas("en")}
        assert {path.name: set(ids_of(path)) for path in areas(language)} == english

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_says_a_thing_once(self, language):
        found = Counter(key for path in areas(language) for key in ids_of(path))
        assert [key for key, times in found.items() if times > 1] == []

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_reads_no_message_as_empty_or_doubtful(self, language):
        for path in areas(language):
            text = path.read_text("utf-8")
            assert "#, fuzzy" not in text, path.name
            read = {key for key, _ in i18n.read_messages(text.encode(), language)}
            assert set(ids_of(path)) - read == set(), path.name

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_has_the_same_placeholders_as_english(self, language):
        english = catalogue("en")
        wrong = {
            key
            for key, forms in messages(language)
            if set().union(*placeholders(forms)) != set().union(*placeholders(english[key]))
        }
        assert wrong == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_counts_where_english_counts(self, language):
        english = catalogue("en")
        wrong = {key for key, forms in messages(language) if len(forms) != len(english[key])}
        assert wrong == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_count_says_its_number_when_it_is_not_one(self, language):
        wrong = {
            key
            for key, forms in messages(language)
            if len(forms) > 1 and "n" not in placeholders(forms)[-1]
        }
        assert wrong == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_has_no_brace_that_is_not_a_placeholder(self, language):
        wrong = {
            key
            for key, forms in messages(language)
            for form in forms
            if re.search(r"[{}]", re.sub(r"\{\{[a-z_]+\}\}", "", PLACEHOLDER.sub("", form)))
        }
        assert wrong == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_shows_nobody_a_backslash(self, language):
        wrong = [key for key, forms in messages(language) if "\\" in "".join(forms)]
        assert wrong == []

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_writes_ids_in_lower_case_with_dots(self, language):
        shape = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
        assert [key for key in catalogue(language) if not shape.fullmatch(key)] == []


class TestHouseStyle:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_label_a_heading_and_a_button_have_no_full_stop(self, language):
        wrong = {
            key
            for key, forms in messages(language)
            if key.rsplit(".", 1)[-1] in NO_FULL_STOP and any(f.endswith(".") for f in forms)
        }
        assert wrong == set()

    @pytest.mark.parametrize("language", ["nb", "sv"])
    def test_a_hint_and_an_error_end_as_sentences(self, language):
        wrong = {
            key
            for key, forms in messages(language)
            if is_hint_or_error(key) and not all(f.endswith((".", "?", "!")) for f in forms)
        }
        assert wrong == set()

    def test_an_english_hint_and_error_have_no_full_stop(self):
        wrong = {
            key
            for key, forms in messages("en")
            if is_hint_or_error(key) and any(f.endswith(".") for f in forms)
        }
        assert wrong == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_field_is_called_compulsory(self, language):
        banned = re.compile(r"obligatorisk|påkrevd|\*|compulsory|mandatory", re.IGNORECASE)
        wrong = {key for key, forms in messages(language) if banned.search(" ".join(forms))}
        assert wrong == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_has_no_stray_space_and_no_double_space(self, language):
        wrong = {
            key
            for key, forms in messages(language)
            if any(form != form.strip() or re.search(r"\S {2}", form) for form in forms)
        }
        assert wrong == set()

    @pytest.mark.parametrize("language", ["nb", "sv"])
    def test_quotes_as_the_language_does(self, language):
        wrong = {key for key, forms in messages(language) if '"' in "".join(forms)}
        assert wrong == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_page_speaks_of_tickets_or_regulations_by_nickname(self, language):
        banned = re.compile(r"\b(ticket|dsar|gdpr-forespørsel)\b", re.IGNORECASE)
        wrong = {key for key, forms in messages(language) if banned.search(" ".join(forms))}
        assert wrong == set()


class TestMail:
    #: A mail names no person, no right and nothing that was written (decision 22).
    NEVER = frozenset(
        {"name", "first_name", "right", "text", "question", "words", "phone_number"}
    )

    def mails(self, language):
        return [(key, forms) for key, forms in messages(language) if MAIL.match(key)]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_has_no_place_for_a_person_a_right_or_free_text(self, language):
        wrong = {
            key
            for key, forms in self.mails(language)
            if set().union(*placeholders(forms)) & self.NEVER
        }
        assert wrong == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_names_no_right_in_its_own_words(self, language):
        names = {catalogue(language)[f"right.{right}"][0].lower() for right in Right}
        # How to complain is told to everybody; "information" is an ordinary word.
        allowed = {"information", "informasjon", "klage", "klagomål", "complaint"}
        rights = re.compile(r"\b(" + "|".join(sorted(names - allowed)) + r")\b")
        wrong = {
            key
            for key, forms in self.mails(language)
            if rights.search(" ".join(forms).lower().replace("access code", ""))
        }
        assert wrong == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_mail_has_a_subject_and_a_body(self, language):
        keys = {key for key, _ in self.mails(language)}
        numbers = {key.split(".")[0] for key in keys}
        assert {f"{n}.{part}" for n in numbers for part in ("subject", "body")} - keys == set()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_subject_to_a_person_fits_on_a_locked_screen(self, language):
        facts = {"firm": "Fifteen letters", "ref": "2026-0012"}
        wrong = {
            key: len(subject)
            for key, _ in self.mails(language)
            if key[0] == "m" and key.endswith(".subject")
            for subject in [i18n.translate(language, key, **facts)]
            if len(subject) > SUBJECT_LIMIT
        }
        assert wrong == {}

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_code_and_a_link_to_data_never_travel_together(self, language):
        assert "{link}" not in catalogue(language)["m13.body"][0]
        assert "{code}" not in catalogue(language)["m12.body"][0]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_codes_live_as_long_as_decided(self, language):
        minutes = {
            key: re.findall(r"(\d+) minut", forms[0])
            for key, forms in self.mails(language)
            if "{code}" in forms[0] and key.endswith(".body")
        }
        assert minutes == {
            "m01.body": ["30"],
            "m02.body": ["30"],
            "m04.body": ["10"],
            "m13.body": ["10"],
            "t09.code.body": ["10"],
        }


class TestCodesOfTheDomain:
    @pytest.mark.parametrize("right", Right)
    def test_a_right_has_its_words(self, right):
        for key in (f"right.{right}", f"right.{right}.plain", f"right.{right}.term"):
            assert key in catalogue("nb")

    @pytest.mark.parametrize("state", State)
    def test_a_state_has_words_for_staff_and_for_the_person(self, state):
        assert f"state.{state}" in catalogue("nb")
        assert f"public.state.{state}" in catalogue("nb")

    @pytest.mark.parametrize("outcome", Outcome)
    def test_an_outcome_has_words(self, outcome):
        assert f"outcome.{outcome}" in catalogue("nb")

    @pytest.mark.parametrize("role", Role)
    def test_a_role_has_words(self, role):
        assert f"role.{role}" in catalogue("nb")

    @pytest.mark.parametrize("answer", TaskAnswer)
    def test_an_answer_of_a_system_has_words(self, answer):
        assert f"answer.{answer}" in catalogue("nb")

    @pytest.mark.parametrize("provenance", Provenance)
    def test_a_provenance_has_words(self, provenance):
        assert f"provenance.{provenance}" in catalogue("nb")

    @pytest.mark.parametrize("lack", sorted(set(Lack) - {Lack.UNANSWERED, Lack.NO_SYSTEM}))
    def test_a_gap_in_an_answer_has_words(self, lack):
        assert f"s11.cell.{lack}" in catalogue("nb")

    @pytest.mark.parametrize("behaviour", Behaviour)
    def test_a_behaviour_of_an_organisation_has_words(self, behaviour):
        assert f"behaviour.{behaviour}.label" in catalogue("nb")

    @pytest.mark.parametrize("kind", EventKind)
    def test_an_entry_of_the_log_is_a_sentence_made_of_its_own_facts(self, kind):
        for language in LANGUAGES:
            found = set().union(*placeholders(catalogue(language)[f"event.{kind}"]))
            assert found <= FACTS[kind]


class TestUse:
    """Every word that the program asks for exists; words that nobody asks for are known."""

    def sources(self):
        paths = [*ROOT.glob("dsar/**/*.py"), *ROOT.glob("templates/**/*")]
        return "\n".join(
            p.read_text("utf-8") for p in paths if p.suffix in {".py", ".html", ".txt"}
        )

    def test_every_id_asked_for_has_words(self):
        asked = re.findall(r"""\bt\(\s*["']([a-z0-9_.]+)["']\s*[,)]""", self.sources())
        spelled = r"""\btranslate\(\s*[\w.]+,\s*["']([a-z0-9_.]+)["']\s*[,)]"""
        asked += re.findall(spelled, self.sources())
        assert sorted(set(asked) - catalogue("nb").keys()) == []

    def test_every_domain_error_has_words(self):
        declared = re.findall(
            r"""\bmessage_id\b[^=\n]*=\s*["']([a-z0-9_]+\.[a-z0-9_.]+)["']""", self.sources()
        )
        assert sorted(set(declared) - catalogue("nb").keys()) == []

    def test_words_that_nobody_asks_for_are_on_the_list(self):
        forgotten = [key for key in self.unused() if not key.startswith(waiting())]
        assert forgotten == [], "use them, delete them, or list their prefix as not yet used"

    def test_the_list_names_only_what_still_waits(self):
        unused = self.unused()
        done = [p for p in waiting() if not any(key.startswith(p) for key in unused)]
        assert done == [], "all these words are used now: take the lines away"

    def unused(self):
        text = self.sources()
        whole = set(re.findall(r"""["']([a-z0-9_]+(?:\.[a-z0-9_]+)+)["']""", text))
        stems = tuple(
            set(re.findall(r"""["']([a-z0-9_]+\.(?:[a-z0-9_]+\.)*)(?:["']|\{)""", text))
        )
        letters = set(re.findall(r"""["']([mt]\d\d(?:\.[a-z_]+)*)["']""", text))
        return sorted(
            key
            for key in catalogue("nb")
            if key not in whole
            and not key.startswith(stems)
            and not (MAIL.match(key) and key.rpartition(".")[0] in letters)
        )


def waiting():
    lines = UNUSED.read_text("utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def is_hint_or_error(key):
    parts = key.split(".")
    if parts[-1] in NOT_A_SENTENCE or parts[0] in NOT_A_PAGE:
        return False
    return parts[-1].endswith("hint") or parts[0] == "error" or "err" in parts
