"""An incomplete answer opens its right again: the old clock, the old package, a new answer."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from dsar.domain.cases import Outcome, State
from dsar.domain.deliveries import How, What
from dsar.domain.events import PERSON
from dsar.domain.reopening import Judgement, MissingUnsaid, NothingToReopen, ReopenReason
from dsar.domain.rights import Right
from dsar.jobs import deadline_reminders, follow_ups, late_notices
from dsar.models import Case, Message, OutboxMessage, Package, RequestedRight, db, new_id
from dsar.services.answer import approval, closure, delivery, packaging, reopening, unlocking
from dsar.services.clock import withdrawal
from dsar.services.progress import AnswerSent
from dsar.services.work import collection
from tests.factories import work
from tests.factories.mail import let_leave, letters_of
from tests.factories.work import actor_of, right_of, tasks_of
from tests.services.log import events, kinds

MISSING = "Fakturaene fra 2024 mangler."


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def staff(make, house):
    return make.staff(house), make.staff(house)


@pytest.fixture
def case(make, house, now):
    return make.case(house, now=now)


@pytest.fixture
def answered(case, staff, now):
    """The id of the delivery: read by its person."""
    delivery_id = work.make_delivery(case, *staff, now)
    delivery.download(delivery_id, What.ZIP, now)
    return delivery_id


def again(case, staff, now, rights=("access",), once=None):
    command = reopening.Reopen(
        case.id, frozenset(rights), ReopenReason.FOUND_MORE, once or new_id()
    )
    reopening.reopen(command, actor_of(staff), now)


def says(case, now, judgement=Judgement.PART, missing=MISSING, once="o", rights=("access",)):
    command = reopening.Judge(case.id, judgement, frozenset(rights), missing, once)
    return reopening.judge(command, PERSON, now)


def fresh(case):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Case, case.id)


class TestAnAnswerThatWasNotEnough:
    @pytest.mark.usefixtures("answered")
    def test_opens_its_right_on_the_original_clock(self, case, staff, now):
        before = right_of(case).binding_on
        again(case, staff[0], now + timedelta(days=3))
        right = right_of(case)
        assert (right.state, right.binding_on) == ("collecting", before)
        assert fresh(case).state == "collecting"
        (event,) = events(case, "right_reopened")
        assert event.facts == {"right": "access", "reason": "found_more"}

    @pytest.mark.usefixtures("answered")
    def test_is_late_at_once_where_the_date_is_over(self, case, staff, now):
        later = now + timedelta(days=60)
        again(case, staff[0], later)
        assert fresh(case).binding_on < later.date()

    @pytest.mark.usefixtures("answered")
    def test_opens_a_closed_case_without_its_outcome(self, case, staff, now):
        closure.close_right(right_of(case).id, Outcome.FULFILLED, actor_of(staff[0]), now)
        again(case, staff[0], now)
        row = fresh(case)
        assert (row.state, row.outcome, row.closed_at) == ("collecting", None, None)
        assert right_of(case).outcome is None

    def test_leaves_the_old_answer_readable_and_takes_a_new_one(
        self, case, staff, now, answered
    ):
        ida, per = staff
        old = delivery.open_answer(answered, now)
        old_bytes = b"".join(old.chunks)
        again(case, ida, now)
        (view,) = unlocking.answers_of(case.id, now)
        assert (view.is_open, view.is_last) == (True, False)
        collection.reopen_task(tasks_of(case)[0].id, actor_of(ida), now)
        work.make_finding(tasks_of(case)[0], ida, now, category="Faktura")
        later = now + timedelta(hours=2)
        work.make_settled_again(case, ida, later)
        work.make_decided(case, ida, later)
        package_id = packaging.build(right_of(case).id, actor_of(ida), later)
        assert b"".join(delivery.open_answer(answered, later).chunks) == old_bytes
        approval.ask_approval(package_id, actor_of(ida), later)
        approval.approve(package_id, True, actor_of(per), later)
        second = delivery.send(
            delivery.SendAnswer(package_id, How.PORTAL), actor_of(ida), later
        )
        let_leave("m12", later)
        assert second != answered
        assert right_of(case).state == State.DELIVERED
        (view,) = unlocking.answers_of(case.id, later)
        assert (view.delivery_id, view.is_last) == (second, True)

    def test_builds_the_same_again_where_nothing_was_added(self, case, staff, now, answered):
        ida, _ = staff
        again(case, ida, now)
        collection.finish_collection(right_of(case).id, actor_of(ida), now)
        packaging.build(right_of(case).id, actor_of(ida), now)
        packages = db.session.scalars(select(Package)).all()
        assert sorted(p.replaced_at is None for p in packages) == [False, True]
        assert delivery.open_answer(answered, now).size > 0

    @pytest.mark.usefixtures("answered")
    def test_protects_what_was_handed_over_until_then(self, case, staff, now):
        with pytest.raises(AnswerSent):
            collection.reopen_task(tasks_of(case)[0].id, actor_of(staff[0]), now)
        with pytest.raises(AnswerSent):
            work.make_finding(tasks_of(case)[0], staff[0], now)

    @pytest.mark.usefixtures("answered")
    def test_is_told_to_the_person_and_to_the_colleague_who_is_responsible(
        self, case, staff, now
    ):
        ida, per = staff
        form = new_id()
        for _ in range(2):
            again(case, ida, now, once=form)
        assert len(letters_of("m24")) == 1
        assert [row.staff_id for row in letters_of("t22")] == [per.id]
        assert kinds(case).count("right_reopened") == 1

    @pytest.mark.usefixtures("answered")
    def test_arms_the_reminders_and_the_apology_again(self, case, staff, now):
        later = now + timedelta(days=45)
        with time_machine.travel(later, tick=False):
            assert deadline_reminders.run(later) == 0
            assert letters_of("t07") == []
            again(case, staff[0], later)
            assert deadline_reminders.run(later) == 0
            assert late_notices.run(later) == 0
        assert len(letters_of("t07")) == len(staff)
        assert len(letters_of("m11")) == 1

    @pytest.mark.usefixtures("answered")
    def test_is_told_of_its_second_end_as_of_its_first(self, case, staff, now):
        ida, _ = staff
        closure.close_right(right_of(case).id, Outcome.FULFILLED, actor_of(ida), now)
        again(case, ida, now)
        withdrawal.withdraw(case.id, ["access"], PERSON, now)
        assert fresh(case).outcome == "withdrawn"
        assert len(letters_of("m17")) == 1
        assert len(letters_of("m21")) == 1


class TestIsNotOpenedAgain:
    @pytest.mark.parametrize("rights", [(), ("access",)])
    def test_what_nobody_has_answered(self, case, staff, now, rights):
        if not rights:
            with pytest.raises(NothingToReopen):
                again(case, staff[0], now, rights)
        else:
            again(case, staff[0], now, rights)  # it is open: again is no error
        assert kinds(case) == ["case_opened"]

    def test_what_the_person_took_back(self, make, house, staff, now):
        case = make.case(house, (Right.ACCESS, Right.ERASURE), now=now)
        withdrawal.withdraw(case.id, ["access"], PERSON, now)
        assert reopening.reopenable(case.id) == []
        with pytest.raises(NothingToReopen):
            again(case, staff[0], now)


class TestThePersonSays:
    @pytest.mark.usefixtures("answered")
    def test_what_is_missing_and_the_case_is_open_again(self, case, staff, now):
        assert says(case, now)
        assert right_of(case).state == "collecting"
        message = db.session.scalars(select(Message)).one()
        assert MISSING.encode() not in message.body
        assert events(case, "right_reopened")[0].facts["reason"] == "person_says"
        assert events(case, "answer_judged")[0].facts == {"judgement": "part"}
        assert MISSING not in str([event.facts for event in events(case)])
        assert {row.staff_id for row in letters_of("t22")} == {one.id for one in staff}
        assert letters_of("m24") == []

    @pytest.mark.usefixtures("answered")
    def test_it_twice_by_the_same_form_once(self, case, now):
        for _ in range(2):
            assert says(case, now)
        assert len(db.session.scalars(select(Message)).all()) == 1
        assert kinds(case).count("right_reopened") == 1

    @pytest.mark.usefixtures("answered")
    def test_more_while_it_is_open_again(self, case, now):
        says(case, now)
        says(case, now, missing="Og bildene.", once="second")
        assert len(db.session.scalars(select(Message)).all()) == 2
        assert kinds(case).count("right_reopened") == 1

    @pytest.mark.usefixtures("answered")
    def test_that_all_is_well_and_nothing_moves(self, case, now):
        for _ in range(2):
            assert not says(case, now, Judgement.YES, "")
        assert right_of(case).state == "delivered"
        assert kinds(case).count("answer_judged") == 1

    @pytest.mark.usefixtures("answered")
    @pytest.mark.parametrize("judgement", [Judgement.PART, Judgement.NO])
    def test_nothing_without_words(self, case, now, judgement):
        with pytest.raises(MissingUnsaid):
            says(case, now, judgement, "  ")
        assert right_of(case).state == "delivered"


class TestAWeekLater:
    def ask(self, moment):
        with time_machine.travel(moment, tick=False):
            assert follow_ups.run(moment) == 0
        return len(letters_of("m19"))

    @pytest.mark.usefixtures("answered")
    def test_the_person_is_asked_once(self, case, now):
        assert self.ask(now + timedelta(days=7, seconds=-1)) == 0
        assert self.ask(now + timedelta(days=7)) == 1
        assert self.ask(now + timedelta(days=9)) == 1

    @pytest.mark.usefixtures("answered")
    def test_nobody_is_asked_who_has_said_it_already(self, case, now):
        says(case, now, Judgement.YES, "")
        assert self.ask(now + timedelta(days=8)) == 0

    @pytest.mark.usefixtures("answered")
    def test_nobody_is_asked_while_the_case_is_open_again(self, case, staff, now):
        again(case, staff[0], now)
        assert self.ask(now + timedelta(days=8)) == 0

    @pytest.mark.usefixtures("answered")
    def test_nobody_is_asked_a_month_late(self, case, now):
        assert self.ask(now + timedelta(days=31)) == 0

    def test_nobody_is_asked_who_has_no_answer(self, case, now):
        assert self.ask(now + timedelta(days=8)) == 0
        assert db.session.scalars(select(OutboxMessage)).all() == []
        assert db.session.scalars(select(RequestedRight)).one().state == "received"
