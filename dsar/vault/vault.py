"""The vault: everything personal goes in and out through this one door."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dsar.vault.errors import SealBroken
from dsar.vault.frames import open_frames, seal_frames
from dsar.vault.keyring import KeyRing
from dsar.vault.masterkey import derive
from dsar.vault.sealing import SealedRow, place, row_place, seal, unseal
from dsar.vault.stores import Store


@dataclass(frozen=True)
class SealedFile:
    """What was written: size in bytes and SHA-256 (hex) of the plain content."""

    size: int
    sha256: str


class Vault:
    """Keys of owners, sealed columns, blind indexes, sealed files, installation secrets."""

    def __init__(self, master_key: bytes, ring: KeyRing, files: Store) -> None:
        """Derive the installation's own keys; touches no disk and no database."""
        self.ring = ring
        self.files = files
        self._installation = AESGCM(derive(master_key, "installation"))
        self._blind_root = derive(master_key, "blind")

    def make_key(self, owner: str) -> None:
        """Keep a new key for a case or draft that does not exist yet; raises KeyExists."""
        self.ring.make(owner)

    def destroy_key(self, owner: str) -> None:
        """Make all that the owner's key sealed unreadable for ever; twice is no error."""
        self.ring.destroy(owner)

    def prefetch(self, owners: Iterable[str]) -> None:
        """Fetch the keys for a page in one go; held for this app context only."""
        self.ring.prefetch(owners)

    def missing_keys(self, owners: Iterable[str]) -> set[str]:
        """Return the owners without a key: disposed, or the key store is not theirs."""
        return self.ring.missing(owners)

    def seal(self, row: SealedRow, field: str, text: str) -> None:
        """Set the column to the sealed text, bound to table, column, owner and row."""
        self.seal_bytes(row, field, text.encode())

    def open(self, row: SealedRow, field: str) -> str:
        """Return the column's text; raises KeyDestroyed or SealBroken."""
        return self.open_bytes(row, field).decode()

    def open_optional(self, row: SealedRow, field: str) -> str | None:
        """Return the column's text, or None where the column is NULL."""
        return None if getattr(row, field) is None else self.open(row, field)

    def seal_bytes(self, row: SealedRow, field: str, content: bytes) -> None:
        """Set the column to the sealed bytes, bound to table, column, owner and row."""
        bound_to = row_place(row, field)
        setattr(row, field, seal(self.ring.keys(row.key_owner).columns, content, bound_to))

    def open_bytes(self, row: SealedRow, field: str) -> bytes:
        """Return the column's bytes; raises KeyDestroyed or SealBroken."""
        bound_to = row_place(row, field)
        cipher = self.ring.keys(row.key_owner).columns
        try:
            return unseal(cipher, bytes(getattr(row, field)), bound_to)
        except SealBroken:
            raise SealBroken(table=row.__tablename__, column=field, row=row.id) from None

    def blind(self, column: str, value: str) -> str:
        """Return the keyed digest (hex) to look a value up by; normalise the value first."""
        key = _column_key(self._blind_root, column)
        return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()

    def write_file(self, owner: str, file_id: str, chunks: Iterable[bytes]) -> SealedFile:
        """Seal a stream and keep it durably; name it in a row only after this returns."""
        size, digest = 0, hashlib.sha256()

        def measured() -> Iterator[bytes]:
            nonlocal size
            for chunk in chunks:
                size += len(chunk)
                digest.update(chunk)
                yield chunk

        frames = seal_frames(self.ring.keys(owner).files, file_id, measured())
        self.files.put(file_id, frames)
        return SealedFile(size, digest.hexdigest())

    def read_file(self, owner: str, file_id: str) -> Iterator[bytes]:
        """Return the plain stream; the key is fetched now, so it may outlive the request.

        Raises KeyDestroyed and SealedFileMissing at once, SealBroken also midway.
        """
        return open_frames(self.ring.keys(owner).files, file_id, self.files.get(file_id))

    def shred_file(self, file_id: str) -> None:
        """Remove a sealed file so that not even its owner's key opens it; twice is no error."""
        self.files.delete(file_id)

    def seal_installation(self, location: str, text: str) -> bytes:
        """Return a secret of the installation sealed, bound to where it is kept."""
        return seal(self._installation, text.encode(), place("installation", location))

    def open_installation(self, location: str, sealed: bytes) -> str:
        """Return a secret of the installation; raises SealBroken."""
        try:
            return unseal(self._installation, sealed, place("installation", location)).decode()
        except SealBroken:
            raise SealBroken(place=location) from None


@lru_cache(maxsize=64)
def _column_key(root: bytes, column: str) -> bytes:
    return derive(root, f"blind/{column}")
