"""Sealing of short values: AES-256-GCM, bound to the place where the bytes are kept."""

import secrets
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dsar.vault.errors import SealBroken

_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16


class SealedRow(Protocol):
    """A row with sealed columns: its table, its random id, and whose key seals it."""

    @property
    def __tablename__(self) -> str:
        """Name of the table."""

    @property
    def id(self) -> str:
        """Random id, known before the row is inserted."""

    @property
    def key_owner(self) -> str:
        """Id of the case or draft whose key seals this row."""


def place(*parts: str) -> bytes:
    """Return the parts as one unambiguous text to bind a seal to: each with its length."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def row_place(row: SealedRow, field: str) -> bytes:
    """Return the place of one column of one row; the row must have its id and its owner."""
    if not row.id or not row.key_owner:
        raise ValueError(f"{row.__tablename__}.{field} sealed before the row has id and owner")
    return place("column", row.__tablename__, field, row.key_owner, row.id)


def seal(cipher: AESGCM, plain: bytes, bound_to: bytes) -> bytes:
    """Return version, nonce and ciphertext with tag; the nonce is random, 96 bits."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + cipher.encrypt(nonce, plain, _VERSION + bound_to)


def unseal(cipher: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    """Return what was sealed at this very place; raises SealBroken."""
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if sealed[:1] != _VERSION or len(body) < _TAG_BYTES:
        raise SealBroken
    try:
        return cipher.decrypt(nonce, body, _VERSION + bound_to)
    except InvalidTag:
        raise SealBroken from None
