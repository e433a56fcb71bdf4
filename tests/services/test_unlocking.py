"""The answer opens with two things: a code by mail, and the access code of the receipt."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from dsar.domain.deliveries import What
from dsar.domain.errors import DomainError
from dsar.domain.events import PERSON
from dsar.models import db
from dsar.services.answer import delivery, unlocking
from dsar.services.answer.delivery import WindowClosed
from dsar.services.answer.unlocking import AccessCodeWrong, NoAnswer, Unlock
from dsar.services.budgets import RateLimited
from dsar.services.contact import portal
from dsar.services.contact.portal import find_opened
from dsar.services.contact.tokens import CodeExpired, CodeTooMany, CodeWrong
from dsar.services.identity.confirmation import NewCode
from tests.factories.portal import HALF_AN_HOUR, mails, make_request, secrets_of
from tests.factories.work import make_delivery

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def asked(house):
    return make_request(house)


@pytest.fixture
def answered(house, asked, make, now):
    asked.delivery_id = make_delivery(asked.case, make.staff(house), make.staff(house), now)
    return asked


@pytest.fixture
def browser(asked, now):
    token = portal.open_case_of(asked.id, now)
    return find_opened(token, "meetings", HALF_AN_HOUR, now)


def ask(case_id, now, once="a" * 32):
    unlocking.ask_code(NewCode(case_id, once, TEN_MINUTES), now)
    db.session.rollback()
    return secrets_of(case_id, "m13")["code"]


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


class TestTheCode:
    def test_is_mailed_when_asked_for_and_once(self, answered, now):
        for _ in range(2):
            ask(answered.id, now)
        assert len(mails(answered.id, "m13")) == 1

    def test_is_not_mailed_before_there_is_an_answer(self, asked, now):
        with pytest.raises(NoAnswer):
            ask(asked.id, now)

    def test_is_mailed_a_few_times_an_hour(self, answered, now):
        for number in range(unlocking.CODES_AN_HOUR):
            ask(answered.id, now, f"{number:032}")
        with pytest.raises(RateLimited):
            ask(answered.id, now, "f" * 32)


class TestTheAnswer:
    def test_opens_with_both(self, answered, browser, now):
        code = ask(answered.id, now)
        assert not unlocking.is_unlocked(browser.session_id, now)
        attempt = Unlock(browser.session_id, answered.id, code, answered.access_code.lower())
        unlocking.unlock(attempt, now)
        unlocking.unlock(attempt, now)
        db.session.rollback()
        assert unlocking.is_unlocked(browser.session_id, now)

    def test_stays_shut_with_the_mailed_code_alone(self, answered, browser, now):
        code = ask(answered.id, now)
        for typed in ("", "0000 0000 0000 0000", code):
            with pytest.raises(AccessCodeWrong):
                unlocking.unlock(Unlock(browser.session_id, answered.id, code, typed), now)
        assert not unlocking.is_unlocked(browser.session_id, now)

    def test_keeps_the_mailed_code_when_the_access_code_was_misread(
        self, answered, browser, now
    ):
        code = ask(answered.id, now)
        with pytest.raises(AccessCodeWrong):
            unlocking.unlock(Unlock(browser.session_id, answered.id, code, "X"), now)
        unlocking.unlock(
            Unlock(browser.session_id, answered.id, code, answered.access_code), now
        )

    def test_stays_shut_with_the_access_code_alone(self, answered, browser, now):
        code = ask(answered.id, now)
        given = answered.access_code
        with pytest.raises(CodeWrong):
            unlocking.unlock(Unlock(browser.session_id, answered.id, wrong(code), given), now)
        late = now + TEN_MINUTES
        with pytest.raises(CodeExpired):
            unlocking.unlock(Unlock(browser.session_id, answered.id, code, given), late)
        assert not unlocking.is_unlocked(browser.session_id, now)

    def test_stays_shut_with_a_code_that_was_mailed_for_something_else(
        self, answered, browser, now
    ):
        other = secrets_of(answered.id, "m01")["code"]
        with pytest.raises(CodeExpired):
            unlocking.unlock(
                Unlock(browser.session_id, answered.id, other, answered.access_code), now
            )

    def test_stays_shut_after_five_wrong_codes_even_for_the_right_one(
        self, answered, browser, now
    ):
        code = ask(answered.id, now)
        given = answered.access_code
        for _ in range(5):
            with pytest.raises(CodeWrong):
                unlocking.unlock(
                    Unlock(browser.session_id, answered.id, wrong(code), given), now
                )
        with pytest.raises(CodeTooMany):
            unlocking.unlock(Unlock(browser.session_id, answered.id, code, given), now)

    def test_counts_guesses_made_at_the_same_moment_one_by_one(
        self, app, answered, browser, now
    ):
        code = ask(answered.id, now)
        given = answered.access_code

        def guess(_):
            with app.app_context():
                try:
                    unlocking.unlock(
                        Unlock(browser.session_id, answered.id, wrong(code), given), now
                    )
                except CodeWrong:
                    return True
                except DomainError:
                    return False

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(guess, range(30))) == 5

    def test_of_one_browser_is_not_open_in_another(self, answered, browser, now):
        code = ask(answered.id, now)
        unlocking.unlock(
            Unlock(browser.session_id, answered.id, code, answered.access_code), now
        )
        token = portal.open_case_of(answered.id, now)
        other = find_opened(token, "meetings", HALF_AN_HOUR, now)
        assert not unlocking.is_unlocked(other.session_id, now)

    def test_is_read_as_the_page_of_the_package_while_its_window_is_open(self, answered, now):
        page = b"".join(unlocking.read_page(answered.delivery_id, now).chunks)
        assert page == b"".join(delivery.open_answer(answered.delivery_id, now).chunks)
        with pytest.raises(WindowClosed):
            unlocking.read_page(answered.delivery_id, now + timedelta(days=31))

    def test_is_listed_with_its_window_its_sizes_and_what_is_left(self, answered, now):
        [view] = unlocking.answers_of(answered.id, now)
        assert view.is_open
        assert (view.right, view.downloads_left) == ("access", 10)
        assert view.letter_bytes > 1000
        delivery.download(answered.delivery_id, What.ZIP, now)
        db.session.rollback()
        assert unlocking.answers_of(answered.id, now)[0].downloads_left == 9
        late = now + timedelta(days=31)
        assert not unlocking.answers_of(answered.id, late)[0].is_open
        delivery.renew(answered.delivery_id, PERSON, late)
        db.session.rollback()
        assert unlocking.answers_of(answered.id, late)[0].is_open
