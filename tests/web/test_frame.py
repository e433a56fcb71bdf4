"""What every page has and every request passes, on pages of the tests' own."""

import logging
import re

import pytest

from dsar.models import Membership, Site, db
from dsar.services.transaction import transaction
from tests.pages import check
from tests.web.frame_pages import client, outside, street, token

__all__ = ["client", "outside", "street"]

OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


def words(answer):
    return answer.get_data(as_text=True)


class TestLanguage:
    def lang(self, client, path="/frame/form", **kwargs):
        return check(words(client.get(path, **kwargs))).lang

    def test_is_the_organisations_when_nobody_says_otherwise(self, client):
        assert self.lang(client, headers={"Accept-Language": "en"}) == "nb"

    def test_is_the_browsers_where_there_is_no_organisation(self, client):
        headers = {"Accept-Language": "sv-SE,en;q=0.5"}
        assert self.lang(client, "/frame/plain", headers=headers) == "sv"

    def test_is_the_one_asked_for_and_is_remembered(self, client):
        assert self.lang(client, "/frame/form?lang=en") == "en"
        assert self.lang(client) == "en"

    def test_asked_for_wins_over_remembered(self, client):
        client.get("/frame/form?lang=en")
        assert self.lang(client, "/frame/form?lang=nb") == "nb"

    @pytest.mark.parametrize("asked", ["sv", "de", "", "../en", "nb\x00"])
    def test_is_never_one_that_the_organisation_does_not_speak(self, client, asked):
        assert self.lang(client, "/frame/form", query_string={"lang": asked}) == "nb"

    def test_the_switch_names_each_language_in_itself_and_keeps_the_query(self, client):
        page = words(client.get("/frame/form?a=1&lang=nb&a=2"))
        assert 'href="?a=1&amp;a=2&amp;lang=en" lang="en" hreflang="en">English<' in page
        assert '<span lang="nb" aria-current="true">Norsk</span>' in page
        assert "Svenska" not in page


class TestFrame:
    def test_the_skip_link_comes_first(self, client):
        body = words(client.get("/frame/form")).split("<body", 1)[1]
        assert re.search(r"<a [^>]*>", body)[0] == '<a class="skip" href="#main">'

    def test_the_title_names_page_service_and_organisation(self, client):
        page = check(words(client.get("/frame/form")))
        assert page.titles == ["Hvem er du? – Personvernhenvendelser – meetings.no"]

    def test_help_hides_the_channels_that_are_not_stated(self, client):
        page = words(client.get("/frame/form"))
        assert "mailto:post@meetings.no" in page
        assert "tel:" not in page

    def test_a_page_without_an_organisation_offers_no_empty_help(self, client):
        assert 'class="help"' not in words(client.get("/frame/plain"))

    def test_assets_are_ours_and_carry_their_hash(self, client):
        page = words(client.get("/frame/plain"))
        found = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
        assert len(found) == 4
        assert all(re.search(r"\?v=[0-9a-f]{12}$", one) for one in found)
        assert "//" not in page.split("<body", 1)[0].replace("<!", "")


class TestHeaders:
    PATHS = ("/frame/form", "/nowhere", "/frame/trouble/429", "/frame/send", "/static/app.css")

    @pytest.mark.parametrize("path", PATHS)
    def test_stand_on_every_answer(self, client, path):
        with client.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert part in policy
        assert "unsafe" not in policy
        assert "*" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "charset=" in headers["Content-Type"]
        assert "Access-Control-Allow-Origin" not in headers

    def test_nothing_but_static_files_is_stored(self, client):
        assert client.get("/frame/form").headers["Cache-Control"] == "no-store"
        with client.get("/static/app.css") as answer:
            assert "max-age" in answer.headers["Cache-Control"]

    def test_the_nonce_is_new_each_time(self, client):
        policies = {client.get("/frame/plain").headers["Content-Security-Policy"] for _ in "ab"}
        assert len(policies) == 2

    def test_strict_transport_is_promised_on_https_alone(self, client):
        assert "Strict-Transport-Security" not in client.get("/frame/plain").headers
        answer = client.get("/frame/plain", base_url="https://localhost")
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")

    def test_the_session_cookie_is_for_the_browser_alone(self, client):
        cookie = client.get("/frame/form").headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Domain" not in cookie

    def test_another_site_may_not_load_a_page_as_a_picture(self, client):
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
        assert client.get("/frame/plain", headers=headers).status_code == 403
        headers["Sec-Fetch-Mode"] = "navigate"
        assert client.get("/frame/plain", headers=headers).status_code == 200


class TestHost:
    @pytest.mark.parametrize(
        "host", ["evil.example", "localhost.evil.example", "evil.example:80", "[::1", "a b"]
    )
    def test_a_foreign_one_is_refused(self, client, host):
        assert client.get("/frame/plain", headers={"Host": host}).status_code == 400

    @pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1", "[::1]:8000"])
    def test_our_own_and_this_machine_are_served(self, client, host):
        assert client.get("/frame/plain", headers={"Host": host}).status_code == 200

    def test_the_host_of_a_site_is_ours(self, client, make):
        organisation = make.organisation("inmeta")
        with transaction() as session:
            session.query(Site).filter_by(host="inmeta.se").delete()
            session.add(
                Site(
                    host="inmeta.se",
                    organisation_id=organisation.id,
                    language="sv",
                    authority="imy",
                    base_url="https://inmeta.se",
                )
            )
        answer = client.get("/frame/plain", headers={"Host": "inmeta.se"})
        assert answer.status_code == 200


