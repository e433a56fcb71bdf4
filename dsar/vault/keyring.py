"""Keys in use: unwrapped, and held no longer than the app context (a request, a job step)."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)
from flask import g, has_app_context

from dsar.vault.errors import KeyDestroyed, SealBroken
from dsar.vault.keystore import KeyStore
from dsar.vault.masterkey import KEY_BYTES, derive


@dataclass(frozen=True)
class OwnerKeys:
    """What one owner's key is used for: a cipher for columns, a root for the keys of files."""

    columns: AESGCM = field(repr=False)
    files: bytes = field(repr=False)


_Cache = dict[tuple["KeyRing", str], OwnerKeys | None]


class KeyRing:
    """Makes, destroys and unwraps the keys of owners."""

    def __init__(self, master_key: bytes, keys_url: str) -> None:
        """Derive the wrapping key; touches no disk and no database."""
        self._wrapping_key = derive(master_key, "wrap")
        self.store = KeyStore(keys_url, derive(master_key, "check").hex())

    def make(self, owner: str) -> None:
        """Make a random key and keep it wrapped (RFC 3394), durably; raises KeyExists."""
        self.store.add(owner, aes_key_wrap(self._wrapping_key, secrets.token_bytes(KEY_BYTES)))
        self._cache().pop((self, owner), None)

    def destroy(self, owner: str) -> None:
        """Forget the owner's key for ever, in the store and in this context."""
        self.store.remove(owner)
        self._cache().pop((self, owner), None)

    def prefetch(self, owners: Iterable[str]) -> None:
        """Fetch the keys of many owners at once and hold them for this context."""
        cache = self._cache()
        wanted = {owner for owner in owners if (self, owner) not in cache}
        if wanted and has_app_context():
            self._fetch(wanted)

    def missing(self, owners: Iterable[str]) -> set[str]:
        """Return those owners that have no key in the store."""
        wanted = set(owners)
        return wanted - self.store.fetch(wanted).keys()

    def keys(self, owner: str) -> OwnerKeys:
        """Return the owner's keys; raises KeyDestroyed, or SealBroken for an altered one."""
        cache = self._cache()
        found = cache[(self, owner)] if (self, owner) in cache else self._fetch({owner})[owner]
        if found is None:
            raise KeyDestroyed(owner=owner)
        return found

    def _fetch(self, owners: set[str]) -> dict[str, OwnerKeys | None]:
        wrapped = self.store.fetch(owners)
        found = {
            owner: self._unwrap(owner, wrapped[owner]) if owner in wrapped else None
            for owner in owners
        }
        self._cache().update({(self, owner): keys for owner, keys in found.items()})
        return found

    def _unwrap(self, owner: str, wrapped: bytes) -> OwnerKeys:
        try:
            key = aes_key_unwrap(self._wrapping_key, wrapped)
        except InvalidUnwrap:
            raise SealBroken(owner=owner) from None
        return OwnerKeys(AESGCM(derive(key, "columns")), derive(key, "files"))

    def _cache(self) -> _Cache:
        if not has_app_context():
            return {}
        cache: _Cache = g.setdefault("dsar_vault_keys", {})
        return cache
