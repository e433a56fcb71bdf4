"""What every page has and every request passes, on pages of the tests' own."""

import re

import pytest

from dsar.models import Site
from dsar.services.transaction import transaction
from tests.pages import check
from tests.web.frame_pages import client, street

__all__ = ["client", "street"]


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
