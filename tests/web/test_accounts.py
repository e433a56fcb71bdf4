"""S1: the first account, signing in with two factors, invitations, and lost sessions."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from dsar.models import Draft, OneTimeLink, RecoveryCode, Staff, StaffSession, db
from dsar.services.staff import accounts
from dsar.services.transaction import transaction
from tests.browser_client import Browser
from tests.factories.accounts import PASSWORD, code_at, give_credentials, sign_in, signed_in

SIGN_IN = "/staff/sign-in"


@pytest.fixture
def browser(app):
    return Browser(app.test_client())


@pytest.fixture
def staff(make):
    return give_credentials(make.staff(make.organisation()))


def secret_of(page):
    return re.search(r'<span class="code">([A-Z2-7 ]+)</span>', page.text)[1].replace(" ", "")


def fill_first_account(browser, now, **changes):
    typed = {"name": "Ida Ruud", "email": "ida@example.org", "password": PASSWORD}
    typed["code"] = code_at(now, secret_of(browser.page))
    return typed | changes


def cookie(browser):
    found = browser.client.get_cookie("dsar-staff")
    return found.value if found else ""


def sessions_of(staff):
    db.session.expire_all()
    rows = select(StaffSession).where(StaffSession.staff_id == staff.id)
    return list(db.session.scalars(rows))


class TestTheFirstAccount:
    @pytest.fixture
    def link(self, app, now):
        return "/staff/setup/" + accounts.make_setup_link(now)

    def test_is_made_through_the_link_and_is_signed_in(self, browser, link, now):
        browser.get(link)
        page = browser.submit(fill_first_account(browser, now))
        assert page.request.path == "/staff/recovery-codes"
        codes = re.findall(r"(?:[0-9A-Z]{4} ){5}[0-9A-Z]{4}", page.text)
        assert len(codes) == 10
        row = db.session.scalars(select(Staff)).one()
        assert row.is_admin
        assert PASSWORD not in row.password_hash
        assert row.password_hash.startswith("$argon2id$")
        stored = db.session.scalars(select(RecoveryCode.code_hash)).all()
        assert not {code.replace(" ", "") for code in codes} & set(stored)

    def test_takes_the_link_with_it(self, app, browser, link, now):
        browser.get(link)
        browser.submit(fill_first_account(browser, now))
        other = Browser(app.test_client())
        other.get(link, 410)
        with pytest.raises(accounts.SetupDone):
            accounts.make_setup_link(now)

    def test_is_made_once_when_the_button_is_pressed_twice(self, browser, link, now):
        browser.get(link)
        typed = fill_first_account(browser, now)
        values = browser.form() | {k: [v] for k, v in typed.items()}
        browser.submit(typed)
        page = browser.post(link, values)
        assert page.request.path == "/staff/recovery-codes"
        assert len(db.session.scalars(select(Staff)).all()) == 1

    def test_shows_the_codes_until_they_are_kept(self, browser, link, now):
        browser.get(link)
        browser.submit(fill_first_account(browser, now))
        assert browser.get("/staff/recovery-codes").request.path == "/staff/recovery-codes"
        browser.submit({}, containing="recovery-codes/kept")
        assert browser.get("/staff/recovery-codes").request.path != "/staff/recovery-codes"

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("name", "", "Skriv navnet ditt"),
            ("email", "ida", "Skriv e-postadressen din"),
            ("password", "kort", "minst 12 tegn"),
            ("password", "passordpassord", "lett å gjette"),
            ("password", "ruud har hest i år", "navnet ditt"),
            ("password", "123456123456123456", "lett å gjette"),
            ("code", "000000", "Koden er ikke riktig"),
            ("code", "", "Skriv koden"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_rest(
        self, browser, link, now, field, value, words
    ):
        browser.get(link + "?lang=nb")
        secret = secret_of(browser.page)
        page = browser.submit(fill_first_account(browser, now, **{field: value}), 422)
        assert words in page.text
        assert secret_of(page) == secret
        assert PASSWORD not in page.text
        if field != "name":
            assert 'value="Ida Ruud"' in page.text
        assert db.session.scalar(select(Staff)) is None
        browser.submit(fill_first_account(browser, now))
        assert db.session.scalars(select(Staff)).one()

    def test_needs_a_link_that_is_not_older_than_three_days(self, browser, link, now):
        with time_machine.travel(now + timedelta(hours=73), tick=False):
            browser.get(link, 410)

    def test_has_one_link_at_a_time(self, browser, link, now):
        newer = accounts.make_setup_link(now)
        browser.get(link, 410)
        browser.get(f"/staff/setup/{newer}")

    def test_works_for_organisations_that_nobody_works_for(self, browser, link, make, now):
        make.organisation("memini")
        browser.get(link)
        browser.submit(fill_first_account(browser, now))
        row = db.session.scalars(select(Staff)).one()
        assert accounts.works_somewhere(row.id)

    def test_keeps_no_token_in_the_database(self, link):
        token = link.rsplit("/", 1)[1]
        assert token not in str(db.session.scalars(select(OneTimeLink.token_hash)).all())

    def test_is_missing_and_the_sign_in_page_says_how_to_make_it(self, browser, now):
        page = browser.get(SIGN_IN + "?lang=en")
        assert "No account yet" in page.text


class TestSigningIn:
    def enter(self, browser, staff, password=PASSWORD, expect=200):
        browser.get(SIGN_IN + "?lang=en")
        return browser.submit({"email": staff.email, "password": password}, expect)

    def test_takes_password_and_code(self, browser, staff, now):
        page = self.enter(browser, staff)
        assert page.request.path == "/staff/sign-in/code"
        half = cookie(browser)
        browser.submit({"code": code_at(now)})
        assert cookie(browser) != half
        assert browser.get("/staff/account").request.path == "/staff/account"

    def test_with_the_password_alone_opens_nothing(self, browser, staff, now):
        self.enter(browser, staff)
        assert browser.get("/staff/account").request.path == SIGN_IN

    @pytest.mark.parametrize("email", ["nobody@example.org", "IDA@EXAMPLE.ORG "])
    def test_answers_a_wrong_address_like_a_wrong_password(self, browser, staff, email, now):
        wrong = self.enter(browser, staff, "not the password", 422)
        browser.get(SIGN_IN)
        unknown = browser.submit({"email": email, "password": PASSWORD}, 422)
        said = "The e-mail address or password is not correct"
        assert said in wrong.text
        assert said in unknown.text

    def test_refuses_a_code_that_was_used(self, app, browser, staff, now):
        self.enter(browser, staff)
        browser.submit({"code": code_at(now)})
        second = Browser(app.test_client())
        self.enter(second, staff)
        page = second.submit({"code": code_at(now)}, 422)
        assert "The code is not correct" in page.text
        later = now + timedelta(seconds=30)
        second.submit({"code": code_at(later)[:3] + " " + code_at(later)[3:]})
        assert second.get("/staff/account").request.path == "/staff/account"

    def test_refuses_an_older_code_than_the_last_one(self, app, browser, staff, now):
        self.enter(browser, staff)
        browser.submit({"code": code_at(now + timedelta(seconds=30))})
        second = Browser(app.test_client())
        self.enter(second, staff)
        second.submit({"code": code_at(now)}, 422)

    def test_refuses_codes_from_another_minute(self, browser, staff, now):
        self.enter(browser, staff)
        browser.submit({"code": code_at(now - timedelta(minutes=2))}, 422)

    def test_takes_a_recovery_code_once(self, app, browser, staff, now):
        from dsar.services.staff.credentials import new_recovery_codes

        code = new_recovery_codes(staff.id, code_at(now), now)[0]
        self.enter(browser, staff)
        browser.get("/staff/sign-in/code?with=recovery")
        browser.submit({"code": code.lower()})
        assert browser.get("/staff/account").request.path == "/staff/account"
        second = Browser(app.test_client())
        self.enter(second, staff)
        second.submit({"code": code}, 422)

    def test_is_slowed_down_after_ten_tries(self, browser, staff, now):
        for _ in range(10):
            self.enter(browser, staff, "not the password", 422)
        page = self.enter(browser, staff, PASSWORD, 429)
        assert "Too many tries" in page.text
        with time_machine.travel(now + timedelta(minutes=16), tick=False):
            self.enter(browser, staff)

    def test_is_slowed_down_at_the_code_too(self, browser, staff, now):
        self.enter(browser, staff)
        for _ in range(10):
            browser.submit({"code": "000000"}, 422)
        page = browser.submit({"code": code_at(now)}, 429)
        assert "Too many tries" in page.text

    def test_goes_on_to_the_page_that_was_asked_for(self, browser, staff, now):
        browser.get("/staff/account")
        assert browser.page.request.path == SIGN_IN
        browser.submit({"email": staff.email, "password": PASSWORD})
        page = browser.submit({"code": code_at(now)})
        assert page.request.path == "/staff/account"

    @pytest.mark.parametrize(
        "path",
        ["//evil.example/staff/", "https://evil.example/staff/", "/staff/\\evil", "/o/x/"],
    )
    def test_goes_nowhere_else(self, browser, staff, now, path):
        browser.get(f"{SIGN_IN}?next={path}")
        browser.submit({"email": staff.email, "password": PASSWORD})
        answer = browser.client.post(
            "/staff/sign-in/code",
            data={"code": code_at(now), "csrf_token": browser.form("code")["csrf_token"]},
        )
        assert answer.location == "/staff/"

    def test_shows_the_password_on_request_without_a_script(self, browser, staff, now):
        browser.get(SIGN_IN)
        page = browser.submit({"email": "a@b.no", "password": "synlig her", "show": "1"})
        assert 'value="synlig her"' in page.text
        assert 'type="text"' in page.text

    def test_is_refused_to_a_closed_account(self, browser, staff, make, now):
        with transaction() as session:
            session.get_one(Staff, staff.id).disabled_at = now
        self.enter(browser, staff, PASSWORD, 422)

    def test_starts_again_when_the_code_took_too_long(self, browser, staff, now):
        self.enter(browser, staff)
        with time_machine.travel(now + timedelta(minutes=11), tick=False):
            later = now + timedelta(minutes=11)
            page = browser.submit({"code": code_at(later)})
        assert page.request.path == SIGN_IN


class TestASession:
    def at(self, browser, moment):
        with time_machine.travel(moment, tick=False):
            return browser.get("/staff/account").request.path

    def test_ends_after_half_an_hour_without_use(self, browser, staff, now):
        sign_in(browser.client, staff, now)
        assert self.at(browser, now + timedelta(minutes=29)) == "/staff/account"
        assert self.at(browser, now + timedelta(minutes=58)) == "/staff/account"
        assert self.at(browser, now + timedelta(minutes=89)) == SIGN_IN

    def test_ends_after_twelve_hours_however_busy(self, browser, staff, now):
        sign_in(browser.client, staff, now)
        for minutes in range(20, 12 * 60, 20):
            assert self.at(browser, now + timedelta(minutes=minutes)) == "/staff/account"
        assert self.at(browser, now + timedelta(hours=12)) == SIGN_IN

    def test_ends_with_sign_out_also_for_who_kept_the_cookie(self, browser, staff, now):
        kept = sign_in(browser.client, staff, now)
        browser.get("/staff/account")
        page = browser.submit({}, containing="sign-out")
        assert page.request.path == "/staff/signed-out"
        browser.client.set_cookie("dsar-staff", kept)
        assert browser.get("/staff/account").request.path == SIGN_IN

    def test_ends_at_once_when_the_account_is_closed(self, browser, staff, make, now):
        from dsar.domain.events import Actor

        make.staff(is_admin=True)
        sign_in(browser.client, staff, now)
        accounts.disable(staff.email, (Actor("cli", "test"), now))
        assert browser.get("/staff/account").request.path == SIGN_IN

    def test_ends_elsewhere_when_the_password_changes(self, app, browser, staff, now):
        elsewhere = signed_in(app, staff, now)
        sign_in(browser.client, staff, now)
        browser.get("/staff/account?lang=en")
        new = "tretten tamme traner"
        typed = {"old": PASSWORD, "password": new, "code": code_at(now)}
        page = browser.submit(typed, containing="/staff/account")
        assert "The password has been changed" in page.text
        assert browser.get("/staff/account").request.path == "/staff/account"
        assert elsewhere.get("/staff/account").request.path == SIGN_IN

    def test_is_not_opened_by_a_hash_from_the_database(self, browser, staff, now):
        sign_in(browser.client, staff, now)
        browser.client.set_cookie("dsar-staff", sessions_of(staff)[0].token_hash)
        assert browser.get("/staff/account").request.path == SIGN_IN


class TestAnInvitation:
    def test_opens_the_account_once(self, app, browser, make, now):
        from dsar.domain.events import Actor
        from dsar.services.staff.accounts import Person

        organisation = make.organisation()
        invited = accounts.invite(
            Person("Ola Nes", "ola@example.org", "nb"),
            [(organisation.id, "handler")],
            (Actor("cli", "test"), now),
        )
        link = f"/staff/invite/{invited.token}"
        browser.get(link)
        code = code_at(now, secret_of(browser.page))
        browser.submit({"password": PASSWORD, "code": code})
        assert browser.page.request.path == "/staff/recovery-codes"
        Browser(app.test_client()).get(link, 410)

    def test_renews_the_way_in_and_ends_old_sessions(self, browser, staff, app, now):
        sign_in(browser.client, staff, now)
        token = accounts.renew_invitation(staff.email, now).token
        assert browser.get("/staff/account").request.path == "/staff/account"
        other = Browser(app.test_client())
        other.get(f"/staff/invite/{token}")
        code = code_at(now, secret_of(other.page))
        other.submit({"password": "nytt og helt annet ord", "code": code})
        assert browser.get("/staff/account").request.path == SIGN_IN


class TestALostSession:
    @pytest.fixture
    def lost(self, browser, staff, now):
        """A form that was open when the session ended."""
        sign_in(browser.client, staff, now)
        browser.get("/staff/account?lang=en")
        values = browser.form("/staff/account") | {"old": ["x"], "note": ["En lang tanke her"]}
        with time_machine.travel(now + timedelta(minutes=45), tick=False):
            page = browser.post("/staff/account", values)
        assert page.request.path == SIGN_IN
        return now + timedelta(minutes=45)

    def test_keeps_what_was_typed_and_offers_it_after_sign_in(self, browser, staff, lost):
        assert "What you wrote is saved" in browser.page.text
        with time_machine.travel(lost, tick=False):
            browser.submit({"email": staff.email, "password": PASSWORD})
            page = browser.submit({"code": code_at(lost)})
            assert page.request.path == "/staff/resume"
            assert "En lang tanke her" in page.text
            values = browser.form("/staff/account")
            assert values["note"] == ["En lang tanke her"]
            assert "old" in values
            browser.submit({}, containing="resume/discard")
            assert db.session.scalar(select(Draft)) is None

    def test_is_not_shown_to_somebody_else_at_the_same_browser(
        self, browser, staff, make, lost
    ):
        other = give_credentials(make.staff())
        with time_machine.travel(lost, tick=False):
            browser.submit({"email": other.email, "password": PASSWORD})
            page = browser.submit({"code": code_at(lost)})
        assert "En lang tanke her" not in page.text

    def test_keeps_nothing_for_who_never_had_a_session(self, app, staff, browser, now):
        browser.get(SIGN_IN)
        values = browser.form() | {"note": ["En lang tanke her"]}
        answer = browser.client.post("/staff/account", data=values)
        assert answer.status_code == 401
        assert db.session.scalar(select(Draft)) is None
