"""Erasure in two steps: live systems when nothing forbids it, backups on the day they say."""

import secrets
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from dsar.config import Erasure
from dsar.domain.assessments import Weighed
from dsar.domain.cases import Outcome
from dsar.domain.deliveries import How
from dsar.domain.identity import IdentityMissing
from dsar.domain.measures import Act
from dsar.domain.package import TaskAnswer
from dsar.domain.rights import Right
from dsar.jobs import backup_purges, expired_rows
from dsar.models import CaseEvent, DataSystem, ErasureMark, Hold, Measure, OutboxMessage, db
from dsar.services.answer import approval, closure, delivery, packaging
from dsar.services.intake.opening import PersonFacts
from dsar.services.rights import (
    assessing,
    erasing,
    erasing_reading,
    erasure_marks,
    executing,
    holds,
    measures,
)
from dsar.services.transaction import transaction
from dsar.services.work import collection
from tests.factories.rights import (
    make_answer,
    make_erasable,
    make_known,
    make_measure,
    make_measured,
)
from tests.factories.work import actor_of, make_delivery, right_of, tasks_of
from tests.services.log import events, kinds

DAY = timedelta(days=1)
KARI = PersonFacts("Kari Nordmann", email="Kari@Example.org", phone="+47 911 22 333")


@pytest.fixture
def house(make):
    """The organisation that promises clean backups."""
    return make.organisation("memini")


@pytest.fixture
def office(make, house):
    """A case of erasure, who works on it, who approves."""
    case = make.case(house, rights=(Right.ERASURE,), person=KARI)
    return case, make.staff(house), make.staff(house, roles=("data_protection_officer",))


@pytest.fixture
def approved(office, now):
    """The same, with one thing to erase, approved, and the person known."""
    case, staff, approver = office
    make_erasable(case, staff, approver, now)
    return office


def measure_of(case):
    """Return the only measure of a case."""
    db.session.expire_all()
    return db.session.scalars(select(Measure).where(Measure.case_id == case.id)).one()


def erase(case, staff, now):
    """Carry the only measure of a case out."""
    command = executing.CarryOut(measure_of(case).id, "Slettet og søkt på nytt")
    executing.carry_out(command, actor_of(staff), now)
    return measure_of(case)


def send(case, staff, now):
    """Send the answer to the erasure, and let the person open it."""
    (package,) = packaging.current_packages(db.session, right_of(case, "erasure").id)
    command = delivery.SendAnswer(package.id, How.PORTAL)
    delivery.open_answer(delivery.send(command, actor_of(staff), now), now)


def letters(template):
    db.session.expire_all()
    return db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == template)
    ).all()


def hold(staff, now, **where):
    """Let nothing be erased; return the hold."""
    command = holds.NewHold(id=secrets.token_hex(16), reason="legal_claim", **where)
    holds.set_hold(command, actor_of(staff), now)
    return db.session.get_one(Hold, command.id)


