"""Words, dates, sizes and numbers come out as people of each language write them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g

from dsar import i18n
from dsar.i18n import (
    LANGUAGES,
    MissingFact,
    MissingMessage,
    format_date,
    format_moment,
    format_number,
    format_size,
    format_time,
    negotiate,
    page_language,
    t,
    translate,
)

DAY = date(2026, 3, 3)
MOMENT = datetime(2026, 3, 3, 13, 30, tzinfo=UTC)
SPACE = "\N{NO-BREAK SPACE}"


class TestAsksForWords:
    def test_gives_the_words_of_the_language(self):
        assert translate("nb", "p2.h1") == "Hva vil du be om?"
        assert translate("en", "p2.h1") == "What do you want to ask for?"
        assert translate("sv", "p2.h1") == "Vad vill du begära?"

    def test_puts_the_facts_in_their_places(self):
        assert translate("en", "p1.h1", firm="Inmeta") == "Ask Inmeta about your personal data"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_never_stays_silent_about_an_unknown_id(self, language):
        with pytest.raises(MissingMessage, match=f"{language}: no.such.words"):
            translate(language, "no.such.words")

    def test_names_a_language_it_does_not_have(self):
        with pytest.raises(MissingMessage, match="de: no such language"):
            translate("de", "p2.h1")

    def test_names_a_fact_that_was_not_given(self):
        with pytest.raises(MissingFact, match=r"nb: p1\.h1: firm"):
            translate("nb", "p1.h1")

    def test_leaves_a_fact_as_it_was_typed(self):
        typed = "{firm} {0} {firm.__class__} <b>%s</b>"
        assert translate("en", "p1.h1", firm=typed) == f"Ask {typed} about your personal data"

    def test_knows_no_attribute_and_no_format_in_a_placeholder(self, monkeypatch):
        words = {"x": ("{n.real} {n!r} {n:>9} {n}",)}
        monkeypatch.setattr(i18n, "catalogue", lambda language: words)
        assert translate("en", "x", n=1) == "{n.real} {n!r} {n:>9} 1"

    def test_leaves_the_double_braces_of_a_letter_alone(self, monkeypatch):
        monkeypatch.setattr(i18n, "catalogue", lambda language: {"x": ("{{name}} {name}",)})
        assert translate("en", "x", name="A") == "{{name}} A"


class TestCounts:
    @pytest.mark.parametrize(
        ("language", "n", "words"),
        [
            ("nb", 1, "1 dag igjen"),
            ("nb", 3, "3 dager igjen"),
            ("nb", 0, "0 dager igjen"),
            ("en", 1, "1 day left"),
            ("en", 2, "2 days left"),
            ("sv", 1, "1 dag kvar"),
            ("sv", 21, "21 dagar kvar"),
        ],
    )
    def test_says_one_and_many_differently(self, language, n, words):
        assert translate(language, "due.left", n=n) == words

    def test_asks_for_the_count(self):
        with pytest.raises(MissingFact, match=r"due\.left: n"):
            translate("nb", "due.left")

    def test_does_not_take_text_for_a_count(self):
        with pytest.raises(MissingFact, match=r"due\.left: n"):
            translate("nb", "due.left", n="3")


class TestWritesDatesAndMoments:
    @pytest.mark.parametrize(
        ("language", "long", "short"),
        [
            ("nb", "tirsdag 3. mars 2026", "3. mars 2026"),
            ("en", "Tuesday 3 March 2026", "3 Mar 2026"),
            ("sv", "tisdag 3 mars 2026", "3 mars 2026"),
        ],
    )
    def test_writes_a_day_long_and_short(self, language, long, short):
        assert format_date(DAY, language) == long
        assert format_date(DAY, language, "short") == short

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("nb", "3. mars 2026 kl. 14.30"),
            ("en", "3 March 2026 at 14:30"),
            ("sv", "3 mars 2026 kl. 14.30"),
        ],
    )
    def test_writes_a_moment_in_oslo_time(self, language, words):
        assert format_moment(MOMENT, language) == words

    def test_writes_a_moment_in_another_zone_when_asked(self):
        assert format_moment(MOMENT, "en", ZoneInfo("Europe/London")) == "3 March 2026 at 13:30"

    def test_summer_time_is_kept(self):
        assert format_moment(MOMENT.replace(month=7), "nb") == "3. juli 2026 kl. 15.30"

    def test_will_not_guess_the_zone_of_a_moment(self):
        with pytest.raises(ValueError, match="time zone"):
            format_moment(MOMENT.replace(tzinfo=None), "nb")

    def test_writes_the_time_alone(self):
        assert format_time(MOMENT, "nb") == "14.30"
        assert format_time(time(8, 5), "en") == "08:05"

    def test_facts_that_are_dates_write_themselves(self):
        assert translate("nb", "p6.due", date=DAY) == "Du får svar senest tirsdag 3. mars 2026"
        assert (
            translate("nb", "p6.received", datetime=MOMENT) == "Mottatt 3. mars 2026 kl. 14.30"
        )
        assert translate("nb", "p9.updated", time=time(14, 30)) == "Sist oppdatert kl. 14.30"

    def test_a_fact_named_tz_sets_the_zone_of_the_moments(self):
        words = translate("en", "p6.received", datetime=MOMENT, tz=UTC)
        assert words == "Received 3 March 2026 at 13:30"


class TestWritesNumbersAndSizes:
    @pytest.mark.parametrize(
        ("language", "number", "words"),
        [
            ("nb", 2026, "2026"),
            ("nb", 12345, f"12{SPACE}345"),
            ("en", 12345, "12,345"),
            ("sv", 12345, f"12{SPACE}345"),
            ("nb", 0.5, "0,5"),
            ("en", 0.5, "0.5"),
        ],
    )
    def test_a_number_has_the_signs_of_its_language(self, language, number, words):
        assert format_number(number, language) == words

    def test_a_fact_that_is_a_number_writes_itself(self):
        assert translate("en", "s19.list", n=12345).startswith("12,345 cases")

    @pytest.mark.parametrize(
        ("language", "size", "words"),
        [
            ("nb", 0, "1 kB"),
            ("nb", 900, "1 kB"),
            ("nb", 1_400_000, "1,4 MB"),
            ("en", 1_400_000, "1.4 MB"),
            ("en", 999_999, "1 MB"),
            ("sv", 12_345_678, "12 MB"),
            ("nb", 2_500_000_000, "2,5 GB"),
        ],
    )
    def test_a_size_is_short_and_never_nought(self, language, size, words):
        assert format_size(size, language) == words


class TestChoosesALanguage:
    @pytest.mark.parametrize(
        ("header", "language"),
        [
            ("nb-NO,nb;q=0.9,en;q=0.8", "nb"),
            ("nn-NO,en;q=0.8", "nb"),
            ("no", "nb"),
            ("sv-SE", "sv"),
            ("de,en-US;q=0.7,sv;q=0.3", "en"),
            ("en;q=0.2,sv;q=0.9", "sv"),
            ("de", "en"),
            ("sv;q=0", "en"),
            ("*", "en"),
            ("", "en"),
            (None, "en"),
            (";;;,,q=q", "en"),
        ],
    )
    def test_takes_the_best_that_is_allowed(self, header, language):
        assert negotiate(header, LANGUAGES, "en") == language

    def test_never_gives_a_language_that_is_not_allowed(self):
        assert negotiate("sv", ("nb", "en"), "nb") == "nb"


class TestKnowsTheLanguageOfThePage:
    def test_is_norwegian_outside_a_page(self):
        assert page_language() == "nb"

    def test_follows_the_page(self):
        app = Flask(__name__)
        with app.test_request_context():
            assert page_language() == "nb"
            g.language = "sv"
            assert t("p2.h1") == "Vad vill du begära?"
