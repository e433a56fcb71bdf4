"""Sealed columns: what is sealed in one place opens there and nowhere else."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from dsar.vault import (
    EXTENSION,
    KeyDestroyed,
    KeyExists,
    SealBroken,
    SealedRow,
    Vault,
    current_vault,
    open_vault,
)
from dsar.vault.errors import MasterKeyMismatch


@dataclass
class Note:
    """A row of our own, so that these tests need no main database."""

    id: str = "row-1"
    key_owner: str = "case-1"
    body: bytes | None = None
    title: bytes | None = None

    __tablename__ = "notes"


class Letter(Note):
    """The same columns in another table."""

    __tablename__ = "letters"


def moved(note: Note, other: Note, field: str = "body") -> SealedRow:
    """Return the other row with the first one's sealed bytes in the field."""
    setattr(other, field, note.body)
    return other


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    vault = open_vault(b"m" * 32, f"sqlite:///{tmp_path}/keys.sqlite3", tmp_path / "files")
    vault.make_key("case-1")
    vault.make_key("case-2")
    yield vault
    vault.ring.store.dispose()


@pytest.fixture
def note(vault: Vault) -> Note:
    note = Note()
    vault.seal(note, "body", "Kari Nordmann, æøå 🦊")
    return note


class TestSealing:
    def test_opens_where_it_was_sealed(self, vault, note):
        assert vault.open(note, "body") == "Kari Nordmann, æøå 🦊"

    def test_keeps_bytes_as_they_are(self, vault, note):
        vault.seal_bytes(note, "title", b"\x00\xff")
        assert vault.open_bytes(note, "title") == b"\x00\xff"

    def test_shows_nothing_of_the_text(self, note):
        assert b"Kari" not in note.body

    def test_the_same_text_never_looks_the_same(self, vault, note):
        first = note.body
        vault.seal(note, "body", "Kari Nordmann, æøå 🦊")
        assert note.body != first

    def test_an_empty_text_is_sealed_too(self, vault, note):
        vault.seal(note, "body", "")
        assert vault.open(note, "body") == ""

    def test_a_column_without_a_value_is_none(self, vault, note):
        assert vault.open_optional(note, "title") is None
        assert vault.open_optional(note, "body") == vault.open(note, "body")

    @pytest.mark.parametrize("row", [Note(id=""), Note(key_owner=None)])
    def test_refuses_a_row_without_id_or_owner(self, vault, row):
        with pytest.raises(ValueError, match=r"notes\.body"):
            vault.seal(row, "body", "x")


class TestMovingSealedBytes:
    def test_to_another_row_breaks_the_seal(self, vault, note):
        with pytest.raises(SealBroken):
            vault.open(moved(note, Note(id="row-2")), "body")

    def test_to_another_column_breaks_the_seal(self, vault, note):
        with pytest.raises(SealBroken):
            vault.open(moved(note, Note(), "title"), "title")

    def test_to_another_table_breaks_the_seal(self, vault, note):
        with pytest.raises(SealBroken):
            vault.open(moved(note, Letter()), "body")

    def test_to_another_case_breaks_the_seal(self, vault, note):
        with pytest.raises(SealBroken):
            vault.open(moved(note, Note(key_owner="case-2")), "body")

    def test_with_its_key_row_breaks_the_seal(self, vault, note):
        """Also who may write to both databases cannot show one case's text in another."""
        keys = vault.ring.store
        wrapped = keys.fetch(["case-1"])["case-1"]
        keys.remove("case-2")
        keys.add("case-2", wrapped)
        with pytest.raises(SealBroken):
            vault.open(moved(note, Note(key_owner="case-2")), "body")

    def test_parts_of_a_place_do_not_run_together(self, vault):
        vault.make_key("ab")
        vault.make_key("a")
        note = Note(id="c", key_owner="ab")
        vault.seal(note, "body", "x")
        vault.ring.store.remove("a")
        vault.ring.store.add("a", vault.ring.store.fetch(["ab"])["ab"])
        with pytest.raises(SealBroken):
            vault.open(moved(note, Note(id="bc", key_owner="a")), "body")


class TestAlteredBytes:
    def test_one_flipped_bit_anywhere_breaks_the_seal(self, vault, note):
        whole = note.body
        for index in range(len(whole)):
            note.body = whole[:index] + bytes([whole[index] ^ 1]) + whole[index + 1 :]
            with pytest.raises(SealBroken):
                vault.open(note, "body")

    @pytest.mark.parametrize("length", [0, 1, 12, 13, 28, 40])
    def test_a_cut_value_breaks_the_seal(self, vault, note, length):
        note.body = note.body[:length]
        with pytest.raises(SealBroken) as broken:
            vault.open(note, "body")
        assert broken.value.facts == {"table": "notes", "column": "body", "row": "row-1"}
        assert broken.value.message_id == "error.seal_broken"


