"""dsar audit, on a real installation in a folder."""

from tests.services.tampering import tamper

CHANGE = "UPDATE case_events SET actor_ref = 'nobody' WHERE case_id = :case AND seq = 1"


class TestAudit:
    def test_verify_counts_whole_logs_and_names_each_broken_one(self, dsar, make):
        one, other = make.organisation("meetings"), make.organisation("memini")
        make.case(one)
        case_id, number = (case := make.case(other)).id, case.number
        assert dsar("audit", "verify").stdout == "2 logs verified, 0 broken\n"

        tamper(CHANGE, case=case_id)
        out = dsar("audit", "verify", expect=1)
        assert out.stdout == "2 logs verified, 1 broken\n"
        assert out.stderr == f"memini {number}: entry 1 was changed after it was written\n"
        assert dsar("audit", "verify", "--organisation", "meetings").exit_code == 0
        out = dsar("audit", "verify", "--organisation", "nowhere", expect=1)
        assert "nowhere: there is no such organisation" in out.stderr

    def test_heads_kept_elsewhere_find_a_case_that_is_gone(self, dsar, make, tmp_path):
        make.case(make.organisation())
        kept = tmp_path / "heads.txt"
        kept.write_text(dsar("audit", "heads").stdout)
        assert dsar("audit", "verify", "--against", kept).exit_code == 0
        kept.write_text(kept.read_text() + f"{'a' * 32} 4 {'f' * 64}\n")
        out = dsar("audit", "verify", "--against", kept, expect=1)
        assert "entry 1 is missing" in out.stderr
        kept.write_text("not a head")
        out = dsar("audit", "verify", "--against", kept, expect=1)
        assert "line 1: not a head of a log" in out.stderr
