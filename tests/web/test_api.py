"""The API: one key, JSON, the same dates as everywhere, and nobody's name."""

import json
import logging
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from dsar.app import FACES, create_app
from dsar.i18n import LANGUAGES, translate
from dsar.logs import masked
from dsar.models import ApiKey, Case, Membership, RequestedRight, Staff, db
from dsar.services.intake.opening import PersonFacts
from dsar.services.staff import api_keys, credentials
from dsar.services.staff.api_keys import NewKey
from dsar.services.transaction import transaction
from tests.factories.accounts import PASSWORD, code_at, give_credentials, sign_in, signed_in
from tests.sentinels import MARK

KEYS = "/staff/account/api-keys"
LIST = "/api/v1/meetings/cases"
DEADLINE = "/api/v1/deadline"
RECEIVED = {"received-day": "31", "received-month": "1", "received-year": "2026"}


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def staff(make, house):
    return give_credentials(make.staff(house))


def key_of(staff, now, days=30):
    return api_keys.make_key(staff.id, NewKey("rapport", days, code_at(now)), now)


@pytest.fixture
def key(staff, now):
    return key_of(staff, now)


@pytest.fixture
def call(app, key):
    """Ask with the key; the answer must be what was expected, and must not be kept."""
    client = app.test_client()

    def ask(path, expect=200, given=key, **asked):
        headers = {"Authorization": f"Bearer {given}"} if given else {}
        answer = client.get(path, query_string=asked or None, headers=headers)
        assert answer.status_code == expect, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        kind = "application/json" if expect == 200 else "application/problem+json"
        assert answer.mimetype == kind
        return answer

    return ask


class TestTheList:
    def test_has_the_most_urgent_first(self, call, make, house, now):
        late = make.case(house, now=now - timedelta(days=20))
        new = make.case(house, now=now)
        found = call(LIST).json
        assert [line["number"] for line in found["cases"]] == [late.number, new.number]
        assert found["next"] is None
        assert found["cases"][0]["binding_on"] == late.binding_on.isoformat()
        assert found["cases"][0]["rights"] == [{"right": "access", "state": "received"}]

    def test_goes_on_where_the_page_before_ended(self, call, make, house, now):
        made = {make.case(house, now=now - timedelta(hours=n)).number for n in range(5)}
        pages = [call(LIST, limit="2", state="all").json]
        while (after := pages[-1]["next"]) is not None:
            pages.append(call(after).json)
        assert len(pages) == 3
        numbers = [line["number"] for page in pages for line in page["cases"]]
        assert sorted(numbers) == sorted(made)

    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ({"right": "erasure"}, 0),
            ({"right": "access"}, 1),
            ({"owner": "none"}, 1),
            ({"owner": "me"}, 0),
            ({"state": "closed"}, 0),
            ({"due": "week"}, 0),
            ({"channel": "web", "language": "nb"}, 1),
        ],
    )
    def test_filters_as_the_queue_does(self, call, make, house, now, asked, count):
        make.case(house, now=now)
        assert len(call(LIST, **asked).json["cases"]) == count

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_names_everything_that_is_wrong_at_once(self, call, language):
        asked = {"state": "x", "limit": "0", "after": "2026-99-99~x", "stat": "open"}
        found = call(LIST, 422, lang=language, **asked).json
        named = [fault["parameter"] for fault in found["errors"]]
        assert named == ["state", "limit", "after", "stat"]
        words = [fault["detail"] for fault in found["errors"]]
        assert translate(language, "api.err.limit", max=200) in words
        assert found["title"] == translate(language, "api.422")


class TestOneCase:
    def test_has_every_clock_with_all_its_dates(self, call, make, house, now):
        case = make.case(house, now=now)
        right = db.session.scalars(select(RequestedRight)).one()
        told = call(f"{LIST}/{case.number}", lang="en").json
        (clock,) = told["rights"]
        for name in ("binding_on", "statutory_on", "unadjusted_on", "earliest_on", "target_on"):
            assert clock[name] == getattr(right, name).isoformat()
        assert clock["extension_notice_on"] == right.extension_notice_on.isoformat()
        assert clock["rule_version"] == right.rule_version
        assert clock["calendar_hash"] == right.calendar_hash
        assert clock["steps"][-1]["words"]
        assert clock["flags"] == right.clock_flags

    def test_names_no_day_while_the_clock_stands_still(self, call, make, house, now):
        case = make.case(house, now=now)
        with transaction() as session:
            right = session.scalars(select(RequestedRight)).one()
            right.is_suspended, right.binding_on = True, None
            session.get_one(Case, case.id).binding_on = None
        told = call(f"{LIST}/{case.number}").json
        assert (told["binding_on"], told["statutory_on"]) == (None, None)
        (clock,) = told["rights"]
        assert (clock["statutory_on"], clock["unadjusted_on"]) == (None, None)
        assert clock["unpaused_on"]

    def test_holds_nothing_that_names_a_person(self, call, make, house, now):
        person = PersonFacts(f"Kari {MARK}", email=f"{MARK}@example.org".lower())
        case = make.case(house, now=now, person=person)
        for path in (LIST, f"{LIST}/{case.number}"):
            text = call(path).text.lower()
            assert MARK.lower() not in text
            assert "@" not in text

    def test_is_absent_like_one_of_another_house(self, call, make, now):
        other = make.case(make.organisation("inmeta"), now=now)
        absent = call(f"{LIST}/2026-9999", 404).json
        assert call(f"/api/v1/inmeta/cases/{other.number}", 404).json == absent
        assert call("/api/v1/inmeta/cases", 404).json == absent
        assert call("/api/v1/nowhere/cases", 404).json == absent