class TestErasing:
    def test_notes_the_day_of_the_last_copy_by_the_calendar_month(self, approved, now):
        case, staff, _ = approved
        row = erase(case, staff, now + DAY)
        assert row.executed_at == now + DAY
        assert row.purge_on == date(2026, 12, 21)
        entry = db.session.scalars(
            select(CaseEvent).where(CaseEvent.kind == "measure_executed")
        ).one()
        assert entry.facts["purge_on"] == "2026-12-21"

    def test_says_no_day_where_nobody_says_one(self, make, now):
        house = make.organisation("meetings")
        case, staff, approver = make.case(house, rights=(Right.ERASURE,)), *two(make, house)
        make_erasable(case, staff, approver, now)
        assert erase(case, staff, now + DAY).purge_on is None
        assert erasing_reading.erasure_in(case).purge_on is None

    def test_waits_for_the_second_person(self, office, now):
        case, staff, _ = office
        make_measured(case, staff, now)
        make_known(case, staff, now, "erasure")
        with pytest.raises(executing.MeasureNotApproved):
            erase(case, staff, now + DAY)
        assert untouched(case)

    def test_waits_for_the_identity(self, office, now):
        case, staff, approver = office
        make_measured(case, staff, now)
        weigh(case, staff, now)
        make_answer(case, staff, approver, now, "erasure")
        with pytest.raises(IdentityMissing):
            erase(case, staff, now + DAY)
        assert untouched(case)

    def test_waits_until_the_approval_cannot_be_taken_back(self, approved, now):
        case, staff, _ = approved
        for early in (timedelta(0), DAY - timedelta(seconds=1)):
            with pytest.raises(erasing.UndoWindowOpen) as refused:
                erase(case, staff, now + early)
            assert refused.value.facts["at"] == now + DAY
        assert untouched(case)
        erase(case, staff, now + DAY)

    def test_never_happens_once_the_approval_is_taken_back(self, approved, now):
        case, staff, approver = approved
        (package,) = packaging.current_packages(db.session, right_of(case, "erasure").id)
        approval.send_back(package.id, "Feil person.", actor_of(approver), now)
        with pytest.raises(executing.MeasureNotApproved):
            erase(case, staff, now + 9 * DAY)
        assert untouched(case)

    def test_never_happens_after_a_change(self, approved, now):
        case, staff, _ = approved
        make_measure(tasks_of(case, "erasure")[1], staff, now)
        (first, _) = db.session.scalars(select(Measure).order_by(Measure.decided_at)).all()
        with pytest.raises(executing.MeasureNotApproved):
            executing.carry_out(
                executing.CarryOut(first.id, "Slettet"), actor_of(staff), now + DAY
            )

    def test_never_happens_after_the_promise_of_the_backups_has_changed(self, approved, now):
        case, staff, approver = approved
        with transaction() as session:
            system = session.get_one(DataSystem, measure_of(case).system_id)
            system.document = system.document | {"purge_lag_days": 60}
        with pytest.raises(packaging.PackageOutdated):
            erase(case, staff, now + DAY)
        assert untouched(case)
        make_answer(case, staff, approver, now, "erasure")
        assert erase(case, staff, now + DAY).purge_on == date(2027, 1, 20)

    def test_again_is_no_error_and_says_the_same(self, approved, now):
        case, staff, _ = approved
        erase(case, staff, now + DAY)
        before = kinds(case)
        assert erase(case, staff, now + 3 * DAY).executed_at == now + DAY
        assert kinds(case) == before


class TestACopyFirst:
    @pytest.fixture
    def both(self, make, house, now):
        case = make.case(house, rights=(Right.ACCESS, Right.ERASURE), person=KARI)
        staff, approver = two(make, house)
        return case, staff, approver

    def test_reaches_the_person_before_anything_is_erased(self, both, now):
        case, staff, approver = both
        sent = make_delivery(case, staff, approver, now)
        make_erasable(case, staff, approver, now)
        assert erasing_reading.erasure_in(case).waits_for_copy
        with pytest.raises(erasing.AccessComesFirst):
            erase(case, staff, now + DAY)  # sent is not there yet
        delivery.open_answer(sent, now)
        erase(case, staff, now + DAY)
        assert not erasing_reading.erasure_in(case).waits_for_copy

    def test_may_be_a_file_to_take_along(self, make, house, now):
        case = make.case(house, rights=(Right.PORTABILITY, Right.ERASURE))
        staff, approver = two(make, house)
        make_erasable(case, staff, approver, now)
        with pytest.raises(erasing.AccessComesFirst):
            erase(case, staff, now + DAY)

    def test_is_not_waited_for_once_it_is_withdrawn(self, both, now):
        case, staff, approver = both
        make_erasable(case, staff, approver, now)
        with pytest.raises(erasing.AccessComesFirst):
            erase(case, staff, now + DAY)
        closure.close_right(right_of(case).id, Outcome.WITHDRAWN, actor_of(staff), now)
        erase(case, staff, now + DAY)


