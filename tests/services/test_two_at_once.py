"""Two members of staff decide about one finding at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from dsar.domain.verdicts import ReviewVerdict
from dsar.models import Decision, Finding, db
from dsar.services.work import review
from tests.factories.work import actor_of, make_finding, tasks_of
from tests.services.log import events

HIDDEN = frozenset({"hiding_is_not_enough"})
WITHHOLD = review.Judgement(ReviewVerdict.WITHHOLD, "gdpr_15_4", "Gjelder en annen", HIDDEN)
RELEASE = review.Judgement(ReviewVerdict.RELEASE)


@pytest.fixture
def finding(make, now):
    """A finding, and two who decide."""
    house = make.organisation()
    case, staff = make.case(house), (make.staff(house), make.staff(house))
    make_finding(tasks_of(case)[0], staff[0], now)
    return case, db.session.scalars(select(Finding.id)).first(), [actor_of(s) for s in staff]


def decide_at_once(app, finding, now):
    _, finding_id, actors = finding
    start = Barrier(2)
    db.session.rollback()

    def decide(actor, judgement):
        with app.app_context():
            start.wait()
            review.decide(finding_id, judgement, actor, now)
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(decide, actors, (RELEASE, WITHHOLD)))


class TestTwoDecisionsAtOnce:
    def test_are_both_kept_and_one_of_them_holds(self, app, finding, now):
        case, finding_id, actors = finding
        decide_at_once(app, finding, now)
        rows = db.session.scalars(
            select(Decision).where(Decision.finding_id == finding_id)
        ).all()
        assert {row.decided_by for row in rows} == {actor.ref for actor in actors}
        assert {row.verdict for row in rows} == {"release", "withhold"}
        (holds,) = [row for row in rows if row.superseded_at is None]
        last = events(case, "finding_decided")[-1]
        assert (last.actor_ref, last.facts["verdict"]) == (holds.decided_by, holds.verdict)
        assert len(events(case, "finding_decided")) == 2
