"""A use that must end: the same day, before anybody approves, and never again."""

import hashlib
import json
from datetime import timedelta

import pytest

from dsar.domain.assessments import Weighed
from dsar.domain.cases import State
from dsar.domain.events import Actor
from dsar.domain.measures import Act
from dsar.domain.package import TaskAnswer
from dsar.domain.rights import Right
from dsar.domain.wishes import MarketingNotWeighed
from dsar.models import Suppression, db
from dsar.services.answer import packaging
from dsar.services.answer.readiness import readiness
from dsar.services.intake.opening import PersonFacts, Wish
from dsar.services.mail import letters, task_reminders
from dsar.services.rights import assessing, measures, refusing, suppressing
from dsar.services.work import collection
from dsar.services.work.review import GroundMissing
from dsar.vault import current_vault
from tests.factories.mail import letters_of
from tests.factories.rights import make_carried_out, make_measure, make_measured
from tests.factories.work import actor_of, right_of, tasks_of

OBJECTION, CONSENT = Right.OBJECTION, Right.CONSENT_WITHDRAWAL
MARKETING = {"kind": "marketing", "text": ""}
OTHER = {"kind": "other", "text": "Analysen av kjøpene mine"}
KARI = PersonFacts("Kari Nordmann", email="Kari@Example.org", phone="+47 412 34 567")


@pytest.fixture
def house(make):
    return make.organisation("glasoterapi")


@pytest.fixture
def staff(make, house):
    return make.staff(house)


@pytest.fixture
def ask(make, house):
    """Open a case with one wish."""

    def asked(right, answers, **overrides):
        return make.case(house, wishes=(Wish(right, answers),), person=KARI, **overrides)

    return asked


def weigh(case, staff, now, ground="21_1", result="stops", **texts):
    right_id = right_of(case, OBJECTION).id
    assessing.assess(right_id, Weighed(ground, result, texts), actor_of(staff), now)


class TestMarketing:
    def test_is_asked_of_every_system_the_same_day(self, ask):
        case = ask(OBJECTION, MARKETING)
        days = {task.due_on.isoformat() for task in tasks_of(case, OBJECTION)}
        assert days == {"2026-11-20"}

    def test_of_another_kind_has_the_usual_time(self, ask):
        case = ask(OBJECTION, OTHER)
        assert min(task.due_on for task in tasks_of(case, OBJECTION)).day == 30

    def test_is_late_the_next_working_day(self, ask, staff, now):
        case = ask(OBJECTION, MARKETING)
        for days, n in ((0, 0), (3, len(tasks_of(case, OBJECTION))), (4, 0)):
            at = now + timedelta(days=days)
            assert task_reminders.remind(case.id, Actor("job", "test"), at) == n

    def test_that_is_decided_but_not_done_is_late_all_the_same(self, ask, staff, now):
        case = ask(OBJECTION, MARKETING)
        make_measured(case, staff, now, OBJECTION, Act.STOP)
        later = now + timedelta(days=3)
        assert task_reminders.remind(case.id, Actor("job", "test"), later) == 1
        (letter,) = letters_of("t10.done")
        assert "t10" not in letters.compose(db.session, letter, "ida@example.org").body
        make_carried_out(case, staff, now, OBJECTION)
        assert task_reminders.cases_to_remind(later) == []

    def test_is_suppressed_with_the_request(self, ask, house):
        ask(OBJECTION, MARKETING)
        given = {"kari@example.org", " KARI@example.org", "41234567", "0047 412 34 567"}
        given |= {"kari\N{FULLWIDTH COMMERCIAL AT}example.org"}
        others = {"ola@example.org", "41234568", "", "Kari"}
        assert suppressing.suppressed(house.key, given | others) == given
        assert suppressing.counted(house.key) == {"marketing": 2}

    def test_is_written_down_so_that_nobody_can_read_it(self, ask, house):
        ask(OBJECTION, MARKETING)
        known = ("kari@example.org", "41234567")
        texts = [*known, *(f"{house.id}\n\n{one}" for one in known)]
        guessed = {hashlib.sha256(text.encode()).hexdigest() for text in texts}
        rows = db.session.query(Suppression).all()
        assert len(rows) == 2
        for row in rows:
            assert row.digest.decode() not in guessed
            assert not any(one.encode() in row.digest for one in known)

    def test_is_of_one_house_alone(self, ask, make):
        ask(OBJECTION, MARKETING)
        other = make.organisation("memini")
        assert suppressing.suppressed(other.key, {"kari@example.org"}) == set()
        digests = {row.digest for row in db.session.query(Suppression)}
        make.case(other, wishes=(Wish(OBJECTION, MARKETING),), person=KARI)
        assert len({row.digest for row in db.session.query(Suppression)} - digests) == 2

    def test_asked_for_twice_is_suppressed_once(self, ask, house):
        ask(OBJECTION, MARKETING)
        ask(OBJECTION, MARKETING)
        assert suppressing.counted(house.key) == {"marketing": 2}

    def test_may_be_allowed_again_by_its_owner(self, ask, house):
        ask(OBJECTION, MARKETING)
        assert suppressing.allow_again(house.key, "kari@example.org")
        assert not suppressing.allow_again(house.key, "kari@example.org")
        assert suppressing.suppressed(house.key, {"kari@example.org"}) == set()

    def test_is_neither_weighed_nor_refused(self, ask, staff, now):
        case = ask(OBJECTION, MARKETING)
        with pytest.raises(MarketingNotWeighed):
            weigh(case, staff, now, "21_1", "continues", balancing="Vi tjener på det.")
        command = refusing.Refuse(
            right_id=right_of(case, OBJECTION).id,
            ground="gdpr_12_5",
            explanation="Du har bedt om dette mange ganger før.",
            conditions=frozenset({"facts_documented", "fee_considered"}),
        )
        with pytest.raises(MarketingNotWeighed):
            refusing.refuse(command, actor_of(staff), now)

    def test_is_stopped_before_anybody_approves_and_the_person_is_told(self, ask, staff, now):
        case = ask(OBJECTION, MARKETING)
        make_measured(case, staff, now, OBJECTION, Act.STOP)
        assert letters_of("m22") == []
        make_carried_out(case, staff, now, OBJECTION)
        (letter,) = letters_of("m22")
        assert letter.facts["effective"] == "2026-11-20"

    def test_is_told_of_also_when_no_system_had_anything(self, ask, staff, now):
        case = ask(OBJECTION, MARKETING)
        for task in tasks_of(case, OBJECTION):
            assert letters_of("m22") == []
            command = collection.SettleTask(task.id, TaskAnswer.NOTHING_FOUND, "Søkte")
            collection.settle_task(command, actor_of(staff), now)
        assert len(letters_of("m22")) == 1

    def test_that_staff_recognise_is_suppressed_when_they_do(self, ask, staff, house, now):
        case = ask(OBJECTION, {"words": "Slutt å ringe meg"})
        assert suppressing.counted(house.key) == {}
        weigh(case, staff, now, "21_2")
        assert suppressing.counted(house.key) == {"marketing": 2}


