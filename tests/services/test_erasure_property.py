"""No order of steps erases early: unknown, unapproved, changed, held, too soon, or uncopied."""

import random
import secrets
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from dsar.domain.assessments import Weighed
from dsar.domain.cases import Outcome
from dsar.domain.errors import DomainError
from dsar.domain.package import TaskAnswer
from dsar.domain.rights import Right
from dsar.models import Hold, IdentityCheck, Measure, Package, RequestedRight, db
from dsar.services.answer import approval, closure, packaging
from dsar.services.rights import assessing, executing, holds, measures
from dsar.services.work import collection
from tests.factories.rights import make_known, make_measure
from tests.factories.work import actor_of, right_of, tasks_of

STEPS = 60
UNDO = timedelta(hours=24)


class Walk:
    """Presses buttons in any order, as a handler and two who approve; time passes."""

    def __init__(self, make, seed, now):
        self.dice, self.now = random.Random(seed), now
        house = make.organisation("memini")
        self.case = make.case(house, rights=(Right.ACCESS, Right.ERASURE))
        self.staff = [make.staff(house) for _ in range(2)]
        self.erased = 0

    def who(self):
        return actor_of(self.dice.choice(self.staff))

    def any(self, table):
        rows = list(db.session.scalars(select(table).where(table.case_id == self.case.id)))
        return self.dice.choice(rows[-2:]).id if rows else "0" * 32

    def measure(self):
        make_measure(tasks_of(self.case, "erasure")[0], self.staff[0], self.now)

    def take_away(self):
        measures.remove_measure(self.any(Measure), self.who(), self.now)

    def settle(self):
        for number, task in enumerate(tasks_of(self.case, "erasure")):
            answer = TaskAnswer.NOTHING_FOUND if number else TaskAnswer.FOUND
            told = collection.SettleTask(task.id, answer, "Lette")
            collection.settle_task(told, self.who(), self.now)
        collection.finish_collection(right_of(self.case, "erasure").id, self.who(), self.now)

    def weigh(self):
        right_id = right_of(self.case, "erasure").id
        ground = self.dice.choice(("17_1_a", "17_1_b"))
        assessing.assess(right_id, Weighed(ground), self.who(), self.now)

    def build(self):
        packaging.build(right_of(self.case, "erasure").id, self.who(), self.now)

    def ask(self):
        approval.ask_approval(self.any(Package), self.who(), self.now)

    def approve(self):
        approval.approve(self.any(Package), True, self.who(), self.now)

    def send_back(self):
        approval.send_back(self.any(Package), "Se på nytt.", self.who(), self.now)

    def know(self):
        make_known(self.case, self.staff[0], self.now, "erasure")

    def forget_the_copy(self):
        closure.close_right(right_of(self.case).id, Outcome.WITHDRAWN, self.who(), self.now)

    def hold(self):
        command = holds.NewHold(id=secrets.token_hex(16), reason="court", case_id=self.case.id)
        holds.set_hold(command, self.who(), self.now)

    def lift(self):
        holds.lift_hold(self.any(Hold), self.who(), self.now)

    def wait(self):
        self.now += timedelta(hours=self.dice.choice((1, 12, 24)))

    def erase(self):
        measure_id, before = self.any(Measure), self.done()
        may = self.may_erase()
        executing.carry_out(executing.CarryOut(measure_id, "Slettet"), self.who(), self.now)
        db.session.expire_all()
        if self.done() > before:
            self.erased += 1
            assert may

    def done(self):
        query = select(Measure.id).where(Measure.executed_at.is_not(None))
        return len(db.session.scalars(query).all())

    def may_erase(self):
        """Say, from the rows alone, whether anything may be erased now."""
        db.session.expire_all()
        package = db.session.scalars(
            select(Package).where(
                Package.replaced_at.is_(None), Package.approved_at.is_not(None)
            )
        ).one_or_none()
        copy = db.session.scalars(
            select(RequestedRight.state).where(RequestedRight.right == "access")
        ).one()
        known = db.session.scalars(
            select(IdentityCheck.id).where(IdentityCheck.verdict == "sufficient")
        ).all()
        held = db.session.scalars(select(Hold.id).where(Hold.lifted_at.is_(None))).all()
        return bool(
            package is not None
            and package.approved_by != package.built_by
            and package.approved_at + UNDO <= self.now
            and right_of(self.case, "erasure").state == "ready"
            and copy in {"delivered", "closed"}
            and known
            and not held
        )


@pytest.mark.parametrize("seed", range(12))
def test_no_order_of_steps_erases_too_early(make, now, seed):
    walk = Walk(make, seed, now)
    buttons = (
        walk.measure, walk.take_away, walk.settle, walk.weigh, walk.build, walk.ask,
        walk.approve, walk.send_back, walk.know, walk.forget_the_copy, walk.hold, walk.lift,
        walk.wait, walk.wait, walk.erase, walk.erase,
    )  # fmt: skip
    for _ in range(STEPS):
        with suppress(DomainError, NoResultFound):
            walk.dice.choice(buttons)()


def test_the_right_order_erases(make, now):
    walk = Walk(make, 0, now)
    for step in (walk.measure, walk.settle, walk.weigh, walk.build):
        step()
    package_id = walk.any(Package)
    builder = db.session.get_one(Package, package_id).built_by
    other = next(one for one in walk.staff if one.id != builder)
    approval.ask_approval(package_id, actor_of(other), now)
    approval.approve(package_id, True, actor_of(other), now)
    walk.know()
    walk.forget_the_copy()
    walk.now += UNDO
    walk.erase()
    assert walk.erased == 1
