"""Tasks: one for each system, each settled in words."""

import pytest

from dsar.domain.package import TaskAnswer
from dsar.domain.rights import Right
from dsar.models import DataSystem, Task, db
from dsar.services.work import collection, review
from dsar.services.work.collection import SettleTask
from dsar.vault import current_vault
from tests.factories.work import (
    actor_of,
    make_finding,
    make_package,
    make_settled,
    right_of,
    tasks_of,
)
from tests.services.log import events, kinds


@pytest.fixture
def office(make):
    """An organisation, a member of its staff, and a case."""
    organisation = make.organisation()
    return make.case(organisation), make.staff(organisation)


def settle(task, staff, now, answer=TaskAnswer.NOTHING_FOUND, how="Søkte på e-post"):
    collection.settle_task(SettleTask(task.id, answer, how), actor_of(staff), now)


class TestStartingWork:
    def test_moves_every_new_right_on_and_records_its_tasks(self, make, now):
        organisation = make.organisation()
        staff = make.staff(organisation)
        case = make.case(organisation, rights=(Right.ACCESS, Right.ERASURE))
        collection.start(case.id, actor_of(staff), now)
        db.session.expire_all()
        assert [right_of(case, r).state for r in ("access", "erasure")] == ["collecting"] * 2
        assert case.state == "collecting"
        assert [e.facts["tasks"] for e in events(case, "work_started")] == [5, 5]

    def test_twice_records_it_once(self, office, now):
        case, staff = office
        collection.start(case.id, actor_of(staff), now)
        collection.start(case.id, actor_of(staff), now)
        assert kinds(case).count("work_started") == 1


class TestSettlingATask:
    def test_keeps_answer_words_person_and_time_and_starts_the_work(self, office, now):
        case, staff = office
        task = tasks_of(case)[0]
        settle(task, staff, now, how="  Søkte på IP  ")
        db.session.expire_all()
        assert (task.answer, task.settled_by, task.settled_at) == (
            "nothing_found",
            staff.id,
            now,
        )
        assert current_vault().open(task, "how") == "Søkte på IP"
        assert kinds(case)[-2:] == ["work_started", "task_settled"]

    def test_twice_alike_is_recorded_once(self, office, now):
        case, staff = office
        task = tasks_of(case)[0]
        settle(task, staff, now)
        settle(task, staff, now)
        assert kinds(case).count("task_settled") == 1

    def test_otherwise_replaces_the_answer(self, office, now):
        case, staff = office
        task = tasks_of(case)[0]
        settle(task, staff, now)
        settle(task, staff, now, TaskAnswer.CANNOT_SEARCH, "Leverandøren svarer ikke")
        db.session.expire_all()
        assert task.answer == "cannot_search"
        assert kinds(case).count("task_settled") == 2

    @pytest.mark.parametrize(
        ("answer", "how", "error"),
        [
            (TaskAnswer.NOTHING_FOUND, "  ", collection.HowMissing),
            (TaskAnswer.FOUND, "Søkte", collection.FindingMissing),
            (TaskAnswer.WITHHELD, "Søkte", collection.FindingMissing),
        ],
    )
    def test_is_refused_without_leaving_a_trace(self, office, now, answer, how, error):
        case, staff = office
        task, before = tasks_of(case)[0], kinds(case)
        with pytest.raises(error):
            settle(task, staff, now, answer, how)
        db.session.expire_all()
        assert (task.answer, right_of(case).state, kinds(case)) == (None, "received", before)

    @pytest.mark.parametrize(
        "answer",
        [TaskAnswer.NOTHING_FOUND, TaskAnswer.CANNOT_SEARCH, TaskAnswer.NOT_APPLICABLE],
    )
    def test_says_nothing_only_where_nothing_was_added(self, office, now, answer):
        case, staff = office
        task = tasks_of(case)[0]
        make_finding(task, staff, now)
        with pytest.raises(collection.FindingsExist):
            settle(task, staff, now, answer)

    def test_is_refused_once_the_collection_is_finished(self, office, now):
        case, staff = office
        make_settled(case, staff, now)
        with pytest.raises(collection.CollectionFinished):
            settle(tasks_of(case)[2], staff, now, TaskAnswer.CANNOT_SEARCH)


class TestFinishingTheCollection:
    def test_waits_for_every_system(self, office, now):
        case, staff = office
        settle(tasks_of(case)[0], staff, now)
        with pytest.raises(collection.TaskOpen) as refused:
            collection.finish_collection(right_of(case).id, actor_of(staff), now)
        assert refused.value.facts["n"] == 4
        assert right_of(case).state == "collecting"

    def test_goes_on_to_review_once(self, office, now):
        case, staff = office
        make_settled(case, staff, now)
        collection.finish_collection(right_of(case).id, actor_of(staff), now)
        assert right_of(case).state == "reviewing"
        assert kinds(case).count("collection_finished") == 1


class TestOpeningATaskAgain:
    def test_takes_the_answer_and_the_right_back(self, office, now):
        case, staff = office
        make_settled(case, staff, now)
        task = tasks_of(case)[0]
        collection.reopen_task(task.id, actor_of(staff), now)
        collection.reopen_task(task.id, actor_of(staff), now)
        db.session.expire_all()
        assert (task.answer, task.how, task.settled_at) == (None, None, None)
        assert right_of(case).state == "collecting"
        assert kinds(case)[-2:] == ["collection_reopened", "task_reopened"]

    def test_makes_a_package_void(self, office, now):
        case, staff = office
        make_package(case, staff, now)
        collection.reopen_task(tasks_of(case)[0].id, actor_of(staff), now)
        assert "package_outdated" in kinds(case)


class TestAskingOneMoreSystem:
    def test_adds_a_task_and_goes_back_to_collecting(self, office, now):
        case, staff = office
        make_settled(case, staff, now)
        task = tasks_of(case)[-1]
        system = db.session.get_one(DataSystem, task.system_id)
        new = DataSystem(
            organisation_id=system.organisation_id,
            key="extra",
            name="Papirarkiv",
            position=99,
            document={"name": "Papirarkiv", "key": "extra", "perishable_days": 3},
        )
        with collection.transaction() as session:
            session.add(new)
        first = collection.add_task(right_of(case).id, new.id, actor_of(staff), now)
        again = collection.add_task(right_of(case).id, new.id, actor_of(staff), now)
        row = db.session.get_one(Task, first)
        assert first == again
        assert (row.due_on.isoformat(), row.vanishes_on.isoformat()) == (
            "2026-11-21",
            "2026-11-23",
        )
        assert right_of(case).state == "collecting"
        assert kinds(case)[-1] == "task_added"

    def test_refuses_a_system_of_another_house(self, make, office, now):
        case, staff = office
        other = make.case(make.organisation("inmeta"))
        foreign = tasks_of(other)[0].system_id
        with pytest.raises(collection.SystemUnknown):
            collection.add_task(right_of(case).id, foreign, actor_of(staff), now)


class TestTheOrderOfTasks:
    def test_begins_with_the_source_that_deletes_itself(self, office):
        case, _ = office
        first, *rest = review.tasks_of(db.session, right_of(case).id)
        assert (first[1].name, first[0].vanishes_on is not None) == ("Webserverlogg", True)
        assert all(task.vanishes_on is None for task, _ in rest)
