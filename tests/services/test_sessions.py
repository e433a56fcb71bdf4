"""Second factors are used once and tries are counted, also when many come at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from dsar.models import StaffSession, db
from dsar.services.budgets import RateLimited
from dsar.services.staff import sessions
from tests.factories.accounts import PASSWORD, code_at, give_credentials


@pytest.fixture
def staff(make):
    return give_credentials(make.staff(make.organisation()))


def at_once(app, jobs):
    """Run the jobs at the same moment, each in a context of its own."""
    gate = threading.Barrier(len(jobs))

    def run(job):
        with app.app_context():
            gate.wait()
            try:
                return job()
            except Exception as error:
                return type(error)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


class TestACode:
    def test_opens_one_session_of_many_that_try_it_together(self, app, staff, now):
        attempt = sessions.SignIn(staff.email, PASSWORD, "192.0.2.1", 50)
        tokens = [sessions.sign_in(attempt, now) for _ in range(4)]
        db.session.remove()
        found = at_once(
            app, [lambda t=t: sessions.show_factor(t, code_at(now), 50, now) for t in tokens]
        )
        assert sum(isinstance(one, str) for one in found) == 1
        assert found.count(sessions.FactorRefused) == 3


class TestTries:
    def test_are_counted_together(self, app, staff, now):
        wrong = sessions.SignIn(staff.email, "not the password", "192.0.2.1", 5)
        staff_email = staff.email
        db.session.remove()
        found = at_once(app, [lambda: sessions.sign_in(wrong, now)] * 12)
        assert found.count(sessions.SignInRefused) == 5
        assert found.count(RateLimited) == 7
        assert staff_email

    def test_from_one_address_leave_the_owner_a_way_in(self, app, staff, now):
        for _ in range(3):
            with pytest.raises(sessions.SignInRefused):
                sessions.sign_in(sessions.SignIn(staff.email, "x" * 12, "192.0.2.66", 3), now)
        with pytest.raises(RateLimited):
            sessions.sign_in(sessions.SignIn(staff.email, PASSWORD, "192.0.2.66", 3), now)
        assert sessions.sign_in(sessions.SignIn(staff.email, PASSWORD, "192.0.2.1", 3), now)


class TestASession:
    def test_is_written_to_at_most_once_a_minute(self, app, staff, now):
        token = sessions.sign_in(sessions.SignIn(staff.email, PASSWORD, "x", 5), now)
        token = sessions.show_factor(token, code_at(now), 5, now)
        life = sessions.Lifetime(timedelta(minutes=30), timedelta(hours=12))

        def seen_at(after):
            sessions.resume(token, life, now + timedelta(seconds=after))
            db.session.expire_all()
            rows = select(StaffSession.seen_at).where(StaffSession.factor_at.is_not(None))
            return db.session.scalars(rows).one() - now

        assert seen_at(59) == timedelta(0)
        assert seen_at(61) == timedelta(seconds=61)
        assert seen_at(100) == timedelta(seconds=61)
