"""Keys, sealing of columns and files, and the stores that keep them."""

from pathlib import Path

from flask import current_app

from dsar.vault.blind import PHONE_DIGITS, last_digits, name_tokens, normalise_address
from dsar.vault.errors import (
    KeyDestroyed,
    KeyExists,
    MasterKeyError,
    SealBroken,
    SealedFileMissing,
)
from dsar.vault.keyring import KeyRing
from dsar.vault.masterkey import KEY_BYTES, create_master_key, load_master_key
from dsar.vault.sealing import SealedRow
from dsar.vault.stores import LocalStore, Store
from dsar.vault.vault import SealedFile, Vault

EXTENSION = "dsar.vault"

__all__ = [
    "EXTENSION",
    "PHONE_DIGITS",
    "KeyDestroyed",
    "KeyExists",
    "LocalStore",
    "MasterKeyError",
    "SealBroken",
    "SealedFile",
    "SealedFileMissing",
    "SealedRow",
    "Store",
    "Vault",
    "create_master_key",
    "current_vault",
    "last_digits",
    "load_master_key",
    "name_tokens",
    "normalise_address",
    "open_vault",
]


def current_vault() -> Vault:
    """Return the running app's vault."""
    vault: Vault = current_app.extensions[EXTENSION]
    return vault


def open_vault(master_key: bytes, keys_url: str, files: Path) -> Vault:
    """Return a vault over a key store and a folder; both are touched on first use only."""
    if len(master_key) != KEY_BYTES:
        raise ValueError(f"the master key has {KEY_BYTES} bytes")
    return Vault(master_key, KeyRing(master_key, keys_url), LocalStore(files))
