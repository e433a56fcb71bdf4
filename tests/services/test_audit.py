"""The log of a case is verified: whoever changes it afterwards is found out, entry by entry."""

from datetime import timedelta, timezone

import pytest

from dsar.domain.events import Actor, EventKind
from dsar.models import Case, CaseEvent, EventHead, db
from dsar.services.casefile import CaseFile
from dsar.services.setup.audit import BrokenEntry, Head, heads, verify_all, verify_log
from dsar.services.transaction import transaction
from tests.factories import work
from tests.services.tampering import tamper

STAFF = Actor("staff", "s1")
#: A statement about one entry of the log.
OF = " WHERE case_id = :case AND seq = :seq"


def view(case, now, part="people"):
    with transaction() as session:
        file = CaseFile(session, session.get_one(Case, case.id), STAFF, now)
        file.record(EventKind.CASE_VIEWED, part=part)


@pytest.fixture
def case(make, now):
    """A case with five entries in its log."""
    case = make.case(make.organisation())
    for part in ("people", "findings", "messages", "log"):
        view(case, now, part)
    assert len(list(db.session.query(CaseEvent).filter_by(case_id=case.id))) == 5
    return case


class TestAWholeLog:
    def test_is_found_whole(self, case):
        assert verify_log(case.id) is None

    def test_is_found_whole_after_a_whole_case(self, make, now):
        organisation = make.organisation()
        one, other = make.staff(organisation), make.staff(organisation)
        case = make.case(organisation)
        work.make_delivery(case, one, other, now)
        assert verify_log(case.id) is None

    def test_does_not_depend_on_the_zone_of_the_clock_that_wrote_it(self, case, now):
        view(case, now.astimezone(timezone(timedelta(hours=2))))
        assert verify_log(case.id) is None

    def test_leads_to_the_head_that_was_kept_elsewhere(self, case, now):
        mark = next(head for head in heads() if head.case_id == case.id)
        view(case, now)
        assert (mark.seq, verify_log(case.id, mark)) == (5, None)


class TestAChangedLog:
    @pytest.mark.parametrize(
        ("statement", "broken"),
        [
            ("UPDATE case_events SET actor_ref = 'nobody'" + OF, BrokenEntry(3, "changed")),
            ("UPDATE case_events SET kind = 'note_added'" + OF, BrokenEntry(3, "changed")),
            (
                "UPDATE case_events SET at = '2026-11-19T09:00:00.000000+00:00'" + OF,
                BrokenEntry(3, "changed"),
            ),
            (
                'UPDATE case_events SET facts = \'{"part":"log"}\'' + OF,
                BrokenEntry(3, "changed"),
            ),
            ("UPDATE case_events SET hash = 'f00'" + OF, BrokenEntry(3, "changed")),
            ("UPDATE case_events SET previous_hash = 'f00'" + OF, BrokenEntry(3, "unbound")),
            ("DELETE FROM case_events" + OF, BrokenEntry(3, "missing")),
        ],
    )
    def test_names_its_first_broken_entry(self, case, statement, broken):
        tamper(statement, case=case.id, seq=3)
        assert verify_log(case.id) == broken

    def test_is_noticed_when_its_tail_is_cut(self, case):
        tamper("DELETE FROM case_events" + OF, case=case.id, seq=5)
        assert verify_log(case.id) == BrokenEntry(5, "cut")

    def test_is_noticed_when_all_of_it_is_gone(self, case):
        tamper("DELETE FROM case_events WHERE case_id = :case", case=case.id)
        assert verify_log(case.id) == BrokenEntry(1, "cut")

    def test_is_noticed_when_its_head_is_gone_too(self, case):
        tamper("DELETE FROM case_events WHERE case_id = :case", case=case.id)
        tamper("DELETE FROM event_heads WHERE case_id = :case", case=case.id)
        assert verify_log(case.id) == BrokenEntry(1, "cut")

    def test_is_noticed_when_an_entry_is_added_past_the_head(self, case):
        copy = (
            "INSERT INTO case_events SELECT 'new', case_id, 6, at, kind, actor_kind, actor_ref,"
            " facts, hash, hash FROM case_events"
        )
        tamper(copy + OF, case=case.id, seq=5)
        assert verify_log(case.id) == BrokenEntry(6, "changed")

    def test_is_noticed_when_it_was_written_anew_and_a_head_was_kept_elsewhere(self, case, now):
        mark = db.session.get_one(EventHead, case.id)
        mark = Head(case.id, mark.seq, mark.hash)
        tamper("DELETE FROM case_events WHERE case_id = :case AND seq > 3", case=case.id)
        last = db.session.query(CaseEvent).filter_by(case_id=case.id, seq=3).one().hash
        tamper(
            "UPDATE event_heads SET seq = 3, hash = :hash WHERE case_id = :case",
            case=case.id,
            hash=last,
        )
        assert verify_log(case.id, mark) == BrokenEntry(4, "cut")
        for part in ("log", "letters"):
            view(case, now, part)
        assert verify_log(case.id) is None
        assert verify_log(case.id, mark) == BrokenEntry(5, "rewritten")


class TestAllLogs:
    def test_are_verified_by_organisation(self, make, now):
        one, other = make.organisation("meetings"), make.organisation("memini")
        first, second = make.case(one), make.case(other)
        tamper("UPDATE case_events SET actor_ref = 'x'" + OF, case=second.id, seq=1)
        found = {each.organisation_key: each.broken for each in verify_all()}
        assert found == {"meetings": None, "memini": BrokenEntry(1, "changed")}
        assert [each.number for each in verify_all("meetings")] == [first.number]

    def test_name_a_case_that_is_no_longer_there(self, case):
        gone = Head("gone", 3, "f00")
        broken = [each for each in verify_all(marks={"gone": gone}) if each.broken]
        assert [(each.number, each.broken.why) for each in broken] == [("gone", "cut")]
