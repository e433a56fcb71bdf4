"""Sealed files: whole and genuine, or refused."""

import hashlib
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest

from dsar.vault import KeyDestroyed, SealBroken, SealedFileMissing, open_vault
from dsar.vault.frames import FRAME_BYTES

HEAD = 42
FRAME = FRAME_BYTES + 16
MEBIBYTE = 1024 * 1024


@pytest.fixture
def vault(tmp_path):
    vault = open_vault(b"m" * 32, f"sqlite:///{tmp_path}/keys.sqlite3", tmp_path / "files")
    vault.make_key("case-1")
    vault.make_key("case-2")
    yield vault
    vault.ring.store.dispose()


@pytest.fixture
def stored(vault, tmp_path):
    """Return the path of a sealed file of three frames and a bit."""
    vault.write_file("case-1", "file-1", [b"a" * FRAME_BYTES, b"b" * FRAME_BYTES, b"c" * 70000])
    return tmp_path / "files" / "file-1"


def read(vault, owner="case-1", file_id="file-1"):
    return b"".join(vault.read_file(owner, file_id))


class TestWritingAFile:
    @pytest.mark.parametrize(
        "sizes",
        [
            [],
            [0],
            [1],
            [FRAME_BYTES - 1],
            [FRAME_BYTES],
            [FRAME_BYTES + 1],
            [FRAME_BYTES, FRAME_BYTES],
            [3, 0, 5 * FRAME_BYTES + 7, 1],
            [1000] * 300,
        ],
    )
    def test_reads_back_as_written(self, vault, sizes):
        chunks = [bytes([index % 256]) * size for index, size in enumerate(sizes)]
        whole = b"".join(chunks)
        sealed = vault.write_file("case-1", "file-1", iter(chunks))
        assert read(vault) == whole
        assert (sealed.size, sealed.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())

    def test_shows_nothing_of_it_on_disk(self, vault, tmp_path):
        vault.write_file("case-1", "file-1", [b"canary " * 50000])
        assert [path.name for path in (tmp_path / "files").iterdir()] == ["file-1"]
        assert b"canary" not in (tmp_path / "files" / "file-1").read_bytes()

    def test_is_for_the_owners_eyes(self, stored):
        assert stored.stat().st_mode & 0o777 == 0o600
        assert stored.parent.stat().st_mode & 0o777 == 0o700

    def test_again_under_the_same_id_uses_a_new_key(self, vault, stored):
        first, plain = stored.read_bytes(), read(vault)
        vault.write_file("case-1", "file-1", [plain])
        assert stored.read_bytes()[HEAD : HEAD + FRAME] != first[HEAD : HEAD + FRAME]
        assert read(vault) == plain

    def test_that_breaks_off_leaves_nothing(self, vault, tmp_path):
        def torn():
            yield b"x" * 200_000
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            vault.write_file("case-1", "file-1", torn())
        assert list((tmp_path / "files").iterdir()) == []

    def test_that_breaks_off_keeps_the_earlier_one(self, vault, stored):
        def torn():
            yield b"x"
            raise ConnectionResetError

        before = read(vault)
        with pytest.raises(ConnectionResetError):
            vault.write_file("case-1", "file-1", torn())
        assert read(vault) == before

    def test_of_64_mebibytes_needs_little_memory(self, vault):
        chunk = b"x" * MEBIBYTE
        tracemalloc.start()
        try:
            sealed = vault.write_file("case-1", "file-1", (chunk for _ in range(64)))
            size = sum(len(piece) for piece in vault.read_file("case-1", "file-1"))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert sealed.size == size == 64 * MEBIBYTE
        assert peak < 6 * MEBIBYTE

    @pytest.mark.parametrize(
        "name", ["../x", "a/b", "", ".", "a.partial", "é", "a\x00", "a" * 101]
    )
    def test_takes_ids_only_as_names(self, vault, name):
        with pytest.raises(ValueError, match="id only"):
            vault.write_file("case-1", name, [b"x"])

    def test_syncs_file_and_folder_before_it_returns(self, vault, tmp_path, monkeypatch):
        """Otherwise an acknowledged request may lose its attachment at a power loss."""
        vault.write_file("case-1", "file-1", [b"x"])
        steps = []
        import os
        from pathlib import Path

        sync, replace = os.fsync, Path.replace
        monkeypatch.setattr(
            os, "fsync", lambda fd: steps.append(os.readlink(f"/proc/self/fd/{fd}")) or sync(fd)
        )
        monkeypatch.setattr(
            Path, "replace", lambda path, to: steps.append("rename") or replace(path, to)
        )
        vault.write_file("case-1", "file-2", [b"x"])
        assert [step.rsplit("/", 1)[-1].split(".")[0] for step in steps] == [
            "file-2",
            "rename",
            "files",
        ]