class TestAHold:
    def test_on_the_case_wins_over_every_approval(self, approved, now):
        case, staff, officer = approved
        row = hold(officer, now, case_id=case.id)
        with pytest.raises(holds.OnHold) as refused:
            erase(case, staff, now + DAY)
        assert refused.value.facts == {"reason": "legal_claim"}
        assert untouched(case)
        holds.lift_hold(row.id, actor_of(officer), now)
        holds.lift_hold(row.id, actor_of(officer), now)
        erase(case, staff, now + DAY)
        assert kinds(case).count("hold_set") == kinds(case).count("hold_lifted") == 1

    def test_on_a_system_keeps_what_lies_there_and_nothing_else(self, approved, now):
        case, staff, officer = approved
        others = db.session.scalars(
            select(DataSystem).where(DataSystem.id != measure_of(case).system_id)
        ).all()
        hold(officer, now, system_id=others[0].id)
        row = hold(officer, now, system_id=measure_of(case).system_id)
        with pytest.raises(holds.OnHold):
            erase(case, staff, now + DAY)
        holds.lift_hold(row.id, actor_of(officer), now)
        erase(case, staff, now + DAY)

    def test_on_a_system_stands_in_the_log_of_each_case_that_it_stops(
        self, approved, make, house, now
    ):
        case, staff, officer = approved
        system_id = measure_of(case).system_id
        looks = make.case(house)  # nothing is erased there
        done = make.case(house, rights=(Right.ERASURE,))
        gone = right_of(done, "erasure").id
        closure.close_right(gone, Outcome.WITHDRAWN, actor_of(staff), now)
        row = hold(officer, now, system_id=system_id)
        again = holds.NewHold(id="0" * 32, reason=row.reason, system_id=system_id)
        holds.set_hold(again, actor_of(officer), now)
        for _ in range(2):
            holds.lift_hold(row.id, actor_of(officer), now + DAY)
        there = events(case, "hold_set") + events(case, "hold_lifted")
        assert [entry.actor_ref for entry in there] == [officer.id] * 2
        facts = {"hold": row.id, "hold_reason": "legal_claim", "system": system_id}
        assert [entry.facts for entry in there] == [facts] * 2
        assert not {"hold_set", "hold_lifted"} & set(kinds(looks) + kinds(done))

    def test_of_another_case_stops_nothing(self, approved, make, house, now):
        case, staff, officer = approved
        hold(officer, now, case_id=make.case(house).id)
        erase(case, staff, now + DAY)

    def test_is_set_once(self, approved, now):
        case, _, officer = approved
        first = hold(officer, now, case_id=case.id)
        again = holds.NewHold(id=secrets.token_hex(16), reason=first.reason, case_id=case.id)
        holds.set_hold(again, actor_of(officer), now)
        assert [row.id for row in holds.holds_on_case(db.session, case)] == [first.id]

    def test_says_why_by_a_code(self, approved, now):
        case, _, officer = approved
        command = holds.NewHold(id="x" * 32, reason="Kari har saksøkt oss", case_id=case.id)
        with pytest.raises(holds.HoldReasonUnknown):
            holds.set_hold(command, actor_of(officer), now)
        assert db.session.get(Hold, "x" * 32) is None


