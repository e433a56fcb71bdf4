"""Erasure on the pages: from when, what stops it, backups, and holds on cases and systems."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from dsar.domain.rights import Right
from dsar.i18n import format_date
from dsar.jobs import backup_purges
from dsar.models import DataSystem, Hold, Measure, db
from dsar.services.answer import delivery, packaging
from dsar.services.intake.opening import Wish
from tests.browser_client import Browser
from tests.factories.accounts import signed_in
from tests.factories.portal import inside, make_request
from tests.factories.rights import make_carried_out, make_erasable
from tests.factories.work import actor_of, right_of
from tests.words import say

DAY = timedelta(days=1)


@pytest.fixture
def house(make):
    return make.organisation("memini")


@pytest.fixture
def asked(house, now):
    return make_request(house, now=now, wishes=(Wish(Right.ERASURE, {"scope": "all"}),))


@pytest.fixture
def staff(make, house):
    return make.staff(house, roles=("handler", "approver"))


@pytest.fixture
def officer(make, house):
    return make.staff(house, roles=("data_protection_officer",))


@pytest.fixture
def at(app, now):
    """A browser in which somebody is signed in, at a moment."""

    def opened(who, moment=now):
        return signed_in(app, who, moment)

    return opened


@pytest.fixture
def ready(asked, staff, officer, now):
    """Approved; only the time to take it back must pass."""
    make_erasable(asked.case, staff, officer, now)
    return asked


def page(asked, part):
    return f"/staff/memini/cases/{asked.number}{part}"


def carry_out(asked):
    measure = db.session.scalars(select(Measure)).one()
    return page(asked, f"/measures/{measure.id}/carry-out")


class TestCarryingOut:
    def test_says_from_when_and_refuses_before(self, ready, staff, at, now):
        desk = at(staff)
        words = say("erasing.from", at=now + DAY)
        for part in ("/measures", "/approval"):
            assert words in desk.get(page(ready, part)).text
        desk.get(carry_out(ready))
        refused = desk.submit({"proof": "Slettet"}, 422, "/carry-out")
        assert say("error.undo_window", at=now + DAY) in refused.text
        assert "Slettet" in refused.text
        assert db.session.scalars(select(Measure)).one().executed_at is None

    def test_is_no_next_step_before_but_to_wait_is(self, ready, staff, at, now):
        wait, do = say("step.wait_undo", at=now + DAY), say("step.carry_out", n=1)
        lists = ("/staff/cases", "/staff/today", page(ready, ""))
        for moment, there, not_yet in ((now, wait, do), (now + DAY, do, wait)):
            with time_machine.travel(moment, tick=False):
                desk = at(staff, moment)
                for path in lists:
                    shown = desk.get(path).text
                    assert there in shown, path
                    assert not_yet not in shown, path

    def test_shows_the_day_on_which_backups_are_clean(self, ready, staff, at, now):
        with time_machine.travel(now + DAY, tick=False):
            desk = at(staff, now + DAY)
            desk.get(carry_out(ready))
            desk.submit({"proof": "Slettet og søkt på nytt"}, containing="/carry-out")
            shown = desk.get(page(ready, "/measures")).text
            closing = desk.get(page(ready, "/closure")).text
        clean = datetime(2026, 12, 21, tzinfo=UTC).date()
        assert format_date(clean, "nb") in shown
        assert say("s18.purge", date=clean) in closing

    @pytest.mark.parametrize("proof", ["", "   ", "\x00\x07", "x" * 20001])
    def test_wants_words_and_changes_nothing_without(self, ready, staff, at, now, proof):
        with time_machine.travel(now + DAY, tick=False):
            desk = at(staff, now + DAY)
            desk.get(carry_out(ready))
            desk.submit({"proof": proof}, 422, "/carry-out")
        assert db.session.scalars(select(Measure)).one().executed_at is None

    def test_is_taken_back_by_whoever_approves(self, ready, officer, staff, at, now):
        desk = at(officer)
        desk.get(page(ready, "/approval"))
        desk.submit({"remark": "Feil person."}, containing="/back")
        desk = at(staff)
        desk.get(carry_out(ready))
        refused = desk.submit({"proof": "Slettet"}, 422, "/carry-out")
        assert say("error.measure_not_approved") in refused.text


class TestAHoldOnACase:
    def test_is_set_by_the_officer_seen_by_all_and_lifted(self, ready, staff, officer, at, now):
        desk = at(officer)
        desk.get(page(ready, "/holds"))
        assert say("hold.none") in desk.page.text
        desk.submit({}, containing="/holds/set", expect=422)
        assert say("hold.reason.err") in desk.page.text
        desk.get(page(ready, "/holds"))
        desk.submit({"reason": "court"}, containing="/holds/set")
        assert say("hold.reason.court") in desk.get(page(ready, "/holds")).text
        handler = at(staff)
        for part in ("/measures", "/holds", "/log"):
            assert say("hold.reason.court") in handler.get(page(ready, part)).text
        assert say("hold.lift.btn") not in handler.get(page(ready, "/holds")).text
        desk.get(page(ready, "/holds"))
        desk.submit({}, containing="/lift")
        assert say("hold.none") in desk.get(page(ready, "/holds")).text

    def test_refuses_to_carry_out(self, ready, staff, officer, at, now):
        desk = at(officer)
        desk.get(page(ready, "/holds"))
        desk.submit({"reason": "authority"}, containing="/holds/set")
        with time_machine.travel(now + DAY, tick=False):
            handler = at(staff, now + DAY)
            handler.get(carry_out(ready))
            refused = handler.submit({"proof": "Slettet"}, 422, "/carry-out")
        assert say("error.on_hold") in refused.text

    @pytest.mark.parametrize("reason", ["", "because", "\x00", "x" * 9999])
    def test_takes_no_reason_that_is_not_listed(self, ready, officer, at, reason):
        desk = at(officer)
        desk.get(page(ready, "/holds"))
        desk.submit({"reason": reason}, containing="/holds/set", expect=422)
        assert db.session.scalars(select(Hold)).all() == []

    def test_is_not_set_by_a_handler(self, ready, staff, at):
        desk = at(staff)
        desk.get(page(ready, "/holds"))
        desk.post(page(ready, "/holds/set"), desk.form() | {"reason": "court"}, expect=404)
        assert db.session.scalars(select(Hold)).all() == []


class TestAHoldOnASystem:
    def test_is_set_on_its_own_page_and_lifted(self, ready, officer, at, now):
        system = db.session.get_one(
            DataSystem, db.session.scalars(select(Measure)).one().system_id
        )
        desk = at(officer)
        address = f"/staff/memini/settings/systems/{system.key}"
        assert f"{address}/holds" in desk.get(address).text
        desk.get(f"{address}/holds")
        desk.submit({}, containing="/holds", expect=422)
        desk.get(f"{address}/holds")
        desk.submit({"reason": "audit"}, containing="/holds")
        assert say("hold.reason.audit") in desk.get(f"{address}/holds").text
        assert say("hold.reason.audit") in desk.get(page(ready, "/measures")).text
        desk.get(f"{address}/holds")
        desk.submit({}, containing="/lift")
        assert say("hold.none") in desk.get(f"{address}/holds").text


class TestThePersonsPage:
    @pytest.fixture
    def kari(self, app, asked, now):
        """The person at her own page."""
        app.config["FORM_MIN_SECONDS"] = 0
        return inside(Browser(app.test_client()), "memini", asked)

    def test_tells_what_has_happened_and_nothing_sooner(self, ready, staff, kari, asked, now):
        status = "/o/memini/case"
        assert "<h2>" + say("p9.erasure.h") not in kari.get(status).text
        make_carried_out(asked.case, staff, now + DAY, "erasure")
        shown = kari.get(status).text
        assert say("p9.erasure.done", n=1, date=now + DAY) in shown
        clean = datetime(2026, 12, 21, tzinfo=UTC).date()
        assert say("p9.erasure.purge", date=clean) in shown

    def test_says_that_backups_are_clean(self, ready, staff, kari, asked, now):
        make_carried_out(asked.case, staff, now + DAY, "erasure")
        (package,) = packaging.current_packages(db.session, right_of(asked.case, "erasure").id)
        command = delivery.SendAnswer(package.id, delivery.How.PORTAL)
        sent = delivery.send(command, actor_of(staff), now + DAY)
        delivery.open_answer(sent, now + DAY)
        backup_purges.run(now + 40 * DAY)
        shown = kari.get("/o/memini/case").text
        assert say("p9.erasure.purged", date=datetime(2026, 12, 21, tzinfo=UTC).date()) in shown
        assert say("p9.event.backup_purged") in shown

    def test_says_that_the_copy_comes_first(self, app, house, now):
        wishes = (Wish(Right.ACCESS, {}), Wish(Right.ERASURE, {"copy_first": True}))
        asked = make_request(house, now=now, wishes=wishes)
        browser = Browser(app.test_client())
        browser.get("/o/memini/find")
        browser.submit({"number": asked.number, "access": asked.access_code})
        assert say("p9.erasure.copy_first") in browser.get("/o/memini/case").text
