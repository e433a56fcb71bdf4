"""What has expired is forgotten, and nothing else is."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import select

from dsar.jobs import expired_rows
from dsar.models import Budget, MailedCode, OneTimeLink, PortalSession, StaffSession, db, new_id
from dsar.services.budgets import spend
from dsar.services.setup import expired_rows as service
from dsar.services.transaction import transaction
from dsar.vault import current_vault

DAY = timedelta(days=1)


def left(table):
    db.session.rollback()
    return len(db.session.scalars(select(table)).all())


def keep(row):
    with transaction() as session:
        session.add(row)


@pytest.fixture
def case(make):
    return make.case(make.organisation("meetings"))


def staff_session(staff, at):
    ids = {"id": new_id(), "token_hash": new_id(), "staff_id": staff.id}
    return StaffSession(**ids, created_at=at, seen_at=at)


def code(case, ends):
    given = {"case_id": case.id, "purpose": "confirm", "code_hash": new_id(), "tries": 0}
    return MailedCode(id=new_id(), **given, created_at=ends, expires_at=ends)


def link(ends, **owner):
    ids = {"id": new_id(), "token_hash": new_id(), "purpose": "confirm"}
    return OneTimeLink(**ids, **owner, created_at=ends, expires_at=ends)


class TestExpiredRows:
    def test_are_forgotten_a_while_after_their_end(self, make, case, now):
        staff = make.staff()
        for ago in (31 * DAY, 29 * DAY):
            keep(staff_session(staff, now - ago))
            ids = {"id": new_id(), "token_hash": new_id(), "case_id": case.id}
            keep(PortalSession(**ids, created_at=now - ago, seen_at=now - ago))
            keep(link(now - ago, staff_id=staff.id))
        with_codes = left(MailedCode)
        for ago in (2 * DAY, timedelta()):
            keep(code(case, now - ago))
            keep(Budget(key=new_id(), window_ends_at=now - ago, spent=1))
        links, budgets = left(OneTimeLink), left(Budget)
        assert expired_rows.run(now) == 0
        assert (left(StaffSession), left(PortalSession)) == (1, 1)
        assert (left(MailedCode), left(Budget)) == (with_codes + 1, budgets - 1)
        assert left(OneTimeLink) == links - 1
        assert service.purge(now) == 0

    def test_stay_where_an_old_link_leads_to_a_new_one(self, case, now):
        keep(link(now - 400 * DAY, case_id=case.id))
        before = left(OneTimeLink)
        expired_rows.run(now)
        assert left(OneTimeLink) == before

    def test_go_in_batches(self, app, now, monkeypatch):
        monkeypatch.setattr(service, "BATCH", 2)
        for _ in range(5):
            keep(Budget(key=new_id(), window_ends_at=now - 2 * DAY, spent=1))
        assert [service.purge(now) for _ in range(4)] == [2, 2, 1, 0]

    def test_leave_an_allowance_that_is_spent_again(self, app, now):
        spend("a", 1, DAY, now - 3 * DAY)
        service.purge(now)
        spend("a", 1, DAY, now)
        assert service.purge(now) == 0

    def test_take_what_broken_off_writes_left_with_them(self, app, now):
        folder = current_vault().files.folder
        folder.mkdir(parents=True, exist_ok=True)
        for name, ago in (("a" * 32, 2 * DAY), ("b" * 32, timedelta())):
            path = folder / f"{name}.0123456789abcdef.partial"
            path.write_bytes(b"x")
            os.utime(path, ((now - ago).timestamp(),) * 2)
        expired_rows.run(now)
        assert [path.name[0] for path in folder.glob("*.partial")] == ["b"]
