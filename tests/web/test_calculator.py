"""The calculator: every law, questions, extension, by its address alone."""

import re
from datetime import date
from html import unescape
from urllib.parse import urlencode

import pytest

from dsar import profiles
from dsar.domain.clock import ClockEvent, ClockEventKind, moment_from, options_from, replay
from dsar.i18n import LANGUAGES, format_date, translate
from tests.browser_client import Browser

LAWS = sorted(profiles.ids())


def day(name, text):
    year, month, number = text.split("-")
    return {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}


def address(language="en", **values):
    return f"/calculator?{urlencode({'lang': language, **values}, doseq=True)}"


def asked(law="NO", received="2026-01-31", **values):
    return {"profile": law, **day("received", received), **values}


@pytest.fixture
def browser(app, now):
    return Browser(app.test_client())


def due(day_text, language="en"):
    written = format_date(date.fromisoformat(day_text), language)
    return translate(language, "calc.due", date=written)


class TestCalculator:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_opens_empty_in_every_language(self, browser, language):
        page = browser.get(f"/calculator?lang={language}")
        assert translate(language, "calc.lead") in page.text
        assert "Set-Cookie" not in browser.get("/calculator").headers

    @pytest.mark.parametrize("law", LAWS)
    def test_says_the_date_of_every_law(self, browser, law):
        found = replay(profiles.get(law), options_from({}), _noon(law, "2026-01-31"))
        page = browser.get(address(**asked(law)))
        assert due(str(found.binding_on)) in page.text
        for step in found.steps:
            assert step.source in unescape(page.text)

    @pytest.mark.parametrize(
        ("law", "clock"), [(law, c) for law in LAWS for c in profiles.get(law).clocks]
    )
    def test_knows_every_other_clock_of_a_law(self, browser, law, clock):
        options = options_from({"deadline": clock})
        found = replay(profiles.get(law), options, _noon(law, "2026-01-31"))
        page = browser.get(address(**asked(law, clock=clock)))
        assert due(str(found.binding_on)) in page.text

    @pytest.mark.parametrize(
        ("law", "part"), [(law, p) for law in LAWS for p in profiles.get(law).calendar.parts]
    )
    def test_names_every_part_of_a_country(self, law, part):
        assert profiles.get(law).parts[part]

    def test_counts_a_part_of_its_own(self, browser):
        assert due("2026-01-06") in browser.get(address(**asked("DE", "2025-12-06"))).text
        page = browser.get(address(**asked("DE", "2025-12-06", part="BY")))
        assert due("2026-01-07") in page.text

    def test_counts_questions_and_an_extension(self, browser):
        values = asked(**{"pause-1-reason": "identity"})
        values |= day("pause-1-asked", "2026-02-03") | day("pause-1-answered", "2026-02-09")
        values |= day("told", "2026-02-20") | {"reasons": ["complexity"]}
        page = browser.get(address(**values))
        assert due("2026-05-06") in page.text
        assert translate("en", "clock.flag.second_extension") not in page.text

    def test_says_why_a_question_does_not_count(self, browser):
        values = asked("US-CA", **{"pause-1-reason": "identity"})
        page = browser.get(address(**values | day("pause-1-asked", "2026-02-03")))
        assert translate("en", "clock.step.ignored.no_pause_in_law", on="X")[:20] in page.text

    def test_is_on_hold_while_a_question_is_open(self, browser):
        values = asked(**{"pause-1-reason": "identity"}) | day("pause-1-asked", "2026-02-03")
        page = browser.get(address(**values))
        assert translate("en", "calc.held") in page.text

    def test_adds_a_question_without_asking_for_the_rest(self, browser):
        values = {"profile": "NO", "pause-1-reason": "identity", "add": "pause"}
        page = browser.get(address(**values))
        assert 'name="pause-2-reason"' in page.text
        assert translate("en", "g.err.h") not in page.text

    def test_shows_no_more_questions_than_anybody_needs(self, browser):
        page = browser.get(address(profile="NO", add="pause", **{"pause-99-reason": "fee"}))
        assert 'name="pause-12-reason"' in page.text
        assert 'name="pause-13-reason"' not in page.text
        assert translate("en", "calc.pause.add") not in page.text

    def test_keeps_all_that_was_typed_beside_what_is_wrong_with_it(self, browser):
        values = asked(received="2026-02-31", time="25:00", promise="soon", count="1")
        values |= {"pause-1-reason": "fee", "pause-1-answered-day": "x"}
        page = browser.get(address(**values))
        words = ("calc.time.err", "calc.promise.err", "calc.pause.asked.err", "g.err.date")
        for words_id in words:
            said = translate("en", words_id, max=3650)
            assert page.text.count(said) >= 2, words_id
        for kept in ("31", "25:00", "soon", "x"):
            assert f'value="{kept}"' in page.text
        assert translate("en", "clock.cli.steps") not in _headings(page.text)

    def test_says_which_years_it_knows(self, browser):
        for year in ("2050", "9999"):
            page = browser.get(address(**asked(received=f"{year}-12-31")))
            assert translate("en", "g.err.h") in page.text, year

    def test_forgets_the_part_of_another_country(self, browser):
        values = asked("NO", part="BY", clock="ack", shown="DE")
        assert due("2026-03-02") in browser.get(address(**values)).text
        assert due("2026-03-02") in browser.get(address(**values | {"shown": "NO"})).text

    def test_refuses_a_part_that_the_country_has_not(self, browser):
        page = browser.get(address(**asked("DE", part="XX")))
        assert translate("en", "g.err.choice") in page.text

    def test_gives_an_address_that_asks_the_same(self, browser):
        page = browser.get(address("nb", **asked(count="1", time="")))
        link = re.search(r'href="(/calculator\?[^"]+)"[^>]*>Lenke', page.text)[1]
        assert "count" not in link
        assert "lang" not in link
        again = browser.get(link.replace("&amp;", "&") + "&lang=sv")
        assert due("2026-03-02", "sv") in again.text

    def test_takes_anything_in_its_address(self, browser):
        for query in ("profile=ZZ", "profile=NO&part=<b>", "received-day=1", "pause-1-large=y"):
            browser.get(f"/calculator?{query}&profile=NO&count=1")

    def test_tells_how_late_an_answer_was(self, browser):
        page = browser.get(address(**asked() | day("informed", "2026-03-05")))
        assert translate("en", "due.answered.late", n=3) in page.text

    def test_agrees_with_the_engine_on_a_promise(self, browser):
        page = browser.get(address(**asked(promise="20", promise_unit="working_days")))
        options = options_from({"promise_working_days": 20})
        informed = ClockEvent(ClockEventKind.INFORMED, _noon("NO", "2026-02-01"))
        found = replay(profiles.get("NO"), options, _noon("NO", "2026-01-31"), [informed])
        assert due(str(found.binding_on)) in page.text


