"""The ways into a case, and how long a browser keeps it open."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from dsar.models import Case, MailedCode, Organisation, PortalSession, db
from dsar.services.budgets import RateLimited
from dsar.services.contact import look_ups, portal
from dsar.services.contact.portal import CodeRefused, Knock, NoSuchCase
from dsar.services.contact.tokens import CodeWrong, LinkUsed
from dsar.services.identity import confirmation
from dsar.services.identity.identity_records import evidence
from tests.factories.portal import HALF_AN_HOUR, mails, make_request, secrets_of
from tests.factories.work import make_finding, tasks_of
from tests.services.log import events


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def asked(house):
    return make_request(house)


def knock(number, key="meetings", client="203.0.113.7", tries=10):
    return Knock(key, number, client, tries)


def opened(token, now, key="meetings"):
    db.session.rollback()
    return portal.find_opened(token, key, HALF_AN_HOUR, now)


def is_confirmed(case_id):
    db.session.rollback()
    return db.session.get_one(Case, case_id).address_confirmed_at is not None


def look_up(number, email="kari@example.org", client="203.0.113.7", key="meetings"):
    return look_ups.Question(key, client, 10, number=number, email=email)


class TestNumberAndAccessCode:
    def test_open_the_case(self, asked, now):
        token = portal.open_by_access_code(knock(asked.number), asked.access_code, now)
        assert opened(token, now).number == asked.number

    def test_may_be_typed_with_blanks_and_small_letters(self, asked, now):
        typed = " ".join(asked.access_code.lower())
        assert portal.open_by_access_code(knock(asked.number), typed, now)

    def test_do_not_confirm_the_address(self, asked, now):
        portal.open_by_access_code(knock(asked.number), asked.access_code, now)
        assert not is_confirmed(asked.id)

    def test_are_refused_alike_for_a_wrong_code_and_for_no_case(self, asked, now):
        said = []
        for number, code in ((asked.number, "WRONG"), ("2026-9999", asked.access_code)):
            with pytest.raises(NoSuchCase) as refused:
                portal.open_by_access_code(knock(number), code, now)
            said.append((refused.value.message_id, dict(refused.value.facts)))
        assert said[0] == said[1]

    def test_open_nothing_of_another_organisation(self, asked, make, now):
        make.organisation("memini")
        with pytest.raises(NoSuchCase):
            portal.open_by_access_code(
                knock(asked.number, key="memini"), asked.access_code, now
            )

    def test_may_be_guessed_a_few_times_only(self, asked, now):
        for _ in range(3):
            with pytest.raises(NoSuchCase):
                portal.open_by_access_code(knock(asked.number, tries=3), "WRONG", now)
        with pytest.raises(RateLimited):
            portal.open_by_access_code(knock(asked.number, tries=3), asked.access_code, now)

    def test_are_limited_alike_for_a_number_that_does_not_exist(self, house, now):
        for _ in range(3):
            with pytest.raises(NoSuchCase):
                portal.open_by_access_code(knock("2026-9999", tries=3), "WRONG", now)
        with pytest.raises(RateLimited):
            portal.open_by_access_code(knock("2026-9999", tries=3), "WRONG", now)

    def test_leave_room_for_the_person_when_somebody_else_guesses(self, asked, now):
        for _ in range(3):
            with pytest.raises(NoSuchCase):
                portal.open_by_access_code(knock(asked.number, tries=3), "WRONG", now)
        mine = knock(asked.number, client="198.51.100.1", tries=3)
        assert portal.open_by_access_code(mine, asked.access_code, now)


class TestABrowserThatHasOpenedACase:
    def test_keeps_it_open_while_it_is_used(self, asked, now):
        token = portal.open_case_of(asked.id, now)
        for minutes in (20, 40, 60):
            assert opened(token, now + timedelta(minutes=minutes))

    def test_loses_it_when_it_is_left_alone(self, asked, now):
        token = portal.open_case_of(asked.id, now)
        assert opened(token, now + HALF_AN_HOUR) is None

    def test_loses_it_after_half_a_day_however_often_it_is_used(self, asked, now):
        token = portal.open_case_of(asked.id, now)
        for minutes in range(0, 12 * 60, 20):
            assert opened(token, now + timedelta(minutes=minutes))
        assert opened(token, now + timedelta(hours=12)) is None

    def test_does_not_open_it_on_the_pages_of_another_organisation(self, asked, make, now):
        make.organisation("memini")
        token = portal.open_case_of(asked.id, now)
        assert opened(token, now, key="memini") is None

    def test_loses_it_at_once_when_told_to(self, asked, now):
        token = portal.open_case_of(asked.id, now)
        portal.end(token, now)
        portal.end(token, now)
        assert opened(token, now) is None

    def test_is_kept_as_a_hash_of_its_token(self, asked, now):
        token = portal.open_case_of(asked.id, now)
        row = db.session.scalars(select(PortalSession)).one()
        assert token not in (row.id, row.token_hash)
        assert len(token) >= 43


class TestALink:
    def test_changes_nothing_until_its_button_is_pressed(self, asked, now):
        token = secrets_of(asked.id, "m01")["token"]
        for _ in range(3):
            assert portal.peek_link("meetings", token, now).number == asked.number
        assert not is_confirmed(asked.id)

    def test_confirms_the_address_and_opens_the_case_once(self, asked, now):
        token = secrets_of(asked.id, "m01")["token"]
        session = portal.open_by_link("meetings", token, now)
        assert opened(session, now).case_id == asked.id
        assert [row.facts for row in events(asked.case, "address_confirmed")] == [
            {"how": "link"}
        ]
        with pytest.raises(LinkUsed):
            portal.open_by_link("meetings", token, now)

    def test_pressed_twice_by_the_same_browser_shows_the_first_result(self, asked, now):
        token = secrets_of(asked.id, "m01")["token"]
        here = opened(portal.open_by_link("meetings", token, now), now)
        soon = now + timedelta(minutes=5)
        assert portal.has_just_opened("meetings", token, here, soon)
        assert not portal.has_just_opened("meetings", token, None, soon)
        assert not portal.has_just_opened("meetings", token, here, now + HALF_AN_HOUR)

    @pytest.mark.parametrize("token", ["", "unknown", "x" * 500])
    def test_that_nobody_made_opens_nothing(self, asked, now, token):
        assert portal.peek_link("meetings", token, now) is None
        with pytest.raises(LinkUsed):
            portal.open_by_link("meetings", token, now)

    def test_opens_nothing_on_the_pages_of_another_organisation(self, asked, make, now):
        make.organisation("memini")
        token = secrets_of(asked.id, "m01")["token"]
        with pytest.raises(LinkUsed):
            portal.open_by_link("memini", token, now)
        assert portal.peek_link("meetings", token, now) is not None

    def test_dies_of_age(self, asked, now):
        token = secrets_of(asked.id, "m01")["token"]
        assert portal.peek_link("meetings", token, now + timedelta(days=15)) is None

    def test_is_used_by_one_of_many_at_the_same_moment(self, app, asked, now):
        token = secrets_of(asked.id, "m01")["token"]

        def press(_):
            with app.app_context():
                try:
                    return bool(portal.open_by_link("meetings", token, now))
                except LinkUsed:
                    return False

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(press, range(8))) == 1


class TestFindingACaseByMail:
    def test_sends_code_and_link_when_number_and_address_fit(self, asked, now):
        look_ups.ask(look_up(asked.number, "  KARI@example.org "), now)
        assert mails(asked.id, "m04") == []
        assert look_ups.answer_next(now)
        assert set(secrets_of(asked.id, "m04")) == {"code", "token"}
        assert not look_ups.answer_next(now)

    @pytest.mark.parametrize(
        ("number", "email"), [("2026-9999", "kari@example.org"), (None, "ola@example.org")]
    )
    def test_sends_nothing_when_they_do_not(self, asked, now, number, email):
        look_ups.ask(look_up(number or asked.number, email), now)
        assert look_ups.answer_next(now)
        assert mails(asked.id, "m04") == []

    def test_does_the_same_work_for_a_case_and_for_none(self, app, asked, now):
        def statements(question):
            seen = []

            def note(conn, cursor, statement, *_):
                seen.append(statement)

            event.listen(db.engine, "before_cursor_execute", note)
            look_ups.ask(question, now)
            event.remove(db.engine, "before_cursor_execute", note)
            return seen

        known = statements(look_up(asked.number))
        assert known == statements(look_up("2026-9999", "nobody@example.org"))

    def test_knows_no_case_of_another_organisation(self, asked, make, now):
        make.organisation("memini")
        look_ups.ask(look_up(asked.number, key="memini"), now)
        look_ups.answer_next(now)
        assert mails(asked.id, "m04") == []

    def test_opens_the_case_with_the_code_and_confirms_the_address(self, asked, now):
        look_ups.ask(look_up(asked.number), now)
        look_ups.answer_next(now)
        code = secrets_of(asked.id, "m04")["code"]
        token = portal.open_by_code(knock(asked.number), f"{code[:3]} {code[3:]}", now)
        assert opened(token, now).case_id == asked.id
        assert is_confirmed(asked.id)

    def test_opens_the_case_with_the_link(self, asked, now):
        look_ups.ask(look_up(asked.number), now)
        look_ups.answer_next(now)
        token = secrets_of(asked.id, "m04")["token"]
        assert portal.peek_link("meetings", token, now).purpose == "open"
        assert opened(portal.open_by_link("meetings", token, now), now)

    def test_refuses_a_code_alike_whatever_is_wrong_with_it(self, asked, now):
        look_ups.ask(look_up(asked.number), now)
        look_ups.answer_next(now)
        code = secrets_of(asked.id, "m04")["code"]
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        late = now + timedelta(minutes=11)
        for number, typed, at in (
            (asked.number, wrong, now),
            ("2026-9999", code, now),
            (asked.number, code, late),
            (asked.number, "", now),
        ):
            with pytest.raises(CodeRefused) as refused:
                portal.open_by_code(knock(number), typed, at)
            assert refused.value.facts == {}

    def test_takes_five_guesses_of_a_code_and_no_more(self, asked, now):
        look_ups.ask(look_up(asked.number), now)
        look_ups.answer_next(now)
        code = secrets_of(asked.id, "m04")["code"]
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        for _ in range(5):
            with pytest.raises(CodeRefused):
                portal.open_by_code(knock(asked.number), wrong, now)
        with pytest.raises(CodeRefused):
            portal.open_by_code(knock(asked.number), code, now)

    def test_bombs_nobody_with_mail(self, asked, now):
        for number in range(30):
            question = look_up(asked.number, client=f"203.0.113.{number}")
            try:
                look_ups.ask(question, now + timedelta(minutes=16 * number))
            except RateLimited:
                continue
        while look_ups.answer_next(now):
            pass
        assert len(mails(asked.id, "m04")) <= look_ups.MAILS_A_DAY

    def test_sends_a_new_link_for_an_old_one_and_says_nothing_of_an_unknown_one(
        self, asked, now
    ):
        old = secrets_of(asked.id, "m01")["token"]
        portal.open_by_link("meetings", old, now)
        for token in (old, "unknown"):
            look_ups.ask(look_ups.Question("meetings", "203.0.113.7", 10, link=token), now)
        while look_ups.answer_next(now):
            pass
        assert len(mails(asked.id, "m04")) == 1


class TestConfirmingAnAddress:
    def test_by_the_code_of_the_receipt_is_recorded_once(self, asked, now):
        code = secrets_of(asked.id, "m01")["code"]
        confirmation.confirm_by_code(asked.id, code, now)
        confirmation.confirm_by_code(asked.id, code, now)
        assert is_confirmed(asked.id)
        assert len(events(asked.case, "address_confirmed")) == 1

    def test_does_not_touch_the_clock(self, asked, now):
        before = asked.case.binding_on
        confirmation.confirm_by_code(asked.id, secrets_of(asked.id, "m01")["code"], now)
        db.session.rollback()
        assert db.session.get_one(Case, asked.id).binding_on == before

    def test_by_a_wrong_code_changes_nothing(self, asked, now):
        with pytest.raises(CodeWrong):
            confirmation.confirm_by_code(asked.id, "12", now)
        assert not is_confirmed(asked.id)

    def test_counts_guesses_made_at_the_same_moment_one_by_one(self, app, asked, now):
        code = secrets_of(asked.id, "m01")["code"]
        wrong = f"{(int(code) + 1) % 1_000_000:06}"

        def guess(_):
            with app.app_context():
                try:
                    confirmation.confirm_by_code(asked.id, wrong, now)
                except CodeWrong:
                    return True
                except Exception:
                    return False

        with ThreadPoolExecutor(10) as pool:
            assert sum(pool.map(guess, range(40))) == 5
        db.session.rollback()
        assert db.session.scalars(select(MailedCode.tries)).one() == 5


def new_code(case_id, once="a" * 32):
    return confirmation.NewCode(case_id, once, HALF_AN_HOUR)


class TestANewCode:
    def test_is_sent_and_the_old_code_and_link_die(self, asked, now):
        old = secrets_of(asked.id, "m01")
        confirmation.resend(new_code(asked.id), now)
        new = secrets_of(asked.id, "m02")
        assert portal.peek_link("meetings", old["token"], now) is None
        assert portal.peek_link("meetings", new["token"], now) is not None
        confirmation.confirm_by_code(asked.id, new["code"], now)
        assert is_confirmed(asked.id)

    def test_is_sent_once_however_often_the_button_is_pressed(self, asked, now):
        for _ in range(3):
            confirmation.resend(new_code(asked.id), now)
        assert len(mails(asked.id, "m02")) == 1

    def test_is_not_sent_for_a_confirmed_address(self, asked, now):
        confirmation.confirm_by_code(asked.id, secrets_of(asked.id, "m01")["code"], now)
        confirmation.resend(new_code(asked.id), now)
        assert mails(asked.id, "m02") == []

    def test_is_sent_a_few_times_an_hour(self, asked, now):
        for number in range(confirmation.CODES_AN_HOUR):
            confirmation.resend(new_code(asked.id, f"{number:032}"), now)
        with pytest.raises(RateLimited):
            confirmation.resend(new_code(asked.id, "f" * 32), now)


class TestAnotherAddress:
    def test_gets_the_code_and_is_the_one_that_counts(self, asked, now):
        old = secrets_of(asked.id, "m01")
        confirmation.change_address(new_code(asked.id), "kari.n@example.org", now)
        assert confirmation.contact_of(asked.id).email == "kari.n@example.org"
        assert portal.peek_link("meetings", old["token"], now) is None
        confirmation.confirm_by_code(asked.id, secrets_of(asked.id, "m02")["code"], now)
        assert [row.kind for row in events(asked.case)[-2:]] == [
            "address_changed",
            "address_confirmed",
        ]

    def test_is_found_by_mail_from_now_on_and_the_old_one_is_not(self, asked, now):
        confirmation.change_address(new_code(asked.id), "kari.n@example.org", now)
        for email in ("kari@example.org", "kari.n@example.org"):
            look_ups.ask(look_up(asked.number, email), now)
        while look_ups.answer_next(now):
            pass
        assert len(mails(asked.id, "m04")) == 1

    def test_is_refused_once_the_address_is_confirmed(self, asked, now):
        confirmation.confirm_by_code(asked.id, secrets_of(asked.id, "m01")["code"], now)
        with pytest.raises(confirmation.AlreadyConfirmed):
            confirmation.change_address(new_code(asked.id), "ola@example.org", now)
        assert confirmation.contact_of(asked.id).email == "kari@example.org"

    def test_does_not_inherit_what_a_system_knew_of_the_old_one(self, asked, make, now):
        house = db.session.scalars(select(Organisation)).one()
        make_finding(tasks_of(asked.case)[0], make.staff(house), now)
        assert evidence(db.session, asked.id).systems
        confirmation.change_address(new_code(asked.id), "thief@example.org", now)
        assert evidence(db.session, asked.id).systems == ()

    def test_costs_strangers_a_few_mails_a_day_at_most(self, asked, now):
        for number in range(confirmation.ADDRESSES_A_DAY):
            confirmation.change_address(
                new_code(asked.id, f"{number:032}"),
                f"victim{number}@example.org",
                now + timedelta(hours=2 * number),
            )
        with pytest.raises(RateLimited):
            confirmation.change_address(
                new_code(asked.id, "f" * 32), "victim@example.org", now + timedelta(hours=12)
            )
