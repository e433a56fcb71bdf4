"""The page on which an address that bounced is pasted."""

import pytest
from sqlalchemy import select

from dsar.models import Case, db
from dsar.web.fields import LINE_CHARACTERS
from tests.factories.accounts import sign_in, signed_in
from tests.words import say

PAGE = "/staff/meetings/register-bounce"


@pytest.fixture
def desk(app, make, now):
    return signed_in(app, make.staff(make.organisation()), now)


class TestAnAddressThatBounced:
    def test_is_pasted_and_leads_to_a_case(self, desk):
        assert PAGE in desk.get("/staff/meetings/register").text
        desk.get(PAGE)
        page = desk.submit({"address": "mailto:borte@example.org"}, containing="bounce")
        assert say("bounce.done", ref="2026-0001") in page.text
        assert "borte" not in page.request.url
        seen = desk.get("/staff/meetings/cases/2026-0001").text
        assert "borte@example.org" in seen
        assert say("bounce.wish") in seen
        desk.get(PAGE)
        page = desk.submit({"address": "BORTE@example.org"}, containing="bounce")
        assert say("bounce.known", ref="2026-0001") in page.text

    def test_sent_twice_is_one_case(self, desk):
        desk.get(PAGE)
        sent = desk.form("bounce") | {"address": ["borte@example.org"]}
        for _ in range(2):
            desk.post(PAGE, sent)
        assert len(db.session.scalars(select(Case)).all()) == 1

    @pytest.mark.parametrize(
        ("address", "words_id"),
        [
            ("", "bounce.address.err"),
            ("borte", "g.err.email"),
            ("a@b.example, c@d.example", "g.err.email"),
            ("<script>", "g.err.email"),
            ("a@b", "g.err.email"),
            ("x" * 300, "g.err.toolong"),
        ],
    )
    def test_that_is_none_is_said_and_kept(self, desk, address, words_id):
        desk.get(PAGE)
        page = desk.submit({"address": address}, 422, containing="bounce")
        assert say(words_id, max=LINE_CHARACTERS) in page.text
        assert desk.form("bounce")["address"] == [address]
        assert db.session.scalars(select(Case)).all() == []

    def test_has_no_page_where_nothing_is_promised(self, app, make, now):
        client = app.test_client()
        sign_in(client, make.staff(make.organisation("memini")), now)
        assert client.get("/staff/memini/register-bounce").status_code == 404
        assert "register-bounce" not in client.get("/staff/memini/register").text
