"""Every route, walked: permission, token, scope, headers, faces, shape of its address."""

import re

import pytest

from dsar.app import FACES, create_app
from dsar.services.staff.api_keys import NewKey, make_key
from tests.factories.accounts import code_at, give_credentials, sign_in

SAFE = {"GET", "HEAD", "OPTIONS"}
#: Staff addresses that need no permission in an organisation, each with its reason.
WITHOUT_PERMISSION = {
    "accounts": "signing in",
    "account": "one's own account",
    "health": "is asked by machines",
    "open_api": "counts a date as the calculator does, and describes itself",
}
VALUES = {
    "organisation": "meetings",
    "number": "2026-0001",
    "token": "x",
    "right": "access",
    "position": 1,
}
PERSONAL = re.compile(r"^/(o|staff)/")


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def value_of(rule, name, values):
    """Return a value that the address takes: one of its list, where it has one."""
    listed = getattr(rule._converters[name], "items", None)
    return sorted(listed)[0] if listed else (VALUES | values).get(name, "x")


def address(app, rule, **values):
    with app.test_request_context():
        given = {name: value_of(rule, name, values) for name in rule.arguments}
        return rule.build(given, append_unknown=False)[1]


@pytest.fixture
def sqlite_app(sqlite_urls, tmp_path):
    """The routes are the same on both databases: one is enough to walk them."""
    from dsar.config import Config
    from dsar.models import db
    from dsar.vault import create_master_key, current_vault

    create_master_key(tmp_path / "master.key")
    urls = {"url": sqlite_urls.main, "keys_url": sqlite_urls.keys}
    app = create_app(Config.build(tmp_path, {"database": urls}))
    app.config["TESTING"] = True
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
        current_vault().ring.store.dispose()


class TestEveryRoute:
    def test_of_staff_states_its_permission(self, sqlite_app):
        missing = [
            rule.endpoint
            for rule in rules(sqlite_app)
            if rule.rule.startswith(("/staff", "/api"))
            and rule.endpoint.split(".")[0] not in WITHOUT_PERMISSION
            and not hasattr(sqlite_app.view_functions[rule.endpoint], "permission")
        ]
        assert missing == []

    def test_types_its_values_and_speaks_kebab_case(self, sqlite_app):
        for rule in rules(sqlite_app):
            assert not re.search(r"<[a-z_]+>", rule.rule), f"{rule.rule}: no type"
            plain = re.sub(r"<[^>]+>", "", rule.rule)
            assert re.fullmatch(r"[a-z0-9/.\-]*", plain), rule.rule

    def test_that_changes_something_refuses_a_missing_token(self, sqlite_app):
        client = sqlite_app.test_client()
        walked = 0
        for rule in rules(sqlite_app):
            for method in rule.methods - SAFE:
                walked += 1
                response = client.open(address(sqlite_app, rule), method=method)
                assert response.status_code == 400, (method, rule.rule)
        assert walked > 10

    def test_that_changes_something_refuses_another_site(self, sqlite_app):
        client = sqlite_app.test_client()
        foreign = (
            {"Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
            {"Sec-Fetch-Site": "same-site", "Origin": "null"},
        )
        for rule in rules(sqlite_app):
            for method in rule.methods - SAFE:
                for headers in foreign:
                    url = address(sqlite_app, rule)
                    response = client.open(url, method=method, headers=headers)
                    assert response.status_code == 403, (method, rule.rule, headers)

    def test_answers_with_the_headers_of_the_house(self, sqlite_app):
        client = sqlite_app.test_client()
        for rule in rules(sqlite_app):
            if "GET" not in rule.methods:
                continue
            headers = client.get(address(sqlite_app, rule)).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, rule.rule
            assert "unsafe-inline" not in policy, rule.rule
            assert "frame-ancestors 'none'" in policy, rule.rule
            assert headers["X-Content-Type-Options"] == "nosniff", rule.rule
            assert headers["Referrer-Policy"] == "no-referrer", rule.rule
            if PERSONAL.match(rule.rule) or rule.rule.startswith("/api"):
                assert "no-store" in headers["Cache-Control"], rule.rule

    def test_of_staff_sends_strangers_to_the_door(self, sqlite_app):
        client = sqlite_app.test_client()
        for rule in rules(sqlite_app):
            view = sqlite_app.view_functions[rule.endpoint]
            if "GET" in rule.methods and hasattr(view, "permission"):
                response = client.get(address(sqlite_app, rule))
                if rule.rule.startswith("/api"):
                    assert response.status_code == 401, rule.rule
                    assert response.headers["WWW-Authenticate"] == "Bearer"
                    continue
                assert response.status_code == 303, rule.rule
                assert "/staff/sign-in" in response.location, rule.rule


class TestScope:
    def test_what_is_foreign_answers_as_what_is_absent(self, app, make, now):
        make.organisation("meetings")
        own = make.organisation("inmeta")
        everything = ("handler", "approver", "data_protection_officer", "admin", "auditor")
        ida = give_credentials(make.staff(own, roles=everything))
        case = make.case(make.organisation("meetings"))
        client = app.test_client()
        sign_in(client, ida, now)
        key = make_key(ida.id, NewKey("walk", 1, code_at(now)), now)
        walked = 0
        for rule in rules(app):
            is_staffs = rule.rule.startswith(("/staff", "/api"))
            if "organisation" not in rule.arguments or not is_staffs:
                continue
            is_api = rule.rule.startswith("/api")
            headers = {"Authorization": f"Bearer {key}"} if is_api else {}
            for method in rule.methods & {"GET"}:
                walked += 1
                foreign = client.open(
                    address(app, rule, number=case.number), method=method, headers=headers
                )
                absent = client.open(
                    address(app, rule, organisation="nowhere", number=case.number),
                    method=method,
                    headers=headers,
                )
                assert foreign.status_code == 404, rule.rule
                assert absent.status_code == 404, rule.rule
                once = re.compile(r'value="[^"]{20,}"|nonce-[^"]+|nowhere|meetings')
                assert once.sub("", foreign.text) == once.sub("", absent.text), rule.rule
        assert walked > 0


class TestFaces:
    @pytest.mark.parametrize("face", list(FACES))
    def test_a_face_left_out_has_no_routes_here(self, sqlite_app, face):
        app = create_app(sqlite_app.extensions["dsar.config"], faces=[face])
        prefix = "/staff" if face == "public" else "/o/"
        assert [rule.rule for rule in rules(app) if rule.rule.startswith(prefix)] == []
        if face == "public":
            guarded = [v for v in app.view_functions.values() if hasattr(v, "permission")]
            assert guarded == []
