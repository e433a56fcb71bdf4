"""The table of jobs, the process that beats it, and who leads."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from sqlalchemy import select, text

from dsar.jobs import schedule
from dsar.jobs.lease import LEASE, Leadership
from dsar.jobs.schedule import Beat, Watch
from dsar.models import Heartbeat, Lease, db
from dsar.services import leases


def beats():
    db.session.rollback()
    return {row.job: row for row in db.session.scalars(select(Heartbeat))}


@pytest.fixture
def beat(app):
    return Beat(app, Leadership(60))


class TestTheTable:
    def test_gives_every_job_the_same_care(self, beat):
        scheduler = beat.build()
        scheduler.start(paused=True)
        jobs = {job.id: job for job in scheduler.get_jobs()}
        scheduler.shutdown()
        assert jobs.keys() == schedule.JOBS.keys()
        for job in jobs.values():
            assert (job.coalesce, job.max_instances) == (True, 1)
            assert job.misfire_grace_time == schedule.MISFIRE_GRACE_SECONDS

    @pytest.mark.parametrize("name", schedule.JOBS)
    def test_runs_each_job_more_often_than_silence_is_an_alarm(self, app, name):
        rhythm = Beat.rhythm(name)
        moment = datetime(
            2026, 10, 25, 0, 30, tzinfo=UTC
        )  # the night in which an hour comes twice
        fired = []
        while moment < datetime(2026, 10, 25, 2, 30, tzinfo=UTC):
            moment = rhythm.get_next_fire_time(moment, moment + timedelta(microseconds=1))
            fired.append(moment)
        gaps = {after - before for before, after in pairwise(fired)}
        stale = app.extensions["dsar.config"].scheduler.stale_minutes
        assert max(gaps) < timedelta(minutes=stale) / 2
        assert min(gaps) == max(gaps)


class TestARun:
    def test_leaves_a_sign_of_life(self, beat):
        beat.run("draft_cleanup")
        row = beats()["draft_cleanup"]
        assert (row.failures, row.finished_at >= row.started_at) == (0, True)

    def test_that_breaks_leaves_none(self, beat, monkeypatch):
        broken = (lambda now: 1 / 0, "0", "*")
        monkeypatch.setitem(schedule.JOBS, "draft_cleanup", broken)
        beat.run("draft_cleanup")
        assert beats()["draft_cleanup"].finished_at is None

    def test_counts_what_failed(self, beat, monkeypatch):
        monkeypatch.setitem(schedule.JOBS, "draft_cleanup", (lambda now: 3, "0", "*"))
        beat.run("draft_cleanup")
        assert beats()["draft_cleanup"].failures == 3

    def test_is_not_made_while_another_leads(self, app, beat):
        assert Leadership(60).leads()
        beat.run("draft_cleanup")
        assert beats() == {}

    def test_goes_over_to_the_next_one_when_a_leader_is_gone(self, beat):
        first = Leadership(60)
        assert first.leads()
        assert not beat.leadership.leads()
        first.give_back()
        assert beat.leadership.leads()
        assert db.session.get_one(Lease, LEASE).fence == 2

    def test_goes_by_the_database_clock_not_by_ours(self, app):
        first, second = Leadership(60), Leadership(60)
        assert first.leads()
        for shift in (timedelta(days=-5), timedelta(days=20)):
            with time_machine.travel(datetime.now(UTC) + shift):
                assert not second.leads()

    def test_has_no_leader_without_a_database(self, app, beat):
        db.session.execute(text("DROP TABLE leases"))
        db.session.commit()
        assert not beat.leadership.leads()
        beat.run("draft_cleanup")
        assert beats() == {}

    def test_forgets_jobs_that_are_no_more(self, app):
        leases.begin_run("gone", datetime.now(UTC))
        leases.keep_only(schedule.JOBS)
        assert beats() == {}


class TestAClockThatJumps:
    @pytest.mark.parametrize("shift", [timedelta(days=-5), timedelta(days=20)])
    def test_is_noticed_once(self, shift):
        with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC)) as clock:
            watch = Watch()
            assert not watch.has_jumped()
            clock.shift(shift)
            watch_again = [watch.has_jumped(), watch.has_jumped()]
        assert watch_again[0] is True
