"""How broken rules, wrong addresses and our own faults look on the page."""

import logging
import re

import pytest

from dsar.models import db
from tests.pages import check
from tests.web.frame_pages import client, outside, street, token

__all__ = ["client", "outside", "street"]

OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


def words(answer):
    return answer.get_data(as_text=True)


class TestTrouble:
    @pytest.mark.parametrize(
        ("name", "status"),
        [
            *(("rule", 409), ("stale", 409), ("absent", 404)),
            *((str(status), status) for status in (400, 403, 404, 409, 413, 422, 429, 503)),
        ],
    )
    @pytest.mark.parametrize("language", ["nb", "en", "sv"])
    def test_is_a_page_in_the_language_of_the_reader(self, client, name, status, language):
        answer = client.get(f"/frame/trouble/{name}?lang={language}")
        assert answer.status_code == status
        page = check(words(answer))
        assert page.lang == language

    def test_a_broken_rule_says_which_and_keeps_the_text(self, client, caplog):
        caplog.set_level(logging.INFO)
        sent = {"csrf_token": token(client), "note": "Kari ringte og var sint"}
        page = words(client.post("/frame/trouble/rule", data=sent))
        assert "Kari ringte og var sint" in page
        assert "Kari" not in caplog.text
        assert any(getattr(r, "message_id", "") == "error.transition" for r in caplog.records)

    def test_a_conflict_keeps_the_text_and_tells_nothing_else(self, client):
        sent = {"csrf_token": token(client), "note": "Kari ringte og var sint"}
        page = words(client.post("/frame/trouble/stale", data=sent))
        assert "Kari ringte og var sint" in page
        assert "UPDATE" not in page
        assert "Nordmann" not in page

    @pytest.mark.parametrize("language", ["nb", "en", "sv"])
    def test_speaks_to_staff_of_no_case_of_their_own(self, client, make, language):
        person = {"X-Staff": make.staff(make.organisation("meetings")).id}
        words = ("Saken din", "Your case", "Ditt ärende", "Svarene dine")
        for path in ("/staff/no/such/page", "/staff/meetings/cases/2026-0404"):
            page = client.get(f"{path}?lang={language}", headers=person)
            assert page.status_code == 404
            check(page.text)
            assert [said for said in words if said in page.text] == []

    def test_keeps_the_text_that_was_sent_to_a_page_that_is_gone(self, client):
        sent = {"csrf_token": token(client), "note": "Kari ringte og var sint"}
        assert "Kari ringte" in client.post("/frame/gone", data=sent, headers=OWN).text
        assert "Kari ringte" not in client.post("/frame/gone", data=sent).text

    def test_leads_to_the_nearest_page_that_works(self, client):
        page = words(client.get("/frame/form/no/such/page"))
        assert 'href="/frame/form"' in page

    def test_never_leads_to_another_host(self, client):
        for path in ("//evil.example/x", "/\\evil.example/x", "/%2f%2fevil.example"):
            page = words(client.get(path))
            assert not re.search(r'(href|action)="(//|/\\|https?:)', page)

    def test_a_wrong_method_says_what_is_allowed(self, client):
        answer = client.get("/frame/send")
        assert answer.status_code == 405
        assert "POST" in answer.headers["Allow"]
        check(words(answer))

    def test_too_many_tries_say_how_long_to_wait(self, client):
        answer = client.get("/frame/trouble/429")
        assert answer.headers["Retry-After"] == "900"
        assert "15 minutter" in words(answer)

    @pytest.mark.parametrize(
        "kind", ["application/x-www-form-urlencoded", "multipart/form-data"]
    )
    def test_a_body_over_the_limit_is_a_clear_page(self, client, street, kind):
        street.config["MAX_FORM_MEMORY_SIZE"] = 1000
        sent = {"note": "x" * 5000}
        answer = client.post("/frame/form", data=sent, content_type=kind, headers=OWN)
        assert answer.status_code == 413
        check(words(answer))

    def test_a_fault_has_an_id_and_no_details(self, outside, caplog):
        answer = outside.get("/frame/trouble/fault")
        assert answer.status_code == 500
        page = words(answer)
        check(page)
        ref = next(r.fault for r in caplog.records if hasattr(r, "fault"))
        assert ref in page
        for secret in ("Kari", "kari@example.org"):
            assert secret not in page
            assert secret not in caplog.text
        assert "RuntimeError" in caplog.text
        assert "RuntimeError" not in page

    def test_a_fault_is_told_even_when_the_database_is_gone(self, outside, street):
        db.session.remove()
        with db.engine.connect() as held:
            held.invalidate()
        street.view_functions["frame.plain"] = lambda: db.session.connection().exec_driver_sql(
            "select * from no_such_table"
        )
        answer = outside.get("/frame/plain")
        assert answer.status_code == 500
        assert "no_such_table" not in words(answer)
        check(words(answer))
