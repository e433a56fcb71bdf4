"""Lists of cases, and who takes them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from dsar.domain.events import Actor
from dsar.domain.rights import Right
from dsar.models import Case, CaseEvent, OutboxMessage, db
from dsar.queries.cases import Wanted, case_rows, count_cases
from dsar.queries.similar import similar_cases
from dsar.services.intake.opening import PersonFacts
from dsar.services.staff.names import names_of, search_keys
from dsar.services.work.assignment import (
    NotAssignable,
    TakeNext,
    assign,
    assign_many,
    take_next,
)

TODAY = date(2026, 11, 20)


@pytest.fixture
def house(make):
    return make.organisation("meetings")


def wanted(house, **filters):
    return Wanted(organisation_ids=[house.id], today=TODAY, **filters)


def numbers(house, **filters):
    rows, _ = case_rows(wanted(house, **filters))
    return [row.case.number for row in rows]


class TestTheQueue:
    def test_puts_the_date_that_binds_first_whatever_the_order_of_arrival(
        self, make, house, now
    ):
        make.case(house)
        make.case(house, received_at=now - timedelta(days=5))
        assert numbers(house) == ["2026-0002", "2026-0001"]

    def test_pages_by_the_last_row_and_repeats_none(self, make, house, now):
        for day in range(5):
            make.case(house, received_at=now - timedelta(days=day))
        first, more = case_rows(wanted(house, limit=3))
        last = first[-1].case
        rest, end = case_rows(wanted(house, limit=3, after=(last.sort_on, last.id)))
        assert (more, end) == (True, False)
        assert len({row.case.id for row in first + rest}) == 5

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("2026-0002", ["2026-0002"]),
            ("OLA@example.org", ["2026-0002"]),
            ("hansen", ["2026-0002"]),
            ("Hansen Ola", ["2026-0002"]),
            ("ola nordmann", []),
            ("%", []),
        ],
    )
    def test_finds_by_number_exact_address_or_all_tokens_of_a_name(
        self, make, house, text, found
    ):
        make.case(house)
        make.case(house, person=PersonFacts("Ola Hansen", email="ola@example.org"))
        assert numbers(house, search=search_keys(text)) == found

    def test_filters_by_right_owner_and_lateness(self, make, house, now):
        ida = make.staff(house)
        make.case(house)
        old = make.case(house, rights=(Right.ERASURE,), received_at=now - timedelta(days=40))
        assign(old.id, ida.id, Actor("staff", ida.id), now)
        late = [db.session.get_one(Case, old.id).number]
        assert numbers(house, due="late") == late
        assert numbers(house, right="erasure") == late
        assert numbers(house, owner_id=ida.id) == late
        assert numbers(house, owner_id="none") != late
        assert count_cases(wanted(house, due="late")) == 1

    def test_shows_nothing_of_another_organisation(self, make, house):
        make.case(make.organisation("inmeta"))
        assert numbers(house) == []

    def test_asks_the_database_as_often_for_fifty_cases_as_for_one(self, app, make, house):
        def queries():
            seen = []
            event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
            db.session.rollback()
            rows, _ = case_rows(wanted(house))
            names_of(row.case.id for row in rows)
            return len(seen)

        make.case(house)
        one = queries()
        for _ in range(9):
            make.case(house)
        assert queries() == one

    def test_knows_the_other_cases_of_the_same_address(self, make, house):
        first, second = make.case(house), make.case(house)
        make.case(house, person=PersonFacts("Ola", email="ola@example.org"))
        assert [case.id for case in similar_cases(first)] == [second.id]


class TestTaking:
    def test_takes_the_most_urgent_free_case_and_each_only_once(self, make, house, now):
        ida, per = make.staff(house), make.staff(house)
        make.case(house)
        urgent = make.case(house, received_at=now - timedelta(days=9)).id
        first = take_next(TakeNext([house.id]), Actor("staff", ida.id), now)
        assert first.id == urgent
        second = take_next(TakeNext([house.id]), Actor("staff", per.id), now)
        assert second.id != urgent
        assert take_next(TakeNext([house.id]), Actor("staff", per.id), now) is None

    def test_pressed_twice_takes_one_case(self, make, house, now):
        ida = make.staff(house)
        make.case(house)
        make.case(house)
        press = TakeNext([house.id], once="0" * 32)
        first = take_next(press, Actor("staff", ida.id), now).id
        assert take_next(press, Actor("staff", ida.id), now).id == first

    def test_sends_no_mail_to_who_took_it_herself(self, make, house, now):
        ida = make.staff(house)
        make.case(house)
        take_next(TakeNext([house.id]), Actor("staff", ida.id), now)
        assert db.session.query(OutboxMessage).filter_by(template="t02").all() == []

    def test_leaves_cases_of_a_house_where_she_does_not_work(self, make, house, now):
        ida = make.staff(house)
        ids = [make.case(house).id, make.case(make.organisation("inmeta")).id]
        assert assign_many(ids, ida.id, Actor("staff", ida.id), now) == 1

    def test_tells_who_is_given_a_case_and_records_it(self, make, house, now):
        ida, per = make.staff(house), make.staff(house)
        case = make.case(house)
        assign(case.id, per.id, Actor("staff", ida.id), now)
        assign(case.id, per.id, Actor("staff", ida.id), now)
        letters = db.session.query(OutboxMessage).filter_by(template="t02").all()
        assert [letter.staff_id for letter in letters] == [per.id]
        assert db.session.query(CaseEvent).filter_by(kind="case_assigned").count() == 1

    def test_refuses_somebody_of_another_house(self, make, house, now):
        stranger = make.staff(make.organisation("inmeta"))
        case = make.case(house)
        with pytest.raises(NotAssignable):
            assign(case.id, stranger.id, Actor("staff", stranger.id), now)

    def test_assigns_many_at_once(self, make, house, now):
        ida = make.staff(house)
        ids = [make.case(house).id for _ in range(3)]
        assert assign_many(ids, ida.id, Actor("staff", ida.id), now) == 3
