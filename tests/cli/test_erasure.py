"""dsar erasure: a restored system's export, and the lines of it that must go again."""

from datetime import timedelta

import pytest

from dsar.domain.rights import Right
from dsar.models import DataSystem, Measure, db
from dsar.services.intake.opening import PersonFacts
from tests.factories.rights import make_erased

EXPORT = "id;navn;epost\n6;Per Æsvik;per@example.org\n7;Kari Nordmann;KARI@example.org\n"


@pytest.fixture
def erased(make, now):
    """A case in which something was erased from one system: its number and the system's key."""
    house = make.organisation("memini")
    kari = PersonFacts("Kari Nordmann", email="kari@example.org", phone="91122333")
    case = make.case(house, rights=(Right.ERASURE,), person=kari)
    make_erased(case, make.staff(house), make.staff(house), now, now + timedelta(days=1))
    row = db.session.query(Measure).one()
    return case.number, db.session.get_one(DataSystem, row.system_id).key


class TestAgain:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_names_lines_and_cases_but_no_person(self, dsar, erased, tmp_path, encoding):
        number, system = erased
        file = tmp_path / "export.csv"
        file.write_bytes(EXPORT.encode(encoding))
        order = ("erasure", "again", "--organisation", "memini", "--system", system, file)
        out = dsar(*order, expect=1).output
        assert out.splitlines() == [
            f"line 3: erase again, case {number} (by e-mail address)",
            "1 line(s) to erase again",
        ]
        assert "ari" not in out.casefold().replace("erase", "")

    def test_finds_nothing_in_a_younger_copy(self, dsar, erased, tmp_path):
        file = tmp_path / "export.csv"
        file.write_text(EXPORT)
        order = ("erasure", "again", "--organisation", "memini", "--system", erased[1], file)
        out = dsar(*order, "--copied-on", "2026-11-22").output
        assert out == "Nothing to erase again\n"

    @pytest.mark.parametrize(
        "content", [b"", b"\x00\xff\xfe\x80", b"\xff\xfe\x00", b"a" * 99999]
    )
    def test_reads_whatever_a_file_holds(self, dsar, erased, tmp_path, content):
        file = tmp_path / "export.csv"
        file.write_bytes(content)
        order = ("erasure", "again", "--organisation", "memini", "--system", erased[1], file)
        assert dsar(*order).output == "Nothing to erase again\n"

    @pytest.mark.parametrize(("house", "system"), [("memini", "none"), ("none", "none")])
    def test_says_which_system_is_not_there(self, dsar, erased, tmp_path, house, system):
        file = tmp_path / "export.csv"
        file.write_text(EXPORT)
        order = ("erasure", "again", "--organisation", house, "--system", system, file)
        assert f"{house} has no system {system}" in dsar(*order, expect=1).output


class TestTheList:
    def test_counts_and_names_cases_and_dates_only(self, dsar, erased):
        number, system = erased
        out = dsar("erasure", "list").stdout
        assert out == f"memini\t{system}\t{number}\t2026-11-21\t2026-12-21\t2 identifier(s)\n"

    def test_is_empty_where_nothing_was_erased(self, dsar):
        assert dsar("erasure", "list").stdout == ""
