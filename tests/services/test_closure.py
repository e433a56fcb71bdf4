"""Endings are true: no outcome without what it says."""

import pytest
from sqlalchemy import select

from dsar.domain.cases import Outcome
from dsar.domain.events import EventKind
from dsar.domain.rights import Right
from dsar.models import Case, OutboxMessage, db
from dsar.services.answer import closure, delivery
from dsar.services.casefile import CaseFile
from dsar.services.transaction import transaction
from dsar.services.work import collection
from tests.factories.rights import make_refusal, make_sent
from tests.factories.work import actor_of, make_delivery, make_settled, right_of
from tests.services.log import events, kinds


@pytest.fixture
def office(make):
    """A case, who works on it and who approves."""
    organisation = make.organisation()
    return make.case(organisation), make.staff(organisation), make.staff(organisation)


def close(case, outcome, staff, now, right="access"):
    closure.close_right(right_of(case, right).id, outcome, actor_of(staff), now)
    db.session.expire_all()


def write_to(case, staff, now):
    with transaction() as session:
        file = CaseFile(session, session.get_one(Case, case.id), actor_of(staff), now)
        file.record(EventKind.MESSAGE_SENT, message="0" * 32, files=0)


def letters():
    query = select(OutboxMessage).where(OutboxMessage.template == "m17")
    return list(db.session.scalars(query))


class TestClosing:
    def test_ends_right_and_case_and_tells_the_person(self, office, now):
        case, staff, other = office
        delivery.open_answer(make_delivery(case, staff, other, now), now)
        for _ in range(2):
            close(case, Outcome.FULFILLED, staff, now)
        assert (right_of(case).state, right_of(case).outcome) == ("closed", "fulfilled")
        assert (case.state, case.outcome, case.closed_at) == ("closed", "fulfilled", now)
        assert kinds(case)[-2:] == ["right_closed", "case_closed"]
        (letter,) = letters()
        assert letter.facts == {"deleted_on": "2029-12-31"}

    @pytest.mark.parametrize(
        ("outcome", "error"),
        [
            (Outcome.FULFILLED, collection.TaskOpen),
            (Outcome.PARTLY, collection.TaskOpen),
            (Outcome.NOTHING_HELD, collection.TaskOpen),
            (Outcome.REFUSED, closure.NotDelivered),
            (Outcome.NO_ANSWER, closure.PersonNotTold),
            (Outcome.FORWARDED, closure.NotForwarded),
        ],
    )
    def test_is_refused_without_leaving_a_trace(self, office, now, outcome, error):
        case, staff, _ = office
        before = kinds(case)
        with pytest.raises(error):
            close(case, outcome, staff, now)
        db.session.expire_all()
        assert (right_of(case).state, case.state, kinds(case)) == (
            "received",
            "received",
            before,
        )
        assert letters() == []

    @pytest.mark.parametrize("outcome", [Outcome.FULFILLED, Outcome.NOTHING_HELD])
    def test_calls_nothing_answered_before_the_answer_is_delivered(self, office, now, outcome):
        case, staff, _ = office
        make_settled(case, staff, now, found=0)
        with pytest.raises(closure.NotDelivered):
            close(case, outcome, staff, now)

    def test_does_not_say_that_nothing_is_held_where_something_was_found(self, office, now):
        case, staff, other = office
        delivery.open_answer(make_delivery(case, staff, other, now), now)
        with pytest.raises(closure.SomethingHeld):
            close(case, Outcome.NOTHING_HELD, staff, now)

    def test_needs_no_search_where_the_person_has_withdrawn(self, office, now):
        case, staff, _ = office
        close(case, Outcome.WITHDRAWN, staff, now)
        assert (case.state, case.outcome) == ("closed", "withdrawn")

    def test_refuses_once_the_letter_with_its_reasons_has_arrived(self, office, now):
        case, staff, other = office
        make_refusal(case, staff, now)
        with pytest.raises(closure.NotDelivered):
            close(case, Outcome.REFUSED, staff, now)
        delivery.open_answer(make_sent(case, staff, other, now, "access"), now)
        with pytest.raises(collection.TaskOpen):
            close(case, Outcome.FULFILLED, staff, now)
        close(case, Outcome.REFUSED, staff, now)
        assert case.outcome == "refused"


class TestACaseOfSeveralRights:
    @pytest.fixture
    def several(self, make):
        organisation = make.organisation()
        case = make.case(organisation, rights=(Right.ACCESS, Right.ERASURE, Right.OBJECTION))
        return case, make.staff(organisation)

    def test_goes_on_while_one_is_open(self, several, now):
        case, staff = several
        close(case, Outcome.WITHDRAWN, staff, now)
        assert (case.state, case.closed_at, letters()) == ("received", None, [])

    def test_ends_together_all_or_none(self, several, now):
        case, staff = several
        ids = [right_of(case, right).id for right in ("access", "erasure", "objection")]
        outcomes = [Outcome.WITHDRAWN, Outcome.WITHDRAWN, Outcome.NO_ANSWER]
        ends = dict(zip(ids, outcomes, strict=True))
        with pytest.raises(closure.PersonNotTold):
            closure.close_case(case.id, ends, actor_of(staff), now)
        db.session.expire_all()
        assert case.state == "received"
        write_to(case, staff, now)
        closure.close_case(case.id, ends, actor_of(staff), now)
        db.session.expire_all()
        assert (case.state, case.outcome) == ("closed", "partly")
        assert len(events(case, "right_closed")) == 3
