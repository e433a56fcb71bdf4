"""Two at the same moment: who decide about one finding, and presses of one button."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from dsar.domain.verdicts import ReviewVerdict
from dsar.models import Case, Decision, Finding, db
from dsar.services.work import review
from tests.browser_client import Browser
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


@pytest.fixture
def street(app, make):
    """The page that stops marketing, open in a browser; and how it is sent from there."""
    app.config["FORM_MIN_SECONDS"] = 0
    make.organisation("inmeta")
    browser = Browser(app.test_client())
    browser.get("/o/inmeta/stop-marketing?lang=nb")
    typed = {**browser.form(), "address": "kari@example.org"}
    cookies = [(one.key, one.value) for one in browser.client._cookies.values()]

    def press():
        client = app.test_client()
        for name, value in cookies:
            client.set_cookie(name, value)
        client.post("/o/inmeta/stop-marketing", data=typed)
        return client.get("/o/inmeta/receipt").text

    return press


class TestTwoPressesAtOnce:
    def test_are_one_objection_with_one_receipt(self, app, street):
        start = Barrier(2)
        db.session.rollback()

        def press(_):
            start.wait()
            return street()

        with ThreadPoolExecutor(2) as pool:
            pages = list(pool.map(press, range(2)))
        (case,) = db.session.scalars(select(Case)).all()
        assert all(case.number in page for page in pages)
        codes = [re.findall(r"[0-9A-Z]{4}(?: [0-9A-Z]{4}){3}", page) for page in pages]
        assert codes[0] == codes[1] != []


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