class TestAnotherObjection:
    def test_is_not_told_of_before_the_letter(self, ask, staff, house, now):
        case = ask(OBJECTION, OTHER)
        make_measured(case, staff, now, OBJECTION, Act.STOP)
        make_carried_out(case, staff, now, OBJECTION)
        assert letters_of("m22") == []
        assert suppressing.counted(house.key) == {}

    def test_is_answered_as_it_was_weighed_or_not_at_all(self, ask, staff, now):
        case = ask(OBJECTION, OTHER)
        make_measured(case, staff, now, OBJECTION, Act.STOP)
        weigh(case, staff, now, result="continues", balancing="Svindel må kunne oppdages.")
        right = right_of(case, OBJECTION)
        assert not readiness(db.session, right).is_consistent
        with pytest.raises(packaging.IncompleteAnswer):
            packaging.build(right.id, actor_of(staff), now)
        weigh(case, staff, now)
        assert readiness(db.session, right_of(case, OBJECTION)).is_complete

    def test_goes_on_only_on_compelling_grounds(self, ask, staff, now):
        case = ask(OBJECTION, OTHER)
        command = measures.NewMeasure(
            id="c" * 32,
            task_id=tasks_of(case, OBJECTION)[0].id,
            act=Act.CONTINUE,
            texts={"purpose": "analyse", "why": "Vi må oppdage svindel."},
            ground="gdpr_12_5",
        )
        with pytest.raises(GroundMissing):
            measures.decide_measure(command, actor_of(staff), now)

    def test_may_ask_that_nothing_is_used_meanwhile(self, ask):
        case = ask(OBJECTION, OTHER | {"restrict": True})
        right = right_of(case, Right.RESTRICTION)
        wishes = json.loads(current_vault().open(right, "wishes"))
        assert (right.state, wishes["reason"]) == (State.RECEIVED, "d")
        assert len(tasks_of(case, Right.RESTRICTION)) == len(tasks_of(case, OBJECTION))


class TestAWithdrawnConsent:
    def test_is_due_the_same_day_and_suppresses_marketing(self, ask, house):
        case = ask(CONSENT, {"scope": "all", "text": ""})
        assert {task.due_on.day for task in tasks_of(case, CONSENT)} == {20}
        assert suppressing.counted(house.key) == {"marketing": 2}

    def test_is_stopped_for_its_purpose_with_where_it_came_from(self, ask, staff, house, now):
        case = ask(CONSENT, {"scope": "some", "text": "Bilder på nettsiden"})
        assert suppressing.counted(house.key) == {}
        task = tasks_of(case, CONSENT)[0]
        make_measure(task, staff, now, Act.STOP, purpose="Bilder", origin="På et møte")
        make_carried_out(case, staff, now, CONSENT)
        assert suppressing.counted(house.key) == {"consent": 2}
        known = {"kari@example.org"}
        assert suppressing.suppressed(house.key, known) == set()
        assert suppressing.suppressed(house.key, known, "bilder ") == known
        assert suppressing.suppressed(house.key, known, "nyhetsbrev") == set()
        (view,) = measures.measures_of(db.session, right_of(case, CONSENT).id)
        assert view.body.texts["origin"] == "På et møte"
