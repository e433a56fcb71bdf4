"""A form keeps what was typed, says everything at once, and lets nothing strange in."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from dsar.web.fields import clean_line, clean_text
from tests.pages import check
from tests.web.frame_pages import client, opened, street, token

__all__ = ["client", "street"]

#: A number with right check digits that nobody has: the tax office's test series (month + 80).
NUMBER = "01819010001"


def words(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def send(client):
    """Send the form with everything right, except what the test says."""

    def post(**changed):
        right = {
            "csrf_token": token(client),
            "opened": opened(client),
            "about": "me",
            "rights": "access",
            "name": "Kari Nordmann",
            "mail": "kari@example.no",
            "code": "123 456",
            "secret": "et langt passord",
            "sure": "y",
            "received-day": "3",
            "received-month": "3",
            "received-year": "2026",
            "scan": (io.BytesIO(b"%PDF-"), "brev.pdf"),
        }
        sent = {name: value for name, value in (right | changed).items() if value is not None}
        return client.post("/frame/form", data=sent, content_type="multipart/form-data")

    return post


def problems(answer):
    """Return the lines of the summary with the field that each leads to."""
    page = words(answer)
    check(page)
    assert answer.status_code == 422
    return dict(re.findall(r'<li><a href="#([\w-]+)">([^<]+)</a></li>', page))


class TestRightInput:
    def test_is_taken(self, send):
        answer = send()
        assert answer.status_code == 200
        assert answer.json == {
            "name": "Kari Nordmann",
            "mail": "kari@example.no",
            "ids": "",
            "code": "123456",
            "received": "2026-03-03",
        }

    def test_the_empty_form_is_a_good_page_without_errors(self, client):
        page = words(client.get("/frame/form"))
        check(page)
        assert "aria-invalid" not in page
        assert 'id="problem"' not in page

    def test_optional_fields_say_so_and_the_others_do_not(self, client):
        page = words(client.get("/frame/form"))
        marked = re.findall(r"(?:>|\n)([^<>\n]+) <span class=\"optional\">\(valgfritt\)", page)
        assert [one.strip() for one in marked] == [
            "Noe som hjelper oss å finne deg",
            "Ansvarlig",
        ]


class TestEverythingEmpty:
    def test_says_all_problems_at_once_in_the_order_of_the_fields(self, client):
        sent = {"csrf_token": token(client), "opened": opened(client)}
        found = problems(client.post("/frame/form", data=sent))
        assert list(found) == [
            "about",
            "rights",
            "name",
            "mail",
            "code",
            "secret",
            "sure",
            "received-day",
            "scan",
        ]
        assert found["name"] == "Skriv fullt navn."

    def test_the_summary_takes_focus_and_the_title_says_error(self, client):
        sent = {"csrf_token": token(client), "opened": opened(client)}
        page = words(client.post("/frame/form", data=sent))
        assert re.search(
            r'<div class="problem" role="alert"[^>]* tabindex="-1" autofocus', page
        )
        assert "<title>Feil: Hvem er du?" in page

    def test_each_message_stands_by_its_field(self, client):
        sent = {"csrf_token": token(client), "opened": opened(client)}
        page = words(client.post("/frame/form", data=sent))
        for name in ("name", "mail", "code", "secret", "scan"):
            tag = re.search(rf'<input[^>]* id="{name}"[^>]*>', page)[0]
            assert 'aria-invalid="true"' in tag
            assert f"{name}-error" in tag
            assert f'id="{name}-error"' in page


class TestWrongInput:
    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("mail", "kari@"),
            ("mail", "kari nordmann@example.no"),
            ("mail", "bjørn@example.no"),
            ("mail", "a@b@c.no"),
            ("mail", "kari@example.no\nBcc: x@example.no"),
            ("name", f"Kari {NUMBER[:6]} {NUMBER[6:]}"),
            ("name", "x" * 201),
            ("ids", "y" * 101),
            ("code", "9" * 81),
        ],
    )
    def test_is_told_and_kept(self, send, name, typed):
        answer = send(**{name: typed})
        if name == "name" and NUMBER[:6] in typed:
            typed = clean_line(typed)
        found = problems(answer)
        assert list(found) == [name]
        assert clean_line(typed)[:100] in words(answer)

    @pytest.mark.parametrize(
        "day",
        [("31", "2", "2026"), ("3", "13", "2026"), ("3", "3", "26"), ("x", "", ""), ("٣",) * 3],
    )
    def test_a_day_that_no_calendar_has(self, send, day):
        names = ("received-day", "received-month", "received-year")
        answer = send(**dict(zip(names, day, strict=True)))
        assert list(problems(answer)) == ["received-day"]
        assert f'value="{day[0]}"' in words(answer)

    @pytest.mark.parametrize(
        ("name", "value"), [("about", "you"), ("rights", "x"), ("owner", "9")]
    )
    def test_a_choice_that_was_not_offered(self, send, name, value):
        assert problems(send(**{name: value})) == {name: "Velg et av alternativene som vises."}

    def test_markup_is_text(self, send):
        page = words(send(name="<script>alert(1)</script>", mail=""))
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page

    def test_a_megabyte_of_text_is_a_field_error_with_the_text_kept(self, client):
        sent = {"csrf_token": token(client), "opened": opened(client), "ids": "x" * 1_000_000}
        answer = client.post("/frame/form", data=sent)
        assert problems(answer)["ids"] == "Teksten kan ha maks 100 tegn."
        assert sent["ids"] in words(answer)

    def test_a_password_is_never_printed_back(self, send):
        page = words(send(mail="", secret="hemmelig passord"))
        assert "hemmelig" not in page


class TestCleaning:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("  Kari \t\u00a0 Nordmann\r\n", "Kari Nordmann"),
            ("A\u030ase", "Åse"),
            ("Ka\x00ri\x07", "Kari"),
            ("Ka\ud800ri", "Kari"),
            ("abc\u202egpj.exe", "abcgpj.exe"),
            ("\u200b\ufeff", ""),
            ("a\u2028b", "a b"),
            ("👩‍🌾 Å", "👩‍🌾 Å"),
        ],
    )
    def test_of_a_line(self, typed, kept):
        assert clean_line(typed) == kept

    def test_of_a_text_keeps_its_lines(self):
        assert clean_text("en\r\nto\rtre\u2029fire\n\n") == "en\nto\ntre\nfire"

    def test_is_done_once_and_for_all(self):
        for text in ("  a\u030a \r\n b", "\u202e\u202e x\x00 "):
            assert clean_text(clean_text(text)) == clean_text(text)


class TestRobots:
    def test_who_fills_the_hidden_field_is_not_taken(self, send):
        answer = send(website="https://spam.example")
        assert answer.status_code == 422
        assert "robot" in words(answer)

    def test_who_is_too_quick_may_send_again(self, send, street):
        street.config["FORM_MIN_SECONDS"] = 2
        answer = send()
        assert answer.status_code == 422
        page = words(answer)
        check(page)
        street.config["FORM_MIN_SECONDS"] = 0
        first = page.split('name="opened" value="')[1].split('"')[0]
        assert send(opened=first).status_code == 200

    @pytest.mark.parametrize("stamp", ["", "form.x.y", None])
    def test_a_form_of_unknown_age_may_be_sent_again(self, send, stamp):
        answer = send(opened=stamp)
        assert answer.status_code == 422
        fresh = words(answer).split('name="opened" value="')[1].split('"')[0]
        assert send(opened=fresh).status_code == 200

    def test_a_form_over_a_day_old_is_kept_and_may_be_sent_again(self, send, client):
        stamp = opened(client)
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=25), tick=False):
            answer = send(opened=stamp)
            assert answer.status_code == 422
            assert "Kari Nordmann" in words(answer)