class TestAKey:
    @pytest.mark.parametrize("given", ["", "x", "dsar_" + "a" * 43])
    def test_that_is_none_opens_nothing(self, call, given):
        answer = call(LIST, 401, given=given)
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_cannot_be_replaced_by_a_cookie(self, app, staff, now):
        client = app.test_client()
        sign_in(client, staff, now)
        assert client.get(LIST).status_code == 401

    def test_opens_no_page(self, app, key):
        headers = {"Authorization": f"Bearer {key}"}
        answer = app.test_client().get("/staff/today", headers=headers)
        assert answer.status_code == 303
        assert "sign-in" in answer.location

    def test_is_kept_as_a_hash(self, key):
        row = db.session.scalars(select(ApiKey)).one()
        assert key not in {row.id, row.label, row.token_hash}
        assert len(row.token_hash) == 64

    def test_may_do_no_more_than_its_owner(self, call, staff, make, house, now):
        with transaction() as session:
            rows = session.scalars(select(Membership)).all()
            rows[0].role = "system_owner"
            for row in rows[1:]:
                session.delete(row)
        call(LIST, 404)

    def test_ends_when_its_time_is_up(self, app, staff, now):
        given = key_of(staff, now)
        with time_machine.travel(now + timedelta(days=29), tick=False):
            assert ask(app, given) == 200
        with time_machine.travel(now + timedelta(days=30), tick=False):
            assert ask(app, given) == 401

    def test_ends_when_its_owner_says_so(self, app, staff, key, make, now):
        row = db.session.scalars(select(ApiKey)).one()
        other = make.staff()
        api_keys.end_key(other.id, row.id, now)
        assert ask(app, key) == 200
        api_keys.end_key(staff.id, row.id, now)
        assert ask(app, key) == 401

    def test_ends_with_the_password_and_with_the_account(self, app, staff, now):
        first = key_of(staff, now)
        later = now + timedelta(minutes=1)
        change = credentials.PasswordChange(PASSWORD, "tretten tamme traner", code_at(later))
        credentials.change_password(staff.id, change, later)
        assert ask(app, first) == 401
        second = key_of(staff, now + timedelta(minutes=2))
        assert ask(app, second) == 200
        with transaction() as session:
            session.get_one(Staff, staff.id).disabled_at = now
        assert ask(app, second) == 401

    def test_that_calls_too_often_waits(self, call, monkeypatch):
        monkeypatch.setattr(api_keys, "CALLS", 3)
        for _ in range(3):
            call(LIST)
        answer = call(LIST, 429)
        assert int(answer.headers["Retry-After"]) > 0

    def test_stands_in_no_log(self, call, key, caplog):
        caplog.set_level(logging.DEBUG)
        call(LIST)
        call(LIST, 401, given=key[:-1] + "!")
        assert key not in caplog.text
        assert key[5:] not in masked(f"Authorization: Bearer {key}")


def ask(app, given):
    return app.test_client().get(LIST, headers={"Authorization": f"Bearer {given}"}).status_code


