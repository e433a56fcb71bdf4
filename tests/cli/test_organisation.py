"""dsar organisation and dsar staff, on a real installation in a folder."""

import tomllib
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "organisations"
MEETINGS, GLASOTERAPI, MEMINI = (
    EXAMPLES / f"{key}.toml" for key in ("meetings", "glasoterapi", "memini")
)


class TestOrganisation:
    def test_import_list_and_export_lose_nothing(self, dsar):
        out = dsar("organisation", "import", MEETINGS, GLASOTERAPI, MEMINI).stdout
        assert out.splitlines() == [
            "meetings: created",
            "glasoterapi: created",
            "memini: created",
        ]
        lines = dsar("organisation", "list").stdout.splitlines()
        assert "glasoterapi\tglasoterapi.no\tNO\tclosed (missing: legal_name, contact)" in lines
        written = dsar("organisation", "export", "memini").stdout
        assert tomllib.loads(written) == tomllib.loads(MEMINI.read_text("utf-8"))
        again = dsar("organisation", "import", "-", stdin=written)
        assert again.stdout == "memini: updated\n"

    def test_a_faulty_file_is_named_with_every_fault_and_nothing_is_saved(self, dsar, tmp_path):
        bad = tmp_path / "bad.toml"
        bad.write_text(
            MEMINI.read_text("utf-8")
            .replace('profile = "NO"', 'profile = "ATLANTIS"\nfavourite_colour = "blue"')
            .replace('role = "own"', 'role = "friend"', 1)
            .replace("purge_lag_days = 31", 'purge_lag_days = "a month"')
        )
        result = dsar("organisation", "import", MEETINGS, bad, expect=1)
        places = [line.split(": ")[1] for line in result.stderr.splitlines()]
        assert places == [
            "controller[0].favourite_colour",
            "controller[0].profile",
            "controller[0].system[0].role",
            "controller[0].system[10].purge_lag_days",
        ]
        assert dsar("organisation", "list").stdout == ""

    def test_check_needs_no_installation(self, dsar, monkeypatch, tmp_path):
        monkeypatch.setenv("DSAR_CONFIG", str(tmp_path / "nowhere.toml"))
        assert "fine (meetings)" in dsar("organisation", "check", MEETINGS).stdout
        result = dsar("organisation", "check", tmp_path / "none.toml", expect=1)
        assert "No such file" in result.stderr

    @pytest.mark.parametrize("content", [b"\xff\xfe", b"schema = 1", b"", b"x = ["])
    def test_check_is_clear_about_what_is_no_organisation_file(self, dsar, tmp_path, content):
        path = tmp_path / "odd.toml"
        path.write_bytes(content)
        result = dsar("organisation", "check", path, expect=1)
        assert str(path) in result.stderr
        assert "Traceback" not in result.stderr

    def test_set_fills_the_gaps_and_publish_opens_the_form(self, dsar):
        dsar("organisation", "import", GLASOTERAPI)
        refused = dsar("organisation", "publish", "glasoterapi", expect=1)
        assert "missing: legal_name, contact" in refused.stderr
        dsar("organisation", "set", "glasoterapi", "legal_name", "Prøve AS")
        dsar("organisation", "set", "glasoterapi", "phone", "00 00 00 00")
        assert dsar("organisation", "publish", "glasoterapi").stdout == "glasoterapi: open\n"
        dsar("organisation", "unpublish", "glasoterapi")

    def test_set_refuses_what_does_not_fit(self, dsar):
        dsar("organisation", "import", MEETINGS)
        result = dsar("organisation", "set", "meetings", "promise.n", "many", expect=1)
        assert "promise.n: This must be a whole number" in result.stderr
        unknown = dsar("organisation", "set", "nobody", "phone", "1", expect=1)
        assert "There is no organisation with this key" in unknown.stderr

    def test_says_that_there_is_no_installation(self, dsar, monkeypatch, tmp_path):
        monkeypatch.setenv("DSAR_CONFIG", str(tmp_path / "nowhere.toml"))
        result = dsar("organisation", "list", expect=1)
        assert "there is no such settings file" in result.stderr


class TestStaff:
    def test_link_makes_the_first_account_possible(self, dsar):
        assert dsar("staff", "link").stdout.startswith("http://localhost/staff/setup/")

    def test_add_list_and_disable(self, dsar):
        dsar("organisation", "import", MEETINGS)
        options = ("--name", "Ola Nes", "--organisation", "meetings", "--role", "handler")
        link = dsar("staff", "add", "ola@example.org", *options).stdout
        assert link.startswith("http://localhost/staff/invite/")
        assert "ola@example.org\tOla Nes\tinvited" in dsar("staff", "list").stdout
        taken = dsar("staff", "add", "OLA@example.org", *options, expect=1)
        assert "Somebody has an account" in taken.stderr
        dsar("staff", "disable", "ola@example.org")
        assert "disabled" in dsar("staff", "list").stdout
        closed = dsar("staff", "link", "ola@example.org", expect=1)
        assert "The account is closed" in closed.stderr
        dsar("staff", "enable", "ola@example.org")
        assert "invite" in dsar("staff", "link", "ola@example.org").stdout

    def test_a_wrong_address_is_said_to_be_wrong(self, dsar):
        result = dsar("staff", "disable", "nobody@example.org", expect=1)
        assert "Nobody has an account with this address" in result.stderr

    def test_an_address_must_be_one(self, dsar):
        dsar("staff", "add", "not an address", "--name", "Ola", expect=2)
