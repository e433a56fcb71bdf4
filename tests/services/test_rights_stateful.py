"""Whatever is done to a case with several rights, in whatever order: nothing goes out untrue.

Few walks in the ordinary run; STATEFUL_EXAMPLES and STATEFUL_STEPS ask for more and longer.
"""

import hashlib
import os
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from dsar.domain.cases import TRANSITIONS, Outcome, State, case_state
from dsar.domain.deliveries import How
from dsar.domain.errors import DomainError
from dsar.domain.identity import Method, Verdict
from dsar.domain.measures import ACTS
from dsar.domain.package import TaskAnswer
from dsar.domain.rights import RULES, Right, Work
from dsar.domain.verdicts import ReviewVerdict
from dsar.models import (
    Assessment,
    Decision,
    Delivery,
    Finding,
    IdentityCheck,
    Measure,
    Package,
    RecipientNotice,
    Refusal,
    Task,
    db,
)
from dsar.services.answer import packaging
from dsar.services.rights.recipients import Told
from dsar.services.setup.audit import verify_log
from tests.factories.hands import Hands

FEW = int(os.environ.get("STATEFUL_EXAMPLES", "0"))
STEPS = int(os.environ.get("STATEFUL_STEPS", "40"))
#: How many walks by default, by database.
WALKS = {"sqlite": 12, "postgresql": 3}

pick = st.integers(0, 5)
SEVERAL = st.lists(st.sampled_from(list(Right)), min_size=2, max_size=3, unique=True)

pytestmark = pytest.mark.slow


def reachable():
    """Which states a right may be seen in next, after any number of legal steps at once."""
    onward = {state: {state} for state in State}
    for _ in State:
        for (before, _action), after in TRANSITIONS.items():
            for states in onward.values():
                if before in states:
                    states.add(after)
    return onward


REACHABLE = reachable()