class TestOrigin:
    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({}, 200),
            (OWN, 200),
            ({"Origin": "http://localhost"}, 200),
            ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 200),
            ({"Sec-Fetch-Site": "same-origin"}, 200),
            ({"Origin": "null"}, 403),
            ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
            ({"Origin": "http://evil.example"}, 403),
            ({"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
            ({"Origin": "http://localhost.evil.example"}, 403),
            ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-site"}, 403),
            ({"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "none"}, 403),
        ],
    )
    def test_decides_even_when_the_token_is_right(self, client, headers, status):
        sent = {"csrf_token": token(client), "note": "x"}
        assert client.post("/frame/send", data=sent, headers=headers).status_code == status

    def test_on_https_a_page_of_plain_http_is_foreign(self, client):
        secure = {"base_url": "https://localhost"}
        page = words(client.get("/frame/form", **secure))
        sent = {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]}
        for origin, status in (("https://localhost", 200), ("http://localhost", 403)):
            headers = {"Origin": origin}
            answer = client.post("/frame/send", data=sent, headers=headers, **secure)
            assert answer.status_code == status

    def test_https_without_a_referrer_is_fine(self, client):
        secure = {"base_url": "https://localhost"}
        page = words(client.get("/frame/form", **secure))
        sent = {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]}
        headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
        answer = client.post("/frame/send", data=sent, headers=headers, **secure)
        assert answer.status_code == 200


class TestToken:
    TYPED = {"note": ["Jeg vil ha svar på papir, takk", "og fort"], "password": "hemmelig ord"}

    @pytest.mark.parametrize("sent", [{}, {"csrf_token": "wrong"}, {"csrf_token": ""}])
    def test_is_asked_of_every_form(self, client, sent):
        answer = client.post("/frame/send", data=sent | self.TYPED)
        assert answer.status_code == 400
        check(words(answer))

    def test_a_stale_form_from_our_own_page_keeps_what_was_typed(self, client):
        answer = client.post("/frame/send", data=self.TYPED, headers=OWN)
        page = words(answer)
        check(page)
        assert answer.status_code == 400
        assert page.count("Jeg vil ha svar på papir, takk") == 2
        assert "hemmelig" not in page

    def test_and_can_be_sent_again_from_there(self, client):
        page = words(client.post("/frame/send", data=self.TYPED, headers=OWN))
        hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
        again = {name: [value for key, value in hidden if key == name] for name, _ in hidden}
        answer = client.post("/frame/send", data=again, headers=OWN)
        assert answer.json["sent"] == self.TYPED["note"]

    def test_a_forged_form_is_not_offered_again(self, client):
        page = words(client.post("/frame/send", data=self.TYPED))
        assert "papir" not in page

    def test_of_another_browser_is_refused(self, client, street):
        stolen = token(street.test_client())
        assert client.post("/frame/send", data={"csrf_token": stolen}).status_code == 400

    def test_the_once_number_is_kept_while_errors_are_mended(self, client):
        sent = {"csrf_token": token(client), "once": "0123456789abcdef" * 2}
        page = words(client.post("/frame/form", data=sent))
        assert sent["once"] in page
        sent["once"] = "<script>"
        assert re.search(
            r'name="once" value="[0-9a-f]{32}"', words(client.post("/frame/form", data=sent))
        )


class TestPermission:
    def test_a_stranger_does_not_get_in(self, client, make):
        assert client.get("/staff/frame").status_code in {303, 401}

    def test_whoever_holds_it_gets_in(self, client, make):
        staff = make.staff(make.organisation())
        for path in ("/staff/frame", "/staff/meetings/frame"):
            answer = client.get(path, headers={"X-Staff": staff.id})
            assert answer.status_code == 200
            check(words(answer))

    def test_another_role_is_told_so(self, client, make):
        staff = make.staff(make.organisation(), roles=("auditor",))
        answer = client.get("/staff/frame", headers={"X-Staff": staff.id})
        assert answer.status_code == 403
        check(words(answer))

    def test_another_organisation_does_not_exist(self, client, make):
        staff = make.staff(make.organisation())
        make.organisation("inmeta")
        foreign, absent = (
            client.get(f"/staff/{key}/frame", headers={"X-Staff": staff.id})
            for key in ("inmeta", "nobody")
        )
        assert foreign.status_code == absent.status_code == 404
        nonce = re.compile(r"csrf_token\" value=\"[^\"]+")
        assert nonce.sub("", words(foreign)) == nonce.sub("", words(absent))

    def test_a_role_that_is_taken_away_ends_at_the_next_request(self, client, make):
        headers = {"X-Staff": make.staff(make.organisation()).id}
        assert client.get("/staff/frame", headers=headers).status_code == 200
        with transaction() as session:
            session.query(Membership).filter_by(staff_id=headers["X-Staff"]).delete()
        db.session.remove()
        assert client.get("/staff/frame", headers=headers).status_code == 403

    def test_the_installation_belongs_to_its_administrator(self, client, make):
        ordinary, admin = make.staff(make.organisation()), make.staff(is_admin=True)
        path = "/staff/frame/installation"
        assert client.get(path, headers={"X-Staff": ordinary.id}).status_code == 403
        assert client.get(path, headers={"X-Staff": admin.id}).status_code == 200

    def test_a_lost_session_keeps_what_was_being_sent(self, client, make):
        make.organisation()
        sent = {"csrf_token": token(client), "note": "Ringte, fikk ikke svar"}
        answer = client.post("/staff/frame/save", data=sent, headers=OWN)
        assert answer.status_code == 401
        page = words(answer)
        check(page)
        assert page.count("Ringte, fikk ikke svar") == 2


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
