"""dsar suppression: a mailing list held against who must be left alone."""

import pytest

from dsar.domain.rights import Right
from dsar.services.intake.opening import PersonFacts, Wish

LIST = "navn;adresse\nKari;KARI@example.org\nOla;ola@example.org\nPer;41 23 45 67\n"


@pytest.fixture
def house(make):
    house = make.organisation("meetings")
    kari = PersonFacts("Kari", email="kari@example.org", phone="+47 412 34 567")
    make.case(house, wishes=(Wish(Right.OBJECTION, {"kind": "marketing"}),), person=kari)
    return house


class TestCheck:
    def test_marks_each_line_that_must_not_be_used(self, dsar, house, tmp_path):
        file = tmp_path / "list.csv"
        file.write_text(LIST, "utf-8")
        out = dsar("suppression", "check", "meetings", file, expect=1)
        assert out.stdout.splitlines() == [
            ",navn,adresse",
            "stop,Kari,KARI@example.org",
            ",Ola,ola@example.org",
            "stop,Per,41 23 45 67",
        ]
        assert out.stderr == "4 lines, 2 must not be used\n"

    def test_is_content_with_a_list_of_others(self, dsar, house, tmp_path):
        file = tmp_path / "list.csv"
        file.write_bytes("\ufeffola@example.org\n\nfölk@example.org\n".encode())
        out = dsar("suppression", "check", "meetings", file)
        assert out.stdout.splitlines() == [",ola@example.org", ",fölk@example.org"]

    @pytest.mark.parametrize(
        ("content", "expect", "words"),
        [
            (b"\xff\xfe\x00", 1, "not UTF-8"),
            (b"", 0, "0 lines, 0 must not be used"),
            (b'"open\nquote', 0, "1 lines, 0 must not be used"),
        ],
    )
    def test_reads_what_it_can_and_says_so_where_it_cannot(
        self, dsar, house, tmp_path, content, expect, words
    ):
        file = tmp_path / "list.csv"
        file.write_bytes(content)
        out = dsar("suppression", "check", "meetings", file, expect=expect)
        assert words in out.stderr

    def test_knows_no_other_house(self, dsar, house, tmp_path):
        file = tmp_path / "list.csv"
        file.write_text(LIST, "utf-8")
        out = dsar("suppression", "check", "nobody", file, expect=1)
        assert "there is no such organisation" in out.stderr


class TestCountAndAllow:
    def test_counts_by_purpose(self, dsar, house):
        assert dsar("suppression", "count", "meetings").stdout == "marketing: 2\n"

    def test_an_owner_is_written_to_again_when_she_asks(self, dsar, house):
        dsar("suppression", "allow", "meetings", "kari@example.org")
        out = dsar("suppression", "allow", "meetings", "kari@example.org", expect=1)
        assert out.stderr == "was not suppressed\n"
        assert dsar("suppression", "count", "meetings").stdout == "marketing: 1\n"