class TestTheDailyCap:
    @pytest.fixture
    def cap(self, app):
        config = app.extensions["dsar.config"]
        small = config.model_copy(update={"erasure": Erasure(daily_cap=2, undo_hours=0)})
        app.extensions["dsar.config"] = small

    def test_stops_the_day_and_tells_who_looks_after_the_house(self, cap, make, house, now):
        staff, officer = make.staff(house), make.staff(house, roles=("admin",))
        approver = make.staff(house)
        cases = [self.ready(make, house, staff, approver, now) for _ in range(4)]
        for case in cases[:2]:
            erase(case, staff, now)
        for _ in range(2):
            for case in cases[2:]:
                with pytest.raises(erasing.DailyCapReached) as refused:
                    erase(case, staff, now)
                assert refused.value.facts == {"n": 2}
                assert untouched(case)
        (alarm,) = letters("t31")
        assert (alarm.staff_id, alarm.facts, alarm.case_id) == (officer.id, {"n": 2}, None)
        erase(cases[2], staff, now + DAY)

    def test_begins_anew_at_midnight_of_the_place(self, cap, make, house, now):
        staff, approver = two(make, house)
        cases = [self.ready(make, house, staff, approver, now) for _ in range(3)]
        before_midnight = datetime(2026, 11, 20, 22, 59, tzinfo=UTC)
        for case in cases[:2]:
            erase(case, staff, before_midnight)
        with pytest.raises(erasing.DailyCapReached):
            erase(cases[2], staff, before_midnight)
        erase(cases[2], staff, before_midnight + timedelta(minutes=1))

    @staticmethod
    def ready(make, house, staff, approver, now):
        case = make.case(house, rights=(Right.ERASURE,))
        make_erasable(case, staff, approver, now)
        return case


class TestTheLastCopy:
    @pytest.fixture
    def sent(self, approved, now):
        case, staff, _ = approved
        erase(case, staff, now + DAY)
        send(case, staff, now + DAY)
        return case, staff

    def day(self, case):
        """Midnight in Oslo of the day on which the last copy is gone."""
        on = measure_of(case).purge_on
        return datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(hours=1)

    def test_is_confirmed_by_itself_that_day_and_the_person_told_once(self, sent):
        case, _ = sent
        day = self.day(case)
        assert backup_purges.run(day - timedelta(minutes=1)) == 0
        assert measure_of(case).purged_at is None
        for later in (timedelta(0), timedelta(hours=5), DAY):
            assert backup_purges.run(day + later) == 0
        assert measure_of(case).purged_at == day
        assert kinds(case).count("backup_purged") == 1
        (letter,) = letters("m18")
        assert letter.recipient == "person"
        assert erasing_reading.erasure_in(case).purged_at == day

    def test_is_confirmed_after_days_of_silence(self, sent):
        case, _ = sent
        assert backup_purges.run(self.day(case) + 10 * DAY) == 0
        assert backup_purges.run(self.day(case) + 10 * DAY) == 0
        assert len(letters("m18")) == 1

    def test_is_confirmed_although_the_case_is_closed(self, sent, now):
        case, staff = sent
        closure.close_right(
            right_of(case, "erasure").id, Outcome.FULFILLED, actor_of(staff), now + DAY
        )
        backup_purges.run(self.day(case))
        assert len(letters("m18")) == 1
        assert kinds(case)[-1] == "backup_purged"

    def test_waits_for_the_last_of_several_systems(self, office, now):
        case, staff, approver = office
        settle(case, staff, now, [make_measure, make_measure])
        weigh(case, staff, now)
        make_answer(case, staff, approver, now, "erasure")
        make_known(case, staff, now, "erasure")
        rows = db.session.scalars(select(Measure).where(Measure.case_id == case.id)).all()
        for number, measure_id in enumerate([row.id for row in rows]):
            moment = now + (1 + number) * DAY
            executing.carry_out(
                executing.CarryOut(measure_id, "Slettet"), actor_of(staff), moment
            )
        send(case, staff, now + 2 * DAY)
        backup_purges.run(datetime(2026, 12, 21, 9, tzinfo=UTC))
        assert kinds(case).count("backup_purged") == 1
        assert letters("m18") == []
        backup_purges.run(datetime(2026, 12, 22, 9, tzinfo=UTC))
        assert kinds(case).count("backup_purged") == 2
        assert len(letters("m18")) == 1

    def test_is_promised_anew_where_the_register_changed_before_the_answer_left(
        self, approved, now
    ):
        case, staff, approver = approved
        row = erase(case, staff, now + DAY)
        with transaction() as session:
            system = session.get_one(DataSystem, row.system_id)
            system.document = system.document | {"purge_lag_days": 60}
        with pytest.raises(packaging.PackageOutdated):
            send(case, staff, now + DAY)
        make_answer(case, staff, approver, now + DAY, "erasure")
        send(case, staff, now + DAY)
        assert measure_of(case).purge_on == date(2027, 1, 20)
        assert kinds(case).count("backup_day_moved") == 1
        assert erasure_marks.listing()[0].until_on == date(2027, 1, 20)
        backup_purges.run(datetime(2026, 12, 22, 9, tzinfo=UTC))
        assert letters("m18") == []
        backup_purges.run(datetime(2027, 1, 20, 9, tzinfo=UTC))
        assert len(letters("m18")) == 1

    def test_is_not_confirmed_before_the_answer_that_names_the_day(self, approved, now):
        case, staff, _ = approved
        erase(case, staff, now + DAY)
        backup_purges.run(now + 40 * DAY)
        assert letters("m18") == []
        send(case, staff, now + 40 * DAY)
        backup_purges.run(now + 40 * DAY)
        assert len(letters("m18")) == 1