class TestDestroyingAKey:
    def test_leaves_nothing_to_open(self, vault, note):
        vault.destroy_key("case-1")
        with pytest.raises(KeyDestroyed) as destroyed:
            vault.open(note, "body")
        assert destroyed.value.message_id == "error.key_destroyed"

    def test_is_done_though_another_context_had_it_cached(self, vault, note):
        app = Flask("test")
        with app.app_context():
            assert vault.open(note, "body")
            with app.app_context():
                vault.destroy_key("case-1")
            with app.app_context(), pytest.raises(KeyDestroyed):
                vault.open(note, "body")
        with pytest.raises(KeyDestroyed):
            vault.open(note, "body")

    def test_counts_at_once_in_its_own_context(self, vault, note):
        with Flask("test").app_context():
            vault.open(note, "body")
            vault.destroy_key("case-1")
            with pytest.raises(KeyDestroyed):
                vault.open(note, "body")

    def test_twice_is_no_error(self, vault):
        vault.destroy_key("case-1")
        vault.destroy_key("case-1")
        assert vault.missing_keys(["case-1", "case-2"]) == {"case-1"}

    def test_spares_the_other_cases(self, vault, note):
        vault.destroy_key("case-2")
        assert vault.open(note, "body")

    def test_a_new_key_for_the_same_owner_opens_nothing_old(self, vault, note):
        vault.destroy_key("case-1")
        vault.make_key("case-1")
        with pytest.raises(SealBroken):
            vault.open(note, "body")


class TestMakingAKey:
    def test_refuses_a_second_one(self, vault, note):
        with pytest.raises(KeyExists):
            vault.make_key("case-1")
        assert vault.open(note, "body")

    def test_counts_though_it_was_looked_for_before(self, vault):
        with Flask("test").app_context():
            vault.prefetch(["case-3"])
            vault.make_key("case-3")
            vault.seal(Note(key_owner="case-3"), "body", "x")


class TestPrefetching:
    def test_a_page_needs_one_fetch(self, vault, monkeypatch):
        notes = [Note(id=str(n), key_owner=f"case-{n}") for n in range(3, 30)]
        for note in notes:
            vault.make_key(note.key_owner)
            vault.seal(note, "body", note.id)
        fetches = []
        fetch = vault.ring.store.fetch
        monkeypatch.setattr(
            vault.ring.store, "fetch", lambda owners: fetches.append(1) or fetch(owners)
        )
        with Flask("test").app_context():
            vault.prefetch(note.key_owner for note in notes)
            assert [vault.open(note, "body") for note in notes] == [n.id for n in notes]
            vault.prefetch(note.key_owner for note in notes)
        assert len(fetches) == 1

    def test_remembers_what_was_destroyed(self, vault, note):
        vault.destroy_key("case-1")
        with Flask("test").app_context():
            vault.prefetch(["case-1", "case-2"])
            with pytest.raises(KeyDestroyed):
                vault.open(note, "body")

    def test_more_owners_than_one_query_takes(self, vault, note):
        with Flask("test").app_context():
            vault.prefetch(["case-1", *(f"other-{n}" for n in range(1200))])
            assert vault.open(note, "body")

    def test_keys_show_in_no_printout(self, vault):
        assert repr(vault.ring.keys("case-1")) == "OwnerKeys()"


class TestAnotherMasterKey:
    def test_is_refused_by_name(self, vault, note, tmp_path):
        url = f"sqlite:///{tmp_path}/keys.sqlite3"
        other = open_vault(b"x" * 32, url, tmp_path / "files")
        with pytest.raises(MasterKeyMismatch):
            other.open(note, "body")

    def test_of_the_wrong_length_is_refused(self, tmp_path):
        with pytest.raises(ValueError, match="32 bytes"):
            open_vault(b"short", "sqlite:///x", tmp_path)


class TestInstallationSecrets:
    def test_open_in_their_place_only(self, vault):
        sealed = vault.seal_installation("staff/1/totp", "JBSWY3DP")
        assert b"JBSWY3DP" not in sealed
        assert vault.open_installation("staff/1/totp", sealed) == "JBSWY3DP"
        with pytest.raises(SealBroken):
            vault.open_installation("staff/2/totp", sealed)

    def test_do_not_open_under_another_master_key(self, vault, tmp_path):
        other = open_vault(b"x" * 32, f"sqlite:///{tmp_path}/other.sqlite3", tmp_path)
        with pytest.raises(SealBroken):
            other.open_installation("a", vault.seal_installation("a", "secret"))


class TestTheRunningVault:
    def test_is_the_apps(self, vault):
        app = Flask("test")
        app.extensions[EXTENSION] = vault
        with app.app_context():
            assert current_vault() is vault

    def test_touches_nothing_until_used(self, tmp_path):
        open_vault(b"m" * 32, f"sqlite:///{tmp_path}/keys.sqlite3", tmp_path / "files")
        assert list(tmp_path.iterdir()) == []