class Walk(RuleBasedStateMachine):
    """Two members of staff and a person press buttons; what they break is a defect."""

    make = start = None
    delivered = 0

    @initialize(rights=SEVERAL)
    def open_a_case(self, rights):
        self.hands = Hands(self.make, tuple(rights), self.start)
        self.sent, self.executed = set(), set()
        for right in self.hands.rights():
            self.hands.fold(right)
        self.states = {right.id: State(right.state) for right in self.hands.rights()}

    def does(self, action, *arguments):
        """Do something: a rule of ours may refuse it, nothing else may."""
        with suppress(DomainError):
            action(*arguments)

    def right(self, number):
        return self.hands.right(number)

    @rule(number=pick, times=st.integers(1, 12), choice=pick)
    def go_on(self, number, times, choice):
        for _ in range(times):
            self.does(self.hands.onward, self.right(number), choice)
            self.nothing_is_untrue()

    @rule(number=pick, choice=pick)
    def go_all_the_way(self, number, choice):
        self.go_on(number, 15, choice)

    @rule(number=pick, times=st.integers(1, 9))
    def do_most_of_it(self, number, times):
        self.go_on(number, times, 0)

    @rule(number=pick, which=pick, answer=st.sampled_from(list(TaskAnswer)))
    def answer_a_task(self, number, which, answer):
        if tasks := self.hands.tasks(self.right(number)):
            self.does(self.hands.answer_task, tasks[which % len(tasks)], answer)

    @rule(number=pick, which=pick)
    def take_an_answer_back(self, number, which):
        from dsar.services.work import collection

        if tasks := self.hands.tasks(self.right(number)):
            task = tasks[which % len(tasks)]
            self.does(collection.reopen_task, task.id, self.hands.who(which), self.hands.now)

    @rule(number=pick, which=pick)
    def find(self, number, which):
        self.does(self.hands.find, self.right(number), which)

    @rule(which=pick)
    def take_a_finding_away(self, which):
        self.does(self.hands.unfind, which)

    @rule(which=pick, verdict=st.sampled_from(list(ReviewVerdict)))
    def decide_a_finding(self, which, verdict):
        self.does(self.hands.judge, which, verdict)

    @rule(number=pick, which=pick)
    def decide_a_measure(self, number, which):
        self.does(self.hands.measure, self.right(number), which)

    @rule(which=pick)
    def take_a_measure_back(self, which):
        self.does(self.hands.unmeasure, which)

    @rule(number=pick, which=pick)
    def weigh(self, number, which):
        self.does(self.hands.weigh, self.right(number), which)

    @rule(number=pick)
    def refuse(self, number):
        self.does(self.hands.refuse, self.right(number))

    @rule(number=pick)
    def take_a_refusal_back(self, number):
        from dsar.services.rights import refusing

        self.does(refusing.take_back, self.right(number).id, self.hands.who(), self.hands.now)

    @rule(number=pick)
    def build(self, number):
        hands = self.hands
        self.does(packaging.build, self.right(number).id, hands.who(number), hands.now)

    @rule(which=pick, who=pick, what=st.sampled_from(["ask", "approve", "back"]))
    def look_at_a_package(self, which, who, what):
        from dsar.services.answer import approval

        package_id, hands = self.hands.package(which), self.hands
        if package_id is None:
            return
        if what == "back":
            told = (package_id, "Se på nytt", hands.who(who), hands.now)
            self.does(approval.send_back, *told)
        elif what == "ask":
            self.does(hands.ask, package_id)
        else:
            self.does(hands.approve, package_id, who)

    @rule(which=pick)
    def carry_out(self, which):
        self.does(self.hands.carry_out, which)

    @rule(number=pick)
    def note_a_recipient(self, number):
        self.does(self.hands.add_recipient, self.right(number))

    @rule(which=pick, state=st.sampled_from([told for told in Told if told is not Told.OPEN]))
    def tell_a_recipient(self, which, state):
        self.does(self.hands.tell_recipient, which, state)

    @rule(which=pick, how=st.sampled_from(list(How)))
    def send(self, which, how):
        if package_id := self.hands.package(which):
            self.does(self.hands.send, package_id, how)

    @rule()
    def let_the_post_leave(self):
        self.does(self.hands.let_leave)

    @rule(which=pick)
    def open_an_answer(self, which):
        self.does(self.hands.open, which)

    @rule(who=pick, method=st.sampled_from([Method.CONFIRMED_ADDRESS, Method.DOCUMENT]))
    def know_her(self, who, method):
        self.does(self.hands.confirm_address)
        self.does(self.hands.accept_identity, who, method)

    @rule(which=pick, verdict=st.sampled_from([Verdict.SUFFICIENT, Verdict.INSUFFICIENT]))
    def ask_her(self, which, verdict):
        self.does(self.hands.ask_identity)
        self.does(self.hands.let_leave)
        self.does(self.hands.answer_identity, which, verdict)

    @rule(number=pick, outcome=st.sampled_from(list(Outcome)))
    def close(self, number, outcome):
        self.does(self.hands.close, self.right(number), outcome)

    @rule(number=pick, changes_her_mind=st.booleans())
    def withdraw(self, number, changes_her_mind):
        self.does(self.hands.withdraw, [self.right(number)])
        self.nothing_is_untrue()
        if changes_her_mind:
            self.does(self.hands.undo)

    @rule(system=st.booleans(), is_set=st.booleans())
    def hold(self, system, is_set):
        self.does(self.hands.hold if is_set else self.hands.lift_holds, system)

    @rule(number=pick, by_her=st.booleans())
    def open_again(self, number, by_her):
        self.does(self.hands.open_again, self.right(number), by_her)

    @rule(is_linked=st.booleans())
    def belong_to_another(self, is_linked):
        self.does(self.hands.link if is_linked else self.hands.unlink)

    @rule(who=pick)
    def take_the_case(self, who):
        self.does(self.hands.assign, who)

    @rule(hours=st.sampled_from([1, 25, 80]))
    def wait(self, hours):
        self.hands.wait(hours)

    @invariant()
    def nothing_is_untrue(self):
        if not hasattr(self, "hands"):
            return
        db.session.expire_all()
        rights = self.hands.rights()
        self.states_are_reached_lawfully(rights)
        refused = {row.right_id for row in self.hands.rows(Refusal, taken_back_at=None)}
        for right in rights:
            self.what_is_done_was_allowed(right)
            self.what_went_out_was_whole(right, right.id in refused)
            if right.outcome in ("fulfilled", "partly", "nothing_held", "refused"):
                self.its_end_is_true(right, right.id in refused)

    def states_are_reached_lawfully(self, rights):
        for right in rights:
            after = State(right.state)
            assert after in REACHABLE[self.states[right.id]]
            assert (after is State.CLOSED) == (right.outcome is not None)
            self.states[right.id] = after
        assert State(self.hands.case.state) is case_state(State(row.state) for row in rights)

    def is_known(self):
        verdicts = {row.verdict for row in self.hands.rows(IdentityCheck)}
        return Verdict.SUFFICIENT in verdicts

    def standing_package(self, right):
        rows = self.hands.rows(Package, right_id=right.id, replaced_at=None)
        return rows[-1] if rows else None

    def what_is_done_was_allowed(self, right):
        """What has just been carried out was approved, unchanged and for somebody known."""
        for row in self.hands.rows(Measure, right_id=right.id):
            if row.executed_at is None or row.id in self.executed:
                continue
            self.executed.add(row.id)
            assert ACTS[row.act].executes
            assert row.removed_at is None
            if RULES[right.right].at_once:
                continue
            package = self.standing_package(right)
            assert package.approved_at is not None
            assert package.approved_by != package.built_by
            assert self.is_known()
            if row.act == "erase":
                self.may_be_erased(row, package)

    def may_be_erased(self, row, package):
        """Nothing is erased on hold, before the copy, or before it can be taken back."""
        copies = [one for one in self.hands.rights() if one.right in ("access", "portability")]
        assert all(one.state in ("delivered", "closed") for one in copies)
        assert not self.hands.holds(row.system_id)
        assert row.executed_at - package.approved_at >= timedelta(hours=1)

    def what_went_out_was_whole(self, right, is_refused):
        """What has just been sent is what was approved; all that it says is done."""
        for row in self.hands.rows(Delivery):
            package = db.session.get_one(Package, row.package_id)
            if row.id in self.sent or package.right_id != right.id:
                continue
            self.sent.add(row.id)
            assert package.approved_at is not None
            assert package.approved_by != package.built_by
            assert package.replaced_at is None
            if RULES[right.right].needs_identity and not is_refused:
                assert self.is_known()
            measures = self.hands.rows(Measure, right_id=right.id, removed_at=None)
            to_do = [one for one in measures if ACTS[one.act].executes]
            assert is_refused or all(one.executed_at for one in to_do)
            told = self.hands.rows(RecipientNotice, right_id=right.id)
            assert is_refused or all(one.state != "open" for one in told)
            changes = any(one.act != "stop" for one in to_do)
            if changes and RULES[right.right].tells_recipients and not is_refused:
                assert told  # the register names one in every system
            tasks = self.hands.rows(Task, right_id=right.id)
            assert is_refused or all(task.answer for task in tasks)
            assert is_refused or self.undecided(right) == set()
            self.is_what_was_approved(package)

    def undecided(self, right):
        decided = {row.finding_id for row in self.hands.rows(Decision, superseded_at=None)}
        found = self.hands.rows(Finding, right_id=right.id, removed_at=None)
        return {row.id for row in found} - decided

    def is_what_was_approved(self, package):
        """Byte for byte."""
        content = b"".join(packaging.read_part(package, packaging.ZIP))
        assert hashlib.sha256(content).hexdigest() == package.sha256
        type(self).delivered += 1

    def its_end_is_true(self, right, is_refused):
        """Say of an answered right that it ended as its rows say, and that she was told."""
        outcome = Outcome(right.outcome)
        given = {row.package_id for row in self.hands.rows(Delivery) if row.delivered_at}
        packages = self.hands.rows(Package, right_id=right.id)
        assert given & {package.id for package in packages}
        measures = self.hands.rows(Measure, right_id=right.id, removed_at=None)
        granted = [ACTS[row.act].grants for row in measures]
        if is_refused:
            assert outcome is Outcome.REFUSED
            assert not any(row.executed_at for row in measures)
        elif RULES[right.right].work is Work.MEASURES:
            assert (outcome is Outcome.FULFILLED) == (bool(granted) and all(granted))
            assert (outcome is Outcome.NOTHING_HELD) == (not granted)
        elif right.right == "complaint":
            (row,) = self.hands.rows(Assessment, right_id=right.id)
            assert (outcome is Outcome.REFUSED) == (row.result == "rejected")
        else:
            withheld = {
                row.finding_id
                for row in self.hands.rows(Decision, superseded_at=None, verdict="withhold")
            } & {row.id for row in self.hands.rows(Finding, right_id=right.id, removed_at=None)}
            assert outcome is not Outcome.FULFILLED or not withheld

    def teardown(self):
        """Whatever happened: the log is whole, and the next step leads to an end."""
        if not hasattr(self, "hands"):
            return
        self.does(self.hands.lift_holds, True)
        rights = self.hands.rights()
        for number in sorted(range(len(rights)), key=lambda n: rights[n].right == "erasure"):
            self.it_can_be_finished(number)
        self.nothing_is_untrue()
        assert self.hands.case.closed_at is not None
        assert verify_log(self.hands.case_id) is None

    def it_can_be_finished(self, number):
        trace = []
        for _ in range(25):
            right = self.right(number)
            if State(right.state) is State.CLOSED:
                return
            try:
                trace.append(self.hands.onward(right))
            except DomainError as error:
                trace.append(repr(error))
                self.hands.wait(80)
        raise AssertionError(f"{self.right(number).right} never ends: {trace}")


@pytest.mark.slow
def test_no_order_of_actions_makes_anything_untrue(make, now, database_urls):
    kind = "sqlite" if database_urls.main.startswith("sqlite") else "postgresql"
    walk = type("WalkHere", (Walk,), {"make": make, "start": now})
    run_state_machine_as_test(
        walk,
        settings=settings(
            max_examples=FEW or WALKS[kind],
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not FEW,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],  # shrinking would cost minutes
            report_multiple_bugs=False,
        ),
    )
    assert walk.delivered  # some orders do hand over, so that was looked at
