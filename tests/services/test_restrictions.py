"""What is restricted is listed, and used again only after the person has been told."""

import json

import pytest

from dsar.domain.assessments import Weighed
from dsar.domain.cases import Outcome
from dsar.domain.measures import Act
from dsar.domain.messages import Direction
from dsar.domain.rights import Right
from dsar.models import Case, Measure, Message, db
from dsar.queries.restrictions import restrictions_in
from dsar.services.answer import closure, delivery
from dsar.services.contact.messages import CaseDisposed
from dsar.services.intake.opening import PersonFacts, Wish
from dsar.services.mail import letters, settling
from dsar.services.mail.settling import Sending
from dsar.services.rights import assessing, lifting
from dsar.services.rights.restrictions import restricted_in
from dsar.services.transaction import transaction
from dsar.vault import current_vault
from tests.factories.mail import let_leave, letters_of
from tests.factories.rights import make_carried_out, make_measured, make_sent
from tests.factories.work import actor_of, right_of
from tests.services.log import kinds

RESTRICTION = Right.RESTRICTION
WHY = "Vi har sjekket tallene og rettet dem."


@pytest.fixture
def house(make):
    return make.organisation("inmeta")


@pytest.fixture
def staff(make, house):
    return make.staff(house)


@pytest.fixture
def case(make, house):
    return make.case(house, wishes=(Wish(RESTRICTION, {"reason": "a", "text": ""}),))


@pytest.fixture
def restricted(case, staff, now):
    """A case in which something is not used any more."""
    ground = Weighed("18_1_a", "", {})
    assessing.assess(right_of(case, RESTRICTION).id, ground, actor_of(staff), now)
    make_measured(case, staff, now, RESTRICTION, Act.RESTRICT)
    make_carried_out(case, staff, now, RESTRICTION)
    return db.session.query(Measure).one()


def announce(row, staff, now, reason=WHY):
    lifting.announce(lifting.AnnounceLifting(row.id, reason), actor_of(staff), now)


def close(case, staff, other, now):
    delivery.open_answer(make_sent(case, staff, other, now, RESTRICTION), now)
    right_id = right_of(case, RESTRICTION).id
    closure.close_right(right_id, Outcome.FULFILLED, actor_of(staff), now)
    db.session.expire_all()


class TestTheRegister:
    def test_lists_what_is_restricted_with_case_system_ground_and_day(
        self, restricted, house, case, now
    ):
        (row,) = restrictions_in(house.id)
        assert (row.number, row.ground, row.since) == (case.number, "18_1_a", now)
        assert row.system.startswith("HubSpot")

    def test_lists_closed_cases_too(self, restricted, house, case, staff, make, now):
        close(case, staff, make.staff(house), now)
        assert case.state == "closed"
        assert len(restrictions_in(house.id)) == 1

    def test_lists_neither_what_is_only_decided_nor_another_house(
        self, case, staff, house, make, now
    ):
        make_measured(case, staff, now, RESTRICTION, Act.RESTRICT)
        assert restrictions_in(house.id) == []
        make_carried_out(case, staff, now, RESTRICTION)
        assert restrictions_in(make.organisation("memini").id) == []


class TestLifting:
    def test_waits_for_a_notice_that_has_left(self, restricted, house, staff, now):
        with pytest.raises(lifting.LiftNotAnnounced):
            lifting.lift(restricted.id, actor_of(staff), now)
        announce(restricted, staff, now)
        with pytest.raises(lifting.LiftNotAnnounced):
            lifting.lift(restricted.id, actor_of(staff), now)
        let_leave("m25", now)
        lifting.lift(restricted.id, actor_of(staff), now)
        assert restrictions_in(house.id) == []

    def test_works_after_the_case_is_closed(self, restricted, case, house, staff, make, now):
        close(case, staff, make.staff(house), now)
        announce(restricted, staff, now)
        let_leave("m25", now)
        lifting.lift(restricted.id, actor_of(staff), now)
        assert kinds(case)[-4:] == [
            "lifting_prepared",
            "mail_accepted",
            "lifting_notified",
            "restriction_lifted",
        ]
        (view,) = restricted_in(case.id)
        assert (view.since, view.notified_at, view.lifted_at) == (now, now, now)

    @pytest.mark.parametrize("state", [Sending.REFUSED, Sending.NO_ADDRESS])
    def test_waits_for_the_letter_where_mail_does_not_arrive(
        self, restricted, staff, now, state
    ):
        announce(restricted, staff, now)
        letter_id = let_leave("m25", now, state)
        with pytest.raises(lifting.LiftNotAnnounced):
            lifting.lift(restricted.id, actor_of(staff), now)
        settling.record_as_posted(letter_id, actor_of(staff), now)
        lifting.lift(restricted.id, actor_of(staff), now)

    def test_says_why_behind_the_link_and_nothing_in_the_mail(self, restricted, staff, now):
        announce(restricted, staff, now)
        (letter,) = letters_of("m25")
        written = letters.compose(db.session, letter, "kari@example.org")
        assert WHY not in written.subject + written.body
        assert "\\" not in written.body
        (message,) = db.session.query(Message)
        assert message.direction == Direction.TO_PERSON
        assert current_vault().open(message, "body") == WHY

    def test_is_announced_once_and_with_a_reason(self, restricted, staff, now):
        with pytest.raises(lifting.LiftReasonMissing):
            announce(restricted, staff, now, " ")
        announce(restricted, staff, now)
        announce(restricted, staff, now, "En annen grunn.")
        assert len(letters_of("m25")) == 1

    def test_again_is_no_error_and_of_nothing_is_one(self, restricted, case, staff, now):
        announce(restricted, staff, now)
        let_leave("m25", now)
        lifting.lift(restricted.id, actor_of(staff), now)
        before = kinds(case)
        lifting.lift(restricted.id, actor_of(staff), now)
        assert kinds(case) == before
        with pytest.raises(lifting.NothingRestricted):
            announce(restricted, staff, now)

    def test_of_a_case_that_is_gone_writes_nothing(self, restricted, case, staff, now):
        with transaction() as session:
            session.get_one(Case, case.id).state = "disposed"
        with pytest.raises(CaseDisposed):
            announce(restricted, staff, now)
        assert letters_of("m25") == []

    def test_of_what_is_not_carried_out_is_refused(self, case, staff, now):
        make_measured(case, staff, now, RESTRICTION, Act.RESTRICT)
        (row,) = db.session.query(Measure)
        with pytest.raises(lifting.NothingRestricted):
            announce(row, staff, now)


class TestThePersonsPage:
    def test_tells_nothing_before_the_answer_is_there(self, restricted, case):
        assert restricted_in(case.id) == []

    def test_tells_since_when_afterwards(self, restricted, case, staff, house, make, now):
        close(case, staff, make.staff(house), now)
        (view,) = restricted_in(case.id)
        assert (view.since, view.lifted_at) == (now, None)


class TestADisputedCorrection:
    def test_brings_restriction_where_the_person_ticks_it(self, make):
        house = make.organisation("meetings")
        wish = Wish(Right.RECTIFICATION, {"wrong": "a", "right": "b", "restrict": True})
        case = make.case(house, wishes=(wish,), person=PersonFacts("Kari Nordmann"))
        wishes = json.loads(current_vault().open(right_of(case, RESTRICTION), "wishes"))
        assert wishes["reason"] == "a"
        (opened,) = [kind for kind in kinds(case) if kind == "case_opened"]
        assert db.session.get_one(Case, case.id).state == "received", opened