def _noon(law, text):
    day_text = moment_from(f"{text}T12:00+00:00")
    return day_text.replace(tzinfo=profiles.get(law).zone)


def _headings(html):
    return re.findall(r"<h[23][^>]*>([^<]+)", html)


#: A choice that changes the date: the law, the day of receipt, more of the question.
CHOICES = {
    "roll": ("NO", "2026-01-31", "false", {}),
    "se_eves": ("SE", "2026-05-19", "false", {}),
    "fi_eves": ("FI", "2026-05-19", "true", {}),
    "nl_may5": ("NL", "2026-04-05", "false", {}),
    "nl_good_friday": ("NL", "2026-03-03", "true", {}),
    "dk_extra": ("DK", "2026-05-05", "true", {}),
    "pause_method": ("SE", "2026-02-09", "shift_start", "pause"),
    "pause_bounds": ("SE", "2026-02-09", "inclusive", "pause"),
    "pause_reasons": ("SE", "2026-02-09", "clarification", "pause"),
    "extension_base": ("NO", "2026-01-31", "first_deadline", "told"),
    "extension_reasons": ("NO", "2026-02-02", "complexity", "told"),
    "count_receipt_day": ("US-CA", "2026-01-15", "true", {}),
    "bd_calendar": ("US-CA", "2026-11-20", "mon_sat", {"clock": "ack"}),
    "bd_holidays": ("US-CA", "2026-11-20", "true", {"clock": "ack"}),
    "tz": ("NO", "2026-03-31", "Pacific/Auckland", {"time": "23:30"}),
}


class TestAnotherReading:
    def more(self, more):
        if more == "pause":
            asked = day("pause-1-asked", "2026-02-15") | day("pause-1-answered", "2026-04-19")
            return {"pause-1-reason": "identity"} | asked
        return day("told", "2026-02-10") | {"reasons": "complexity"} if more == "told" else more

    @pytest.mark.parametrize("name", CHOICES)
    def test_gives_the_date_that_the_engine_gives(self, browser, name):
        law, received, value, more = CHOICES[name]
        values = asked(law, received, **self.more(more))
        page = browser.get(address(**values, **{name: value}))
        told = browser.client.get("/api/v1/deadline", query_string=values | {name: value})
        assert due(told.json["binding_on"]) in page.text
        plain = browser.client.get("/api/v1/deadline", query_string=values).json["binding_on"]
        if name != "extension_reasons":
            assert told.json["binding_on"] != plain

    def test_moves_the_receipt_only_with_a_reason(self, browser):
        values = asked("NO", "2026-02-02") | day("receipt_override", "2026-02-05")
        assert due("2026-03-02") in browser.get(address(**values)).text
        values["receipt_reason"] = "processor_forwarded"
        assert due("2026-03-05") in browser.get(address(**values)).text

    def test_is_there_for_every_choice_of_the_engine(self):
        from dataclasses import fields

        from dsar.domain.clock import ClockOptions
        from dsar.web.calculator.choices import ChoicesForm

        elsewhere = {"promise_days", "promise_working_days", "subdiv", "deadline"}
        names = {field.name for field in fields(ClockOptions)} - elsewhere - {"small_agent"}
        offered = {n for n, f in vars(ChoicesForm).items() if hasattr(f, "creation_counter")}
        assert offered == names

    @pytest.mark.parametrize("law", LAWS)
    def test_is_offered_as_far_as_the_law_has_it(self, browser, law):
        page = browser.get(address("nb", profile=law))
        assert ('name="se_eves"' in page.text) is (law == "SE")
        assert ('name="pause_method"' in page.text) is bool(profiles.get(law).pause.possible)

    def test_is_refused_where_it_makes_no_sense(self, browser):
        page = browser.get(address(**asked(tz="Mars/Olympus")))
        assert translate("en", "calc.choice.tz.err") in page.text
        page = browser.get(address(**asked(pause_method="magic")))
        assert translate("en", "g.err.choice") in page.text

    def test_is_forgotten_when_the_law_changes(self, browser):
        page = browser.get(address(**asked("NO", shown="SE", se_eves="false")))
        assert due("2026-03-02") in page.text
