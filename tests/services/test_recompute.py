"""Corrected rules and calendars: listed first, then applied in the open."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from dsar.domain.cases import Outcome
from dsar.domain.events import Actor
from dsar.domain.rights import Right
from dsar.models import Case, CaseEvent, OutboxMessage, Reminder, RequestedRight, db
from dsar.services.answer import closure
from dsar.services.clock import recompute
from dsar.services.mail import reminders
from dsar.services.transaction import transaction

CLI = Actor("cli", "test")
RECEIVED = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
TODAY = RECEIVED + timedelta(days=1)


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def case(make, house):
    make.staff(house)
    return make.case(house, rights=(Right.ACCESS, Right.ERASURE), now=RECEIVED)


def remember(case, **values):
    """Let the rows say what an older calendar, or older rules, once led to."""
    with transaction() as session:
        for right in session.scalars(
            select(RequestedRight).where(RequestedRight.case_id == case.id)
        ):
            for name, value in values.items():
                setattr(right, name, value)
        row = session.get_one(Case, case.id)
        row.sort_on = values.get("sort_on", row.sort_on)


def older(case, days, **stamps):
    """Let every date have been counted so many days later than it is counted now."""
    day = case.sort_on + timedelta(days=days)
    names = ("binding_on", "sort_on", "statutory_on", "unpaused_on")
    remember(case, **dict.fromkeys(names, day), **(stamps or {"calendar_hash": "older"}))


def kinds(case):
    db.session.rollback()
    query = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    return [event.kind for event in db.session.scalars(query)]


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


class TestRecompute:
    def test_finds_nothing_where_nothing_has_changed(self, case):
        assert recompute.moves_of(case.id) == []
        assert recompute.open_cases() == [case.id]

    def test_lists_what_would_move_and_writes_nothing(self, case):
        due = case.sort_on
        older(case, 3)
        moves = recompute.moves_of(case.id)
        assert [(m.right, m.after, m.cause, m.is_earlier) for m in moves] == [
            ("access", due, "calendar", True),
            ("erasure", due, "calendar", True),
        ]
        assert kinds(case) == ["case_opened"]
        assert db.session.get_one(Case, case.id).sort_on == due + timedelta(days=3)

    @pytest.mark.parametrize(
        ("stamps", "cause"),
        [
            ({"calendar_hash": "older"}, "calendar"),
            ({"rule_version": "1900"}, "rules"),
            ({"clock_flags": []}, "law"),
        ],
    )
    def test_says_what_has_changed(self, case, stamps, cause):
        older(case, 1, **stamps)
        assert {move.cause for move in recompute.moves_of(case.id)} == {cause}

    def test_applies_with_an_entry_and_one_letter_to_each_who_is_responsible(self, case):
        due = case.sort_on
        older(case, 3)
        recompute.apply_moves(case.id, CLI, TODAY)
        assert kinds(case) == ["case_opened", "deadline_moved", "deadline_moved"]
        entry = db.session.scalars(
            select(CaseEvent).where(CaseEvent.kind == "deadline_moved")
        ).first()
        assert entry.facts["cause"] == "calendar"
        assert entry.facts["before"] == str(due + timedelta(days=3))
        letters = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "t20.earlier")
        ).all()
        assert [letter.facts["due"] for letter in letters] == [str(due)]
        assert db.session.get_one(Case, case.id).sort_on == due

    def test_applies_once(self, case):
        older(case, -3)
        recompute.apply_moves(case.id, CLI, TODAY)
        before = kinds(case)
        assert recompute.apply_moves(case.id, CLI, TODAY) == []
        assert kinds(case) == before

    def test_renews_the_stamp_of_a_date_that_stays(self, case):
        remember(case, calendar_hash="older")
        moves = recompute.apply_moves(case.id, CLI, TODAY)
        assert [move.has_moved for move in moves] == [False, False]
        assert kinds(case)[1:] == ["deadline_recounted", "deadline_recounted"]
        assert recompute.moves_of(case.id) == []
        assert "t20" not in set(db.session.scalars(select(OutboxMessage.template)))

    def test_leaves_a_right_alone_whose_clock_has_ended(self, case):
        right = db.session.scalars(
            select(RequestedRight).where(RequestedRight.right == "erasure")
        ).one()
        closure.close_right(right.id, Outcome.WITHDRAWN, CLI, TODAY)
        older(case, 3)
        assert [move.right for move in recompute.moves_of(case.id)] == ["access"]

    def test_makes_an_earlier_date_remind_again(self, case):
        due = case.sort_on
        older(case, 20)
        later = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)
        assert date(2026, 12, 19) == due
        sent = count(Reminder)
        reminders.remind(case.id, None, CLI, later)
        assert count(Reminder) == sent
        recompute.apply_moves(case.id, CLI, later)
        assert reminders.cases_to_remind(later) == [case.id]
        assert reminders.remind(case.id, None, CLI, later) == 2
        assert reminders.cases_to_remind(later) == []