class TestAfterARestore:
    @pytest.fixture
    def erased(self, approved, now):
        case, staff, _ = approved
        row = erase(case, staff, now + DAY)
        return case, db.session.get_one(DataSystem, row.system_id)

    def again(self, system, *lines, **more):
        return list(erasure_marks.again("memini", system.key, lines, **more))

    @pytest.mark.parametrize(
        ("line", "kind"),
        [
            ("7;Kari Nordmann;kari@example.org;", "email"),
            ('7,"KARI@EXAMPLE.ORG",x', "email"),
            ("Kari <kari@example.org>", "email"),
            ("7\t911 22 333", "phone"),
            ("7;004791122333", "phone"),
            ("91122333,Kari", "phone"),
            ("(+47) 91122333", "phone"),
        ],
    )
    def test_the_lines_of_the_person_are_found(self, erased, line, kind):
        case, system = erased
        found = self.again(system, "id;navn;epost", "6;Per;per@example.org;22334455", line)
        assert found == [erasure_marks.Again(3, case.number, kind)]

    @pytest.mark.parametrize(
        "line", ["kari@example.org.example.com", "xkari@example.org", "91122334", "911", ""]
    )
    def test_nobody_else_is(self, erased, line):
        assert self.again(erased[1], line) == []

    def test_another_system_has_nothing_to_erase(self, erased):
        other = db.session.scalars(
            select(DataSystem).where(DataSystem.id != erased[1].id)
        ).first()
        assert self.again(other, "kari@example.org") == []

    def test_a_copy_that_is_younger_holds_nothing_of_it(self, erased, now):
        line = "kari@example.org"
        assert self.again(erased[1], line, copied_on=date(2026, 11, 22)) == []
        assert len(self.again(erased[1], line, copied_on=date(2026, 11, 21))) == 1

    def test_a_system_that_is_not_there_is_said(self, erased):
        with pytest.raises(erasure_marks.SystemUnknown):
            erasure_marks.again("memini", "no-such", [])
        with pytest.raises(erasure_marks.SystemUnknown):
            erasure_marks.again("meetings", erased[1].key, [])

    def test_the_marks_hold_nothing_that_can_be_read(self, erased):
        rows = db.session.scalars(select(ErasureMark)).all()
        assert len(rows) == 2
        for row in rows:
            assert len(row.digest) == 32
            told = repr(vars(row)).casefold()
            assert not any(word in told for word in ("kari", "example.org", "91122333"))

    def test_the_marks_of_the_person_the_data_is_about_count(self, make, house, now):
        parent = PersonFacts("Ola Nordmann", email="ola@example.org")
        child = PersonFacts("Lise Nordmann", email="lise@example.org")
        case = make.case(
            house,
            rights=(Right.ERASURE,),
            person=parent,
            subject=child,
            representation="parent",
        )
        staff, approver = two(make, house)
        make_erasable(case, staff, approver, now)
        system = db.session.get_one(DataSystem, erase(case, staff, now + DAY).system_id)
        lines = ("ola@example.org", "lise@example.org")
        assert [each.line for each in self.again(system, *lines)] == [2]

    def test_the_list_counts_and_names_nobody(self, erased, now):
        case, system = erased
        (row,) = erasure_marks.listing()
        assert (row.organisation, row.system, row.number) == ("memini", system.key, case.number)
        assert (row.identifiers, row.until_on) == (2, date(2026, 12, 21))

    def test_the_marks_go_on_the_day_of_the_last_copy(self, erased):
        expired_rows.run(datetime(2026, 12, 20, 23, tzinfo=UTC))
        assert len(erasure_marks.listing()) == 1
        expired_rows.run(datetime(2026, 12, 21, 0, tzinfo=UTC))
        assert erasure_marks.listing() == []


