"""Cases that look alike are shown, linked and unlinked; each keeps its own clock."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from dsar.domain.links import LinkKind, NotLinkable
from dsar.models import Case, CaseLink, db
from dsar.queries.similar import similar_cases
from dsar.services.intake import links
from dsar.services.intake.links import LinkCases
from dsar.services.intake.opening import PersonFacts
from dsar.services.transaction import transaction
from tests.factories.portal import make_request
from tests.factories.work import actor_of
from tests.services.log import events, kinds

DAY = timedelta(days=1)


@pytest.fixture
def house(make):
    return make.organisation()


@pytest.fixture
def staff(make, house):
    return make.staff(house)


@pytest.fixture
def case(make, house, now):
    return make.case(house, now=now)


def other(make, house, now, name="En Annen", email="en@example.org"):
    return make.case(house, now=now, person=PersonFacts(name, email=email))


def numbers(case):
    db.session.rollback()
    return [one.number for one in similar_cases(case)]


class TestSimilarCases:
    @pytest.mark.parametrize(
        ("name", "email", "why"),
        [
            ("En Annen", "KARI@example.org ", (True, False)),
            ("nordmann, kari", "en@example.org", (False, True)),
            ("KARI  NORDMANN", "kari@example.org", (True, True)),
        ],
    )
    def test_have_the_same_address_or_the_same_names(
        self, make, house, case, now, name, email, why
    ):
        found = other(make, house, now, name, email)
        (alike,) = similar_cases(case)
        assert (alike.number, alike.has_address, alike.has_name) == (found.number, *why)
        assert numbers(found) == [case.number]

    @pytest.mark.parametrize(
        "name",
        ["Kari", "Kari Nordmann Hansen", "Kari Hansen", "Nordmann", "Karin Nordmann", ""],
    )
    def test_share_more_than_a_part_of_a_name(self, make, house, case, now, name):
        found = other(make, house, now, name)
        assert numbers(case) == numbers(found) == []

    def test_are_never_those_of_another_house(self, make, case, now):
        make.case(make.organisation("inmeta"), now=now)
        assert numbers(case) == []

    def test_put_what_is_linked_first_and_the_newest_next(self, make, house, case, staff, now):
        stranger = other(make, house, now)
        older, newer = (make.case(house, now=now + n * DAY) for n in (1, 2))
        command = LinkCases(case.id, stranger.id, LinkKind.FOLLOW_UP)
        links.link(command, actor_of(staff), now)
        assert numbers(case) == [stranger.number, newer.number, older.number]
        assert similar_cases(case)[0].link == "follow_up"

    def test_are_one_question_to_the_database(self, make, house, case, now):
        for n in range(3):
            make.case(house, now=now + n * DAY)
        asked = []
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
        db.session.rollback()
        case_row = db.session.get_one(Case, case.id)
        asked.clear()
        assert len(similar_cases(case_row)) == 3
        assert len(asked) == 1


class TestALink:
    def test_stands_in_both_logs_and_moves_no_clock(self, make, house, case, staff, now):
        second = make.case(house, now=now + DAY)
        dates = [row.binding_on for row in (case, second)]
        links.link(LinkCases(case.id, second.id, LinkKind.DUPLICATE), actor_of(staff), now)
        for one, theirs in ((case, second), (second, case)):
            (entry,) = events(one, "case_linked")
            assert entry.facts == {"other": theirs.number, "link": "duplicate"}
        assert [row.binding_on for row in (case, second)] == dates
        assert [row.state for row in (case, second)] == ["received", "received"]

    def test_made_twice_or_from_the_other_side_is_one(self, make, house, case, staff, now):
        second = make.case(house, now=now)
        for ids in ((case.id, second.id), (second.id, case.id), (case.id, second.id)):
            links.link(LinkCases(*ids, LinkKind.DUPLICATE), actor_of(staff), now)
        assert len(db.session.scalars(select(CaseLink)).all()) == 1
        assert kinds(case).count("case_linked") == 1

    def test_is_taken_away_from_either_side_once(self, make, house, case, staff, now):
        second = make.case(house, now=now)
        links.link(LinkCases(case.id, second.id, LinkKind.FOLLOW_UP), actor_of(staff), now)
        for _ in range(2):
            links.unlink(
                LinkCases(second.id, case.id, LinkKind.DUPLICATE), actor_of(staff), now
            )
        assert db.session.scalars(select(CaseLink)).all() == []
        for one in (case, second):
            (entry,) = events(one, "case_unlinked")
            assert entry.facts["link"] == "follow_up"

    def test_is_refused_between_houses_and_to_itself(self, make, case, staff, now):
        foreign = make.case(make.organisation("inmeta"), now=now)
        for other_id in (foreign.id, case.id):
            command = LinkCases(case.id, other_id, LinkKind.DUPLICATE)
            with pytest.raises(NotLinkable):
                links.link(command, actor_of(staff), now)
        assert kinds(foreign) == ["case_opened"]

    def test_is_refused_to_what_is_disposed_of(self, make, house, case, staff, now):
        gone = make.case(house, now=now)
        with transaction() as session:
            session.get_one(Case, gone.id).state = "disposed"
        with pytest.raises(NotLinkable):
            links.link(LinkCases(case.id, gone.id, LinkKind.DUPLICATE), actor_of(staff), now)
        assert numbers(case) == []


class TestANewWishAfterAnAnswer:
    def test_is_a_case_of_its_own_that_follows_the_first(self, house, case, now):
        later = make_request(house, now=now + 40 * DAY, follows=case.id).case
        row = db.session.scalars(select(CaseLink)).one()
        assert (row.case_id, row.other_id, row.kind) == (later.id, case.id, "follow_up")
        assert later.binding_on > case.binding_on
        assert kinds(case)[-1] == "case_linked"

    def test_comes_to_be_where_the_first_is_gone(self, house, case, now):
        with transaction() as session:
            session.get_one(Case, case.id).state = "disposed"
        for earlier in (case.id, "f" * 32):
            assert make_request(house, now=now, follows=earlier).case.state == "received"
        assert db.session.scalars(select(CaseLink)).all() == []
