"""dsar bounce: a report from the mail server, by name or from a pipe."""

import pytest
from sqlalchemy import select

from dsar.models import Case, db
from tests.unit.test_bounces import block, report


@pytest.fixture
def came_back(tmp_path):
    def write(*blocks):
        file = tmp_path / "bounce.eml"
        file.write_bytes(report(*blocks))
        return file

    return write


class TestBounce:
    def test_opens_a_case_for_each_address_and_prints_none(self, dsar, make, came_back):
        make.organisation()
        file = came_back(block("ola@example.org"), block("per@example.org"))
        out = dsar("bounce", file, "--organisation", "meetings").output
        assert out == "2026-0001: opened\n2026-0002: opened\n"
        again = dsar("bounce", file, "--organisation", "meetings").output
        assert again == "2026-0001: open already\n2026-0002: open already\n"
        assert len(db.session.scalars(select(Case)).all()) == 2

    def test_reads_from_a_pipe(self, dsar, make):
        make.organisation()
        out = dsar("bounce", "-", "--organisation", "meetings", stdin=report(block())).output
        assert out == "2026-0001: opened\n"

    def test_says_plainly_what_it_cannot_take(self, dsar, make, came_back, tmp_path):
        make.organisation()
        make.organisation("memini")
        other = tmp_path / "note.eml"
        other.write_bytes(b"From: ola@example.org\n\nhello")
        file = came_back(block(status="4.2.2"))
        for path, key in ((other, "meetings"), (file, "meetings")):
            failed = dsar("bounce", path, "--organisation", key, expect=1)
            assert "example.org" not in failed.output
        failed = dsar("bounce", came_back(block()), "--organisation", "memini", expect=1)
        assert "promised" in failed.output
        assert dsar("bounce", other, "--organisation", "nobody", expect=1).output
        dsar("bounce", tmp_path / "none.eml", "--organisation", "meetings", expect=2)
        assert db.session.scalars(select(Case)).all() == []