class TestReadingAFile:
    def test_refuses_every_cut(self, vault, stored):
        whole = stored.read_bytes()
        cuts = [0, 1, HEAD - 1, HEAD, HEAD + 5, HEAD + FRAME, HEAD + 2 * FRAME, len(whole) - 1]
        for length in cuts:
            stored.write_bytes(whole[:length])
            with pytest.raises(SealBroken):
                read(vault)

    def test_refuses_swapped_frames(self, vault, stored):
        whole = stored.read_bytes()
        first, second = whole[HEAD : HEAD + FRAME], whole[HEAD + FRAME : HEAD + 2 * FRAME]
        stored.write_bytes(whole[:HEAD] + second + first + whole[HEAD + 2 * FRAME :])
        with pytest.raises(SealBroken):
            read(vault)

    def test_refuses_a_frame_left_out(self, vault, stored):
        whole = stored.read_bytes()
        stored.write_bytes(whole[:HEAD] + whole[HEAD + FRAME :])
        with pytest.raises(SealBroken):
            read(vault)

    def test_refuses_a_frame_told_twice(self, vault, stored):
        whole = stored.read_bytes()
        stored.write_bytes(whole[: HEAD + FRAME] + whole[HEAD:])
        with pytest.raises(SealBroken):
            read(vault)

    def test_refuses_anything_added(self, vault, stored):
        whole = stored.read_bytes()
        for extra in (b"x", whole[HEAD : HEAD + FRAME], whole):
            stored.write_bytes(whole + extra)
            with pytest.raises(SealBroken):
                read(vault)

    @pytest.mark.parametrize("at", [0, 9, 10, HEAD - 1, HEAD, HEAD + FRAME, -1])
    def test_refuses_a_flipped_bit(self, vault, stored, at):
        content = bytearray(stored.read_bytes())
        content[at] ^= 1
        stored.write_bytes(content)
        with pytest.raises(SealBroken):
            read(vault)

    def test_refuses_another_files_content(self, vault, stored):
        vault.write_file("case-1", "file-2", [b"x"])
        stored.write_bytes((stored.parent / "file-2").read_bytes())
        with pytest.raises(SealBroken):
            read(vault)

    def test_refuses_another_case(self, vault, stored):
        with pytest.raises(SealBroken):
            read(vault, owner="case-2")

    def test_says_at_once_that_the_key_is_destroyed(self, vault, stored):
        vault.destroy_key("case-1")
        with pytest.raises(KeyDestroyed):
            vault.read_file("case-1", "file-1")

    def test_says_at_once_that_the_file_is_missing(self, vault):
        with pytest.raises(SealedFileMissing):
            vault.read_file("case-1", "file-1")

    def test_needs_no_key_store_once_begun(self, vault, stored):
        """A download goes on after the request's context is gone."""
        pieces = vault.read_file("case-1", "file-1")
        vault.destroy_key("case-1")
        assert sum(len(piece) for piece in pieces) == 2 * FRAME_BYTES + 70000

    def test_that_is_given_up_closes_the_file(self, vault, stored):
        pieces = vault.read_file("case-1", "file-1")
        del pieces
        begun = vault.read_file("case-1", "file-1")
        next(begun)
        begun.close()


class TestShreddingAFile:
    def test_removes_it(self, vault, stored):
        vault.shred_file("file-1")
        assert not stored.exists()
        with pytest.raises(SealedFileMissing):
            read(vault)

    def test_leaves_another_name_for_it_unreadable(self, vault, stored):
        """The salt is overwritten first: what the disk keeps has no key any more."""
        other = stored.parent / "file-2"
        other.hardlink_to(stored)
        vault.shred_file("file-1")
        assert other.read_bytes()[:4096] == bytes(4096)

    def test_twice_is_no_error(self, vault, stored):
        vault.shred_file("file-1")
        vault.shred_file("file-1")

    def test_before_any_was_written_is_no_error(self, vault):
        vault.shred_file("file-1")

    def test_of_a_short_file_does_not_make_it_longer(self, vault, tmp_path):
        vault.write_file("case-1", "file-1", [b"x"])
        other = tmp_path / "other"
        other.hardlink_to(tmp_path / "files" / "file-1")
        vault.shred_file("file-1")
        assert set(other.read_bytes()) == {0}
        assert other.stat().st_size == HEAD + 17


class TestTheFolder:
    def test_names_whole_files_only(self, vault, stored):
        (stored.parent / "file-9.0a.partial").write_bytes(b"x")
        assert list(vault.files.names()) == ["file-1"]

    def test_is_empty_before_it_exists(self, vault):
        assert list(vault.files.names()) == []

    def test_sweeps_what_broken_off_writes_left(self, vault, stored):
        partial = stored.parent / "file-9.0a.partial"
        partial.write_bytes(b"x")
        now = datetime.now(UTC)
        assert vault.files.sweep(now - timedelta(hours=1)) == 0
        assert vault.files.sweep(now + timedelta(hours=1)) == 1
        assert [path.name for path in stored.parent.iterdir()] == ["file-1"]
