"""Several processes at once, on both databases: nothing twice, nothing lost."""

import json
import os
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from dsar.domain.events import Actor
from dsar.models import Heartbeat, Lease, OutboxMessage, Reminder, db
from dsar.services.casefile import CaseFile, Notice
from dsar.services.intake.opening import PersonFacts
from dsar.services.transaction import transaction
from tests import mail_server

ROOT = Path(__file__).parents[2]
RECEIVED = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
PROCESSES = 4
START = """
import json, sys, time
from datetime import datetime
from pathlib import Path
from dsar.app import create_app
from dsar.config import Config
config = Config.build(Path(sys.argv[1]), json.loads(sys.argv[2]))
app = create_app(config)
app.app_context().push()
now = datetime.fromisoformat(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
"""

pytestmark = pytest.mark.slow


def race(config, port, work, now):
    """Run the work in several processes that start at one moment."""
    # Patient: on a busy machine a letter that timed out would wait for a later run.
    mail = {"host": "127.0.0.1", "port": port, "security": "none", "timeout_seconds": 60}
    given = {
        "database": {"url": config.database.url, "keys_url": config.database.keys_url},
        "mail": mail | {"sender": "privacy@house.test"},
    }
    program = START + textwrap.dedent(work)
    arguments = [str(config.folder), json.dumps(given), now.isoformat()]
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for _ in range(PROCESSES)
    ]
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    said = [racer.communicate(timeout=120)[0] for racer in racers]
    assert [racer.returncode for racer in racers] == [0] * PROCESSES
    return said


class TestFourProcesses:
    def test_send_each_letter_once(self, make, config, now):
        house = make.organisation()
        for number in range(30):
            person = PersonFacts("A", email=f"p{number}@example.org")
            case = make.case(house, person=person)
            with transaction() as session:
                file = CaseFile(session, session.get_one(type(case), case.id), ACTOR, now)
                file.tell(Notice("m08"))
        inbox = mail_server.Inbox()
        with mail_server.running(inbox) as server:
            work = """
            from dsar.jobs import outbox_delivery
            assert outbox_delivery.run(now) == 0
            """
            race(config, server.port, work, now)
        assert sorted(inbox.recipients) == sorted(f"p{n}@example.org" for n in range(30))
        db.session.rollback()
        states = db.session.scalars(select(OutboxMessage.state)).all()
        assert states == ["sent"] * 30

    def test_write_each_reminder_once(self, make, config, now):
        house = make.organisation()
        people = [make.staff(house) for _ in range(2)]
        for _ in range(8):
            make.case(house, now=RECEIVED)
        work = """
        from dsar.jobs import deadline_reminders
        for _ in range(3):
            assert deadline_reminders.run(now) == 0
        """
        race(config, 25, work, datetime(2026, 12, 4, 8, tzinfo=UTC))
        db.session.rollback()
        rows = db.session.scalars(select(Reminder)).all()
        assert (
            len(rows) == len({(row.case_id, row.staff_id) for row in rows}) == 8 * len(people)
        )

    def test_have_one_leader(self, make, config, now):
        work = """
        from dsar.services import leases
        from secrets import token_hex
        me = token_hex(4)
        held = [leases.hold("scheduler", me, 60) for _ in range(20)]
        assert len(set(held)) == 1
        print("leads" if held[0] else "waits")
        """
        said = race(config, 25, work, now)
        assert sorted(said) == ["leads\n"] + ["waits\n"] * (PROCESSES - 1)
        db.session.rollback()
        assert db.session.get_one(Lease, "scheduler").fence == 1
        assert db.session.scalars(select(Heartbeat)).all() == []


ACTOR = Actor("job", "test")
