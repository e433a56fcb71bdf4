"""Sealing of files as a stream of frames: nothing can be cut, swapped, repeated or added.

Stored shape: magic, a random salt, then frames of 64 KiB plaintext plus tag. The key comes
from the owner's key, the salt and the file id, so writing the same id again never reuses a
nonce. A frame's nonce is its number and a flag that only the last frame carries.
"""

import secrets
from collections.abc import Iterable, Iterator
from itertools import chain

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dsar.vault.errors import SealBroken
from dsar.vault.masterkey import derive
from dsar.vault.sealing import place

FRAME_BYTES = 64 * 1024
_TAG_BYTES = 16
_MAGIC = b"dsarfile1\n"
_SALT_BYTES = 32
_HEAD_BYTES = len(_MAGIC) + _SALT_BYTES


def seal_frames(key: bytes, file_id: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the head, then each frame sealed; holds one frame (and one chunk) in memory."""
    salt = secrets.token_bytes(_SALT_BYTES)
    cipher = _cipher(key, file_id, salt)
    yield _MAGIC + salt
    for number, (frame, is_last) in enumerate(_cut(chunks, FRAME_BYTES)):
        yield cipher.encrypt(_nonce(number, is_last), frame, place("file", file_id))


def open_frames(key: bytes, file_id: str, stored: Iterable[bytes]) -> Iterator[bytes]:
    """Read the head at once, then return the plain frames; raises SealBroken, also midway.

    What was yielded before the error is genuine, but the file as a whole is not.
    """
    pieces = iter(stored)
    head = b""
    while len(head) < _HEAD_BYTES and (piece := next(pieces, b"")):
        head += piece
    if len(head) < _HEAD_BYTES or not head.startswith(_MAGIC):
        raise SealBroken(file=file_id)
    cipher = _cipher(key, file_id, head[len(_MAGIC) : _HEAD_BYTES])
    return _open(cipher, file_id, chain([head[_HEAD_BYTES:]], pieces))


def _open(cipher: AESGCM, file_id: str, body: Iterable[bytes]) -> Iterator[bytes]:
    for number, (frame, is_last) in enumerate(_cut(body, FRAME_BYTES + _TAG_BYTES)):
        try:
            yield cipher.decrypt(_nonce(number, is_last), frame, place("file", file_id))
        except InvalidTag:
            raise SealBroken(file=file_id) from None


def _cut(chunks: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces of the size, each with "is it the last"; nothing is one empty piece."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) > size:
            yield bytes(held[:size]), False
            del held[:size]
    yield bytes(held), True


def _cipher(key: bytes, file_id: str, salt: bytes) -> AESGCM:
    return AESGCM(derive(key, f"file/{file_id}", salt))


def _nonce(number: int, is_last: bool) -> bytes:
    return bytes(7) + number.to_bytes(4, "big") + bytes([is_last])
