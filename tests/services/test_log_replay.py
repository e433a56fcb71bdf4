"""The log replayed against the rows: dates, states and the case's own say what the log says."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from dsar.domain.cases import CLOCK_RUNS, Outcome, State, case_state
from dsar.domain.deliveries import What
from dsar.domain.events import PERSON, Actor
from dsar.domain.identity import Method
from dsar.domain.rights import Right
from dsar.models import Case, OutboxMessage, RequestedRight, db, new_id
from dsar.services.answer import closure, delivery
from dsar.services.casefile import CaseFile
from dsar.services.clock import deadlines, withdrawal
from dsar.services.identity import verification
from dsar.services.mail.notices import follow_up
from dsar.services.transaction import transaction
from dsar.services.work import collection
from tests.factories import work
from tests.factories.work import actor_of, right_of, tasks_of
from tests.services.log import events

#: What an entry of the log says of how far its right has come.
TELLS = {
    "work_started": State.COLLECTING,
    "collection_finished": State.REVIEWING,
    "collection_reopened": State.COLLECTING,
    "package_approved": State.READY,
    "delivered": State.DELIVERED,
    "right_closed": State.CLOSED,
    "right_reopened": State.COLLECTING,
}
DATES = (
    "unadjusted_on",
    "statutory_on",
    "earliest_on",
    "promise_on",
    "binding_on",
    "unpaused_on",
    "target_on",
    "sort_on",
    "is_suspended",
    "rule_version",
    "calendar_hash",
)


def told_states(case):
    """The state of each right of a case, as nothing but its log tells it."""
    entries = events(case)
    states = dict.fromkeys(entries[0].facts["rights"], State.RECEIVED)
    for entry in entries:
        right = entry.facts.get("right")
        if entry.kind in TELLS:
            states[right] = TELLS[entry.kind]
        elif entry.kind == "package_outdated" and states[right] is State.READY:
            states[right] = State.REVIEWING
    return states


def started(case, house, now):
    collection.start(case.id, actor_of(house[0]), now)


def collected(case, house, now):
    work.make_settled(case, house[0], now)


def collected_again(case, house, now):
    collected(case, house, now)
    collection.reopen_task(tasks_of(case)[0].id, actor_of(house[0]), now)


def approved(case, house, now):
    work.make_approved(case, *house, now)


def changed_after_approval(case, house, now):
    approved(case, house, now)
    work.make_finding(tasks_of(case)[0], house[0], now)


def opened_again_after_approval(case, house, now):
    approved(case, house, now)
    collection.reopen_task(tasks_of(case)[0].id, actor_of(house[0]), now)


def delivered(case, house, now):
    delivery_id = work.make_delivery(case, *house, now)
    delivery.download(delivery_id, What.ZIP, now)


def closed(case, house, now):
    delivered(case, house, now)
    closure.close_right(right_of(case).id, Outcome.FULFILLED, actor_of(house[0]), now)


def asked(case, house, now):
    """A question about who she is has left the house: the clock stands."""
    command = verification.AskIdentity(new_id(), case.id, Method.QUESTION, "Ny adresse", "Når?")
    verification.ask(command, actor_of(house[0]), now)
    with transaction() as session:
        query = select(OutboxMessage).where(OutboxMessage.template.like("m05%"))
        file = CaseFile(session, session.get_one(Case, case.id), Actor("job", "outbox"), now)
        follow_up(file, session.scalars(query).one())


def asked_and_answered(case, house, now):
    asked(case, house, now)
    later = now + timedelta(days=6)
    with time_machine.travel(later, tick=False):
        check = verification.open_check(db.session, case.id)
        verification.answer_identity(check.id, "I mai", PERSON, later)


def withdrawn_and_taken_up_again(case, house, now):
    started(case, house, now)
    right = right_of(case)
    closure.close_right(right.id, Outcome.WITHDRAWN, PERSON, now)
    withdrawal.undo(case.id, PERSON, now + timedelta(hours=1))


STAGES = (
    started,
    collected,
    collected_again,
    approved,
    changed_after_approval,
    opened_again_after_approval,
    delivered,
    closed,
    asked,
    asked_and_answered,
    withdrawn_and_taken_up_again,
)


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
class TestALog:
    @pytest.fixture
    def case(self, make, now, stage):
        """A case with two rights, one of them worked as far as its stage says."""
        organisation = make.organisation()
        house = make.staff(organisation), make.staff(organisation)
        case = make.case(organisation, rights=(Right.ACCESS, Right.ERASURE))
        stage(case, house, now)
        db.session.expire_all()
        return db.session.get_one(Case, case.id)

    def test_tells_the_state_of_every_right_and_of_the_case(self, case):
        rights = deadlines.rights_of(db.session, case.id)
        told = told_states(case)
        assert {right.right: State(right.state) for right in rights} == told
        assert State(case.state) is case_state(told.values())

    def test_replayed_gives_every_date_of_a_running_clock_and_names_what_moved(self, case):
        rights = deadlines.rights_of(db.session, case.id)
        running = [right for right in rights if State(right.state) in CLOCK_RUNS]
        for right in running:
            fresh = RequestedRight()
            deadlines.set_dates(fresh, deadlines.reckon(db.session, case, right.right))
            assert {n: getattr(right, n) for n in DATES} == {
                n: getattr(fresh, n) for n in DATES
            }
            assert right.clock_steps == fresh.clock_steps
            moved = [
                e for e in events(case, "deadline_moved") if e.facts["right"] == right.right
            ]
            told = (moved or events(case, "case_opened"))[-1].facts["binding"]
            assert told == (right.binding_on and right.binding_on.isoformat())
        first = min(running or rights, key=lambda right: right.sort_on)
        assert (case.sort_on, case.binding_on) == (first.sort_on, first.binding_on)