class TestMixedOutcomes:
    def test_are_computed_from_what_was_decided(self, office, now):
        case, staff, approver = office
        settle(case, staff, now, [make_measure, self.keep])
        weigh(case, staff, now)
        make_answer(case, staff, approver, now, "erasure")
        make_known(case, staff, now, "erasure")
        erased = db.session.scalars(select(Measure).where(Measure.act == "erase")).one()
        executing.carry_out(
            executing.CarryOut(erased.id, "Slettet"), actor_of(staff), now + DAY
        )
        send(case, staff, now + DAY)
        right_id = right_of(case, "erasure").id
        with pytest.raises(closure.OutcomeUntrue):
            closure.close_right(right_id, Outcome.FULFILLED, actor_of(staff), now + DAY)
        closure.close_right(right_id, Outcome.PARTLY, actor_of(staff), now + DAY)
        assert erasing_reading.erasure_in(case).systems == 1

    def test_nothing_that_is_kept_is_carried_out(self, office, now):
        case, staff, _ = office
        measure_id = self.keep(tasks_of(case, "erasure")[1], staff, now)
        with pytest.raises(executing.NothingToCarryOut):
            executing.carry_out(executing.CarryOut(measure_id, "Slettet"), actor_of(staff), now)

    @staticmethod
    def keep(task, staff, now):
        command = measures.NewMeasure(
            id=secrets.token_hex(16),
            task_id=task.id,
            act=Act.KEEP,
            texts={"what": "fakturaer", "why": "Regnskap.", "statute": "bokføringsloven § 13"},
            ground="gdpr_17_3_b",
            conditions=frozenset({"duty_named"}),
            keep_until_on=date(2031, 12, 31),
        )
        return measures.decide_measure(command, actor_of(staff), now)


def settle(case, staff, now, makers):
    """Decide something in the first systems, one maker each; nothing lies in the others."""
    for number, task in enumerate(tasks_of(case, "erasure")):
        is_found = number < len(makers)
        if is_found:
            makers[number](task, staff, now)
        answer = TaskAnswer.FOUND if is_found else TaskAnswer.NOTHING_FOUND
        command = collection.SettleTask(task.id, answer, "Søkte på e-post")
        collection.settle_task(command, actor_of(staff), now)
    collection.finish_collection(right_of(case, "erasure").id, actor_of(staff), now)


def weigh(case, staff, now):
    """Say on which ground the person may have it erased."""
    weighed = Weighed("17_1_a", "", {})
    assessing.assess(right_of(case, "erasure").id, weighed, actor_of(staff), now)


def two(make, house):
    """Return who works on a case, and who approves."""
    return make.staff(house), make.staff(house)


def untouched(case):
    """Say whether nothing of a case was erased, marked or logged."""
    marks = db.session.scalars(
        select(ErasureMark).where(ErasureMark.case_number == case.number)
    ).all()
    return (
        measure_of(case).executed_at is None
        and not marks
        and "measure_executed" not in kinds(case)
    )
