"""Blind indexes: how sealed values are found again."""

from pathlib import Path

import pytest

from dsar.vault import Vault, name_tokens, normalise_address, open_vault


def vault_of(master_key: bytes) -> Vault:
    return open_vault(master_key, "sqlite:///never-opened", Path("never-made"))


class TestLookingUpAnAddress:
    def test_finds_other_spellings(self):
        vault = vault_of(b"m" * 32)
        marks = {
            vault.blind("people.mail", normalise_address(spelling))
            for spelling in (" kari@X.no", "KARI@x.no", "kari@x.no\n", "ｋａｒｉ@x.no")
        }
        assert len(marks) == 1

    def test_is_kept_apart_by_column(self):
        vault = vault_of(b"m" * 32)
        assert vault.blind("people.mail", "a@b.no") != vault.blind("people.phone", "a@b.no")

    def test_is_kept_apart_by_installation(self):
        marks = {vault_of(key * 32).blind("people.mail", "a@b.no") for key in (b"m", b"n")}
        assert len(marks) == 2

    def test_is_64_hex_digits_and_steady(self):
        mark = vault_of(b"m" * 32).blind("people.mail", "kari@x.no")
        assert mark == vault_of(b"m" * 32).blind("people.mail", "kari@x.no")
        assert len(bytes.fromhex(mark)) == 32

    @pytest.mark.parametrize("value", ["İ@x.no", "ŉ", "ΐ", " \u00a0a\u3000"])
    def test_normalising_twice_changes_nothing(self, value):
        assert normalise_address(normalise_address(value)) == normalise_address(value)


class TestLookingUpAName:
    @pytest.mark.parametrize(
        ("name", "tokens"),
        [
            ("Kari Nordmann", ["kari", "nordmann"]),
            ("  NORDMANN,  Kari ", ["nordmann", "kari"]),
            ("Bjørn-Åge Sørensen", ["bjørn", "åge", "sørensen"]),
            ("Siobhan O\u2019Brien", ["siobhan", "obrien"]),
            ("A\u030ase Berg", ["åse", "berg"]),
            ("Per Per", ["per"]),
            ("Weiß", ["weiss"]),
            ("王 小明", ["王", "小明"]),
            (" -. ", []),
        ],
    )
    def test_goes_by_words(self, name, tokens):
        assert name_tokens(name) == tokens
