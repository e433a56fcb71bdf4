"""The master key: made once, refused when anything about it is wrong."""

import os

import pytest

from dsar.vault import create_master_key, load_master_key
from dsar.vault.errors import (
    MasterKeyError,
    MasterKeyExists,
    MasterKeyExposed,
    MasterKeyMalformed,
    MasterKeyMissing,
)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "master.key"
    create_master_key(path)
    return path


class TestCreatingAMasterKey:
    def test_makes_32_random_bytes_for_the_owners_eyes(self, path, tmp_path):
        create_master_key(tmp_path / "another.key")
        key = load_master_key(path)
        assert len(key) == 32
        assert key != load_master_key(tmp_path / "another.key")
        assert path.stat().st_mode & 0o777 == 0o600

    def test_says_in_its_first_line_what_it_is(self, path):
        assert path.read_text().splitlines()[0] == "dsar-master-key-1"

    def test_never_overwrites(self, path):
        before = path.read_bytes()
        with pytest.raises(MasterKeyExists):
            create_master_key(path)
        assert path.read_bytes() == before


class TestLoadingAMasterKey:
    def test_refuses_one_that_is_not_there(self, tmp_path):
        with pytest.raises(MasterKeyMissing) as missing:
            load_master_key(tmp_path / "none")
        assert missing.value.facts == {"path": str(tmp_path / "none")}

    def test_refuses_a_folder(self, tmp_path):
        tmp_path.chmod(0o700)
        with pytest.raises(MasterKeyMissing):
            load_master_key(tmp_path)

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o601])
    def test_refuses_one_that_others_may_use(self, path, mode):
        path.chmod(mode)
        with pytest.raises(MasterKeyExposed):
            load_master_key(path)

    def test_takes_a_read_only_one(self, path):
        path.chmod(0o400)
        assert load_master_key(path)

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"dsar-master-key-1\n",
            b"dsar-master-key-1\nshort\n",
            b"dsar-master-key-1\n" + b"A" * 40 + b"=\n",
            b"other\n" + b"A" * 43 + b"=\n",
            b"A" * 43 + b"=\n",
            b"dsar-master-key-1\n" + b"A" * 43 + b"=\nmore\n",
            b"dsar-master-key-1\n\xff\xfe",
        ],
    )
    def test_refuses_one_that_is_damaged(self, path, content):
        path.write_bytes(content)
        with pytest.raises(MasterKeyMalformed):
            load_master_key(path)

    def test_never_waits_at_a_pipe(self, tmp_path):
        os.mkfifo(tmp_path / "pipe", 0o600)
        with pytest.raises(MasterKeyError):
            load_master_key(tmp_path / "pipe")

    def test_no_error_shows_the_key(self, path):
        secret = path.read_text().splitlines()[1]
        path.write_text(f"wrong header\n{secret}\n")
        with pytest.raises(MasterKeyMalformed) as malformed:
            load_master_key(path)
        assert secret not in str(malformed.value)
