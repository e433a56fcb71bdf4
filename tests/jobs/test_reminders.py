"""Reminders: each step of each date once, whatever happens to the schedulers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from dsar.domain.cases import State
from dsar.domain.rights import Right
from dsar.jobs import deadline_reminders, late_notices, schedule
from dsar.models import (
    CaseEvent,
    OutboxMessage,
    Reminder,
    RequestedRight,
    Task,
    db,
)
from dsar.services import leases
from dsar.services.mail import reminders
from dsar.services.transaction import transaction

#: A Thursday; thirty days promised by this organisation end on Saturday 19 December 2026.
RECEIVED = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
DUE = date(2026, 12, 19)


def at(day, hour=7, minute=5):
    """Five past eight in Oslo, in winter."""
    return datetime(2026, day[0], day[1], hour, minute, tzinfo=UTC)


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def case(make, house):
    case = make.case(house, now=RECEIVED)
    assert case.sort_on == DUE
    return case


def rows():
    db.session.rollback()
    return db.session.scalars(select(Reminder).order_by(Reminder.created_at)).all()


def letters(*templates):
    db.session.rollback()
    query = select(OutboxMessage).where(OutboxMessage.template.in_(templates))
    return db.session.scalars(query.order_by(OutboxMessage.created_at)).all()


def change(row, **values):
    with transaction() as session:
        found = session.get_one(type(row), row.id)
        for name, value in values.items():
            setattr(found, name, value)


def right_of(case):
    db.session.rollback()
    return db.session.scalars(
        select(RequestedRight).where(RequestedRight.case_id == case.id)
    ).one()


def walk(first, days, each=deadline_reminders.run):
    for passed in range(days * 24):
        assert each(first + timedelta(hours=passed)) == 0


class TestTheLadder:
    def test_leaves_each_step_once_and_then_every_open_day(self, make, house, case):
        ida = make.staff(house, roles=("handler",))
        change(case, owner_id=ida.id)
        walk(RECEIVED, 36)
        steps = [row.step for row in rows()]
        assert steps == [
            *("before-14", "before-7", "before-3", "before-1"),
            *("late-2", "late-3", "late-4", "late-5"),
        ]
        assert {row.staff_id for row in rows()} == {ida.id}
        events = db.session.scalars(
            select(CaseEvent).where(CaseEvent.kind == "deadline_reminded")
        )
        assert len(events.all()) == len(steps)

    def test_says_the_same_after_a_restart(self, make, house, case):
        make.staff(house)
        for _ in range(3):
            deadline_reminders.run(at((12, 4)))
            leases.keep_only([])
        assert len(rows()) == 1

    def test_sends_one_mail_after_ten_days_of_silence_and_says_it_is_late(
        self, make, house, case
    ):
        make.staff(house)
        leases.begin_run(deadline_reminders.JOB, at((12, 3)))
        leases.end_run(deadline_reminders.JOB, at((12, 3)), 0)
        deadline_reminders.run(at((12, 16), 15))
        (letter,) = letters("t05")
        assert letter.facts["is_late"] is True
        assert [row.step for row in rows()] == ["before-3"]

    def test_says_overdue_when_its_first_run_comes_forty_days_late(self, make, house, case):
        make.staff(house)
        deadline_reminders.run(RECEIVED + timedelta(days=70))
        (letter,) = letters("t07")
        assert (letter.facts["n"], letter.facts["is_late"]) == (40, True)

    def test_is_not_late_for_a_case_that_came_late(self, make, house):
        make.staff(house)
        make.case(house, received_at=RECEIVED - timedelta(days=20), now=RECEIVED)
        deadline_reminders.run(RECEIVED + timedelta(hours=1))
        assert len(rows()) == 1
        assert letters("t03", "t04")[0].facts["is_late"] is False

    def test_starts_anew_when_the_date_moves(self, make, house, case):
        make.staff(house)
        deadline_reminders.run(at((12, 4)))
        later = DUE + timedelta(days=30)
        change(right_of(case), sort_on=later, binding_on=later)
        change(case, sort_on=later)
        deadline_reminders.run(at((12, 11)))
        assert len(rows()) == 1
        deadline_reminders.run(datetime(2027, 1, 4, 8, 0, tzinfo=UTC))
        assert [(row.step, row.due_on) for row in rows()] == [
            ("before-14", DUE),
            ("before-14", later),
        ]

    def test_is_silent_about_rights_that_are_answered(self, make, house, case):
        make.staff(house)
        change(right_of(case), state=str(State.DELIVERED))
        deadline_reminders.run(at((12, 18)))
        assert rows() == []

    def test_counts_without_the_pause_and_says_so(self, make, house, case):
        make.staff(house)
        change(right_of(case), is_suspended=True, binding_on=None)
        deadline_reminders.run(at((12, 4)))
        (letter,) = letters("t03")
        assert letter.facts["is_suspended"] is True

    def test_is_one_letter_for_two_rights_with_one_date(self, make, house):
        make.staff(house)
        make.case(house, rights=(Right.ACCESS, Right.ERASURE), now=RECEIVED)
        deadline_reminders.run(at((12, 4)))
        assert len(rows()) == 2
        assert len(letters("t03")) == 1


class TestTheRightPeople:
    def test_are_told(self, make, house, case):
        people = {
            role: make.staff(house, roles=(role,))
            for role in ("handler", "approver", "admin", "data_protection_officer", "auditor")
        }
        make.staff(house, roles=("approver",), disabled_at=RECEIVED)
        owner = make.staff(house, roles=("handler",))
        change(case, owner_id=owner.id)
        told = {}
        for day in ((12, 4), (12, 11), (12, 16), (12, 18), (12, 21)):
            before = {row.id for row in rows()}
            deadline_reminders.run(at(day))
            told[day] = {row.staff_id for row in rows() if row.id not in before}
        names = {person.id: role for role, person in people.items()} | {owner.id: "owner"}
        assert [{names[one] for one in told[day]} for day in told] == [
            {"owner"},
            {"owner", "approver"},
            {"owner", "approver", "admin"},
            {"owner", "approver", "admin", "data_protection_officer"},
            {"owner", "approver", "admin", "data_protection_officer"},
        ]

    def test_are_all_handlers_and_admins_where_nobody_is_responsible(self, make, house, case):
        handler = make.staff(house, roles=("handler",))
        admin = make.staff(house, roles=("admin",))
        make.staff(house, roles=("auditor",))
        deadline_reminders.run(at((12, 4)))
        assert {row.staff_id for row in rows()} == {handler.id, admin.id}

    def test_are_of_this_organisation(self, make, case):
        other = make.organisation("inmeta")
        make.staff(other)
        deadline_reminders.run(at((12, 4)))
        assert rows() == []


class TestOneBadCase:
    def test_does_not_stop_the_others(self, make, house, monkeypatch):
        make.staff(house)
        bad, good = (make.case(house, now=RECEIVED) for _ in range(2))
        whole = reminders.remind

        def breaks(case_id, *rest):
            assert case_id != bad.id
            return whole(case_id, *rest)

        monkeypatch.setattr(reminders, "remind", breaks)
        assert deadline_reminders.run(at((12, 4))) == 1
        assert [row.case_id for row in rows()] == [good.id]


class TestTheLateNotice:
    def test_goes_out_once_when_the_date_has_passed(self, case):
        walk(at((12, 18)), 4, late_notices.run)
        (letter,) = letters("m11")
        assert letter.recipient == "person"
        assert letter.created_at >= datetime(2026, 12, 20, 7, 0, tzinfo=UTC)
        events = db.session.scalars(
            select(CaseEvent).where(CaseEvent.kind == "deadline_passed")
        )
        assert len(events.all()) == 1

    def test_goes_out_again_for_another_date_only(self, case):
        late_notices.run(at((12, 21)))
        later = DUE + timedelta(days=30)
        change(right_of(case), sort_on=later, binding_on=later)
        change(case, sort_on=later)
        late_notices.run(at((12, 22)))
        assert len(letters("m11")) == 1
        late_notices.run(datetime(2027, 1, 20, 12, tzinfo=UTC))
        assert len(letters("m11")) == 2

    def test_waits_while_the_clock_is_paused(self, case):
        change(right_of(case), is_suspended=True, binding_on=None)
        late_notices.run(at((12, 30)))
        assert letters("m11") == []


class TestTasks:
    def test_are_remembered_before_their_source_vanishes_and_when_late(self, make, house, case):
        ida = make.staff(house)
        expected = {
            (task.vanishes_on, task.due_on)
            for task in db.session.scalars(select(Task).where(Task.case_id == case.id))
        }
        vanishing = {gone for gone, _ in expected if gone}
        assert vanishing == {date(2026, 12, 4)}
        walk(RECEIVED, 20, schedule.JOBS["task_reminders"][0])
        (warning,) = letters("t11")
        assert (warning.staff_id, warning.facts["gone_on"]) == (ida.id, "2026-12-04")
        assert warning.created_at.date() == date(2026, 12, 1)
        late = letters("t10")
        assert len(late) == len({due for _, due in expected})
        assert max(letter.facts["system"].count(",") for letter in late) <= 1

    def test_that_are_settled_are_forgotten(self, make, house, case):
        make.staff(house)
        with transaction() as session:
            for task in session.scalars(select(Task).where(Task.case_id == case.id)):
                task.settled_at = RECEIVED
        walk(RECEIVED, 20, schedule.JOBS["task_reminders"][0])
        assert rows() == []


class TestEveryJob:
    def test_runs_twice_on_an_empty_house(self, app, now):
        for name in schedule.JOBS:
            assert [schedule.run_job(name, now) for _ in range(2)] == [0, 0], name
