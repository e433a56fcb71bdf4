"""Who may send what: origin, token, permission, on pages of the tests' own."""

import re

import pytest

from dsar.models import Membership, db
from dsar.services.transaction import transaction
from tests.pages import check
from tests.web.frame_pages import client, street, token

__all__ = ["client", "street"]

OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


def words(answer):
    return answer.get_data(as_text=True)


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