class TestOnesOwnKeys:
    @pytest.fixture
    def desk(self, app, staff, now):
        desk = signed_in(app, staff, now)
        desk.get(f"{KEYS}?lang=en")
        return desk

    def make_one(self, desk, now, expect=200, **typed):
        values = {"label": "Monthly report", "days": "90", "code": code_at(now)} | typed
        return desk.submit(values, expect, containing="label")

    def test_are_made_with_a_code_and_shown_until_taken(self, app, desk, now):
        page = self.make_one(desk, now)
        given = next(
            w
            for w in page.text.replace("<", " ").replace(">", " ").split()
            if w.startswith("dsar_")
        )
        assert ask(app, given) == 200
        assert "Works until Thursday 18 February 2027" in page.text
        desk.submit({}, containing="taken")
        assert given not in desk.get(KEYS).text
        assert "Monthly report" in desk.page.text

    def test_end_with_one_press(self, app, desk, now):
        self.make_one(desk, now)
        desk.submit({}, containing="taken")
        page = desk.submit({}, containing="/end")
        assert "The key has been ended" in page.text
        assert "You have no keys" in page.text

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"code": "000000"}, "The code is not correct"),
            ({"label": ""}, "Write what the key is for"),
            ({"days": "4000"}, translate("en", "g.err.choice")),
        ],
    )
    def test_are_not_made_otherwise(self, desk, now, typed, words):
        page = self.make_one(desk, now, 422, **typed)
        assert words in page.text
        assert db.session.scalar(select(ApiKey)) is None

    def test_are_at_most_ten(self, desk, staff, now, monkeypatch):
        monkeypatch.setattr(api_keys, "MOST", 1)
        self.make_one(desk, now)
        desk.submit({}, containing="taken")
        with time_machine.travel(now + timedelta(seconds=30), tick=False):
            page = self.make_one(desk, now + timedelta(seconds=30), 422)
        assert "End one first" in page.text


class TestTheCalculator:
    def test_says_what_the_command_says(self, call):
        told = call(DEADLINE, given="", lang="en", profile="NO", **RECEIVED).json
        assert told["binding_on"] == "2026-03-02"
        assert told["unadjusted_on"] == "2026-02-28"
        assert told["steps"][-1]["words"]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_names_everything_that_is_wrong_at_once(self, call, language):
        asked = {"profile": "XX", "time": "99", "promise": "x", "received-day": "32"}
        found = call(DEADLINE, 422, "", lang=language, colour="red", **asked).json
        named = {fault["parameter"] for fault in found["errors"]}
        assert named == {"profile", "received", "time", "promise", "colour"}
        for fault in found["errors"]:
            assert fault["detail"] == translate(language, fault["code"], max=3650)

    @pytest.mark.parametrize(
        ("asked", "named"),
        [
            ({}, {"profile", "received"}),
            ({"profile": "NO"}, {"received"}),
            ({"profile": "NO", **RECEIVED, "part": "X"}, {"part"}),
            ({"profile": "NO", **RECEIVED, "clock": "ack"}, {"clock"}),
            ({"profile": "NO", **RECEIVED, "received-year": "2060"}, {"received"}),
        ],
    )
    def test_guesses_nothing(self, call, asked, named):
        found = call(DEADLINE, 422, "", **asked).json
        assert {fault["parameter"] for fault in found["errors"]} == named


class TestTheDescription:
    @pytest.mark.parametrize("faces", [["public"], ["staff"], list(FACES)])
    def test_is_that_of_exactly_the_routes_that_are_served(self, app, faces):
        served = create_app(app.extensions["dsar.config"], faces=faces)
        told = served.test_client().get("/api/v1/openapi.json").json
        routes = {
            rule.rule.replace("<string:", "{").replace(">", "}"): rule
            for rule in served.url_map.iter_rules()
            if rule.rule.startswith("/api/")
        }
        assert told["openapi"].startswith("3.1")
        assert set(told["paths"]) == set(routes)
        for path, operations in told["paths"].items():
            assert (
                set(operations)
                == {"get"}
                == {m.lower() for m in routes[path].methods}
                - {
                    "head",
                    "options",
                }
            )
            named = {p["name"] for p in operations["get"]["parameters"] if p["in"] == "path"}
            assert named == routes[path].arguments
            is_guarded = hasattr(served.view_functions[routes[path].endpoint], "permission")
            assert bool(operations["get"]["security"]) == is_guarded

    def test_names_every_parameter_that_is_taken(self, app, call):
        told = json.loads(app.test_client().get("/api/v1/openapi.json").text)
        listed = told["paths"]["/api/v1/{organisation}/cases"]["get"]["parameters"]
        asked = {p["name"]: "" for p in listed if p["in"] == "query"}
        call(LIST, **asked)
        calculator = told["paths"]["/api/v1/deadline"]["get"]["parameters"]
        asked = {p["name"]: "" for p in calculator if p["in"] == "query"}
        found = call(DEADLINE, 422, "", **asked).json
        assert {fault["code"] for fault in found["errors"]} == {
            "calc.profile.err",
            "calc.received.err",
        }


class TestAnAddressThatIsNone:
    def test_says_so_in_json(self, call, app):
        call("/api/v1/nothing", 404)
        answer = app.test_client().post(LIST)
        assert answer.status_code == 405
        assert answer.mimetype == "application/problem+json"
        assert "GET" in answer.headers["Allow"]
