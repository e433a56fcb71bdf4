"""What the clock writes to a person, and what takes effect when a notice leaves the house."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dsar import channels
from dsar.config import Config
from dsar.jobs import address_reminders, outbox_delivery, package_expiry
from dsar.models import Case, Delivery, OutboxMessage, db
from dsar.services.answer import delivery
from dsar.services.identity import verification
from dsar.services.mail import outbox
from dsar.services.transaction import transaction
from tests import mail_server
from tests.factories.portal import mails, make_request
from tests.factories.work import actor_of, make_delivery, right_of

DAY = timedelta(days=1)


@pytest.fixture
def inbox(app, config):
    inbox = mail_server.Inbox()
    with mail_server.running(inbox) as server:
        mail = {"host": "127.0.0.1", "port": server.port, "security": "none"}
        mail |= {"sender": "privacy@house.test", "timeout_seconds": 2}
        told = Config.build(config.folder, {"mail": mail})
        app.extensions[channels.EXTENSION] = channels.load_all(told)
        yield inbox


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def ready(make, house, now):
    """A case whose answer was sent a moment ago; its notice waits in the outbox."""
    staff, approver = make.staff(house), make.staff(house)
    case = make.case(house)
    return case, make_delivery(case, staff, approver, now), staff


def fresh(row, row_id):
    db.session.rollback()
    return db.session.get_one(row, row_id)


class TestAnAnswer:
    def test_is_delivered_when_its_notice_is_accepted(self, ready, inbox, now):
        case, delivery_id, _ = ready
        assert right_of(case).state == "ready"
        later = now + timedelta(minutes=3)
        assert outbox_delivery.run(later) == 0
        assert fresh(Delivery, delivery_id).delivered_at == later
        assert right_of(case).state == "delivered"
        notice = next(m for m in inbox.mails if "klart" in m["Subject"])
        assert "/o/meetings/case" in notice.get_content()

    def test_is_not_delivered_while_the_mail_server_refuses(self, ready, inbox, now):
        case, delivery_id, _ = ready
        inbox.at_recipient["kari@example.org"] = ["451 Later"] * 9
        outbox_delivery.run(now)
        assert fresh(Delivery, delivery_id).delivered_at is None
        assert right_of(case).state == "ready"

    def test_is_not_delivered_by_mail_that_is_only_kept(self, ready, now):
        case, delivery_id, _ = ready
        outbox_delivery.run(now)
        assert mails(case.id, "m12")[0].state == "kept"
        assert fresh(Delivery, delivery_id).delivered_at is None

    def test_is_announced_a_week_before_it_closes_and_then_closes(self, ready, inbox, now):
        case, delivery_id, _ = ready
        outbox_delivery.run(now)
        until = fresh(Delivery, delivery_id).until
        for moment in (until - 8 * DAY, until - 7 * DAY, until - 6 * DAY, until - 5 * DAY):
            assert package_expiry.run(moment) == 0
        assert len(mails(case.id, "m14")) == 1
        assert fresh(Delivery, delivery_id).warned_at == until - 7 * DAY
        package_expiry.run(until)
        package_expiry.run(until + DAY)
        assert fresh(Delivery, delivery_id).expired_at == until

    def test_is_announced_again_when_it_was_opened_anew(self, ready, inbox, now):
        case, delivery_id, staff = ready
        outbox_delivery.run(now)
        until = fresh(Delivery, delivery_id).until
        package_expiry.run(until - DAY)
        delivery.renew(delivery_id, actor_of(staff), until - DAY)
        package_expiry.run(fresh(Delivery, delivery_id).until - DAY)
        assert len(mails(case.id, "m14")) == 2


class TestAQuestionOfIdentity:
    def test_stops_the_clock_when_its_notice_is_accepted(self, make, house, inbox, now):
        staff, case = make.staff(house), make.case(house)
        method = next(iter(verification.ASKABLE))
        command = verification.AskIdentity("c" * 32, case.id, method, "Tvil", "Hvem?")
        verification.ask(command, actor_of(staff), now)
        assert right_of(case).is_suspended is False
        outbox_delivery.run(now)
        db.session.rollback()
        check = fresh(verification.IdentityCheck, "c" * 32)
        assert check.notified_at == now
        assert right_of(case).is_suspended == check.pauses


class TestAnUnconfirmedAddress:
    def test_is_reminded_after_a_day_and_after_three(self, make, house, inbox, now):
        case = make_request(house).case
        outbox_delivery.run(now)
        for hours in range(0, 24 * 10, 5):
            assert address_reminders.run(now + timedelta(hours=hours)) == 0
        steps = [mail.key.rpartition(":")[2] for mail in mails(case.id, "m03")]
        assert steps == ["24", "72"]

    def test_gets_one_reminder_after_days_of_silence(self, make, house, inbox, now):
        case = make_request(house).case
        outbox_delivery.run(now)
        address_reminders.run(now + 4 * DAY)
        address_reminders.run(now + 5 * DAY)
        assert len(mails(case.id, "m03")) == 1

    def test_is_left_alone_once_it_is_confirmed(self, make, house, inbox, now):
        case = make_request(house).case
        outbox_delivery.run(now)
        with transaction() as session:
            session.get_one(Case, case.id).address_confirmed_at = now
        address_reminders.run(now + 2 * DAY)
        assert mails(case.id, "m03") == []

    def test_of_a_victim_is_written_to_once_whatever_strangers_ask(
        self, make, house, inbox, now
    ):
        for _ in range(20):
            make_request(house, email="victim@example.org")
        moment = now
        for _ in range(30):
            outbox_delivery.run(moment)
            address_reminders.run(moment)
            moment += timedelta(hours=4)
        assert inbox.recipients.count("victim@example.org") == 3
        waiting = select(OutboxMessage.id).where(OutboxMessage.state == "waiting")
        assert db.session.scalars(waiting).all() == []


class TestTheOutbox:
    def test_is_empty_ten_minutes_after_a_server_comes_back_from_two_days_away(
        self, make, house, inbox, now, monkeypatch
    ):
        for number in range(15):
            received = now - timedelta(days=number)
            make_request(house, email=f"p{number}@example.org", received_at=received)
        inbox.at_data = ["451 Not now"] * 10_000
        moment = now
        while moment < now + 2 * DAY:
            assert outbox_delivery.run(moment) == 0
            moment += timedelta(minutes=30)
        inbox.at_data = []
        for _ in range(10):
            outbox_delivery.run(moment)
            moment += timedelta(minutes=1)
        assert outbox.deliver_next(moment) is None
        people = [one for one in inbox.recipients if one.startswith("p")]
        assert sorted(people) == sorted(f"p{number}@example.org" for number in range(15))
