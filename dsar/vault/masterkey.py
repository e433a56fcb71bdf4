"""The installation's master key: made once, read once before workers fork, in no database."""

import base64
import binascii
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dsar.vault.disk import sync_folder
from dsar.vault.errors import (
    MasterKeyExists,
    MasterKeyExposed,
    MasterKeyMalformed,
    MasterKeyMissing,
)

KEY_BYTES = 32
HEADER = "dsar-master-key-1"
_LARGEST_FILE = 1024


def derive(secret: bytes, label: str, salt: bytes | None = None) -> bytes:
    """Return 32 bytes for one purpose, by HKDF-SHA-256; the label keeps purposes apart."""
    return HKDF(SHA256(), KEY_BYTES, salt, b"dsar/1/" + label.encode()).derive(secret)


def create_master_key(path: Path) -> None:
    """Write 32 random bytes to a new file of mode 0600, durably; raises MasterKeyExists."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise MasterKeyExists(path=str(path)) from None
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{HEADER}\n{key}\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def load_master_key(path: Path) -> bytes:
    """Return the 32 bytes kept at path; raises a MasterKeyError named for what is wrong."""
    try:
        mode, content = _read(path)
    except OSError as error:
        raise MasterKeyMissing(path=str(path)) from error
    if mode & 0o077:
        raise MasterKeyExposed(path=str(path))
    return _decode(content, path)


def _read(path: Path) -> tuple[int, bytes]:
    """Return mode and content of one and the same open file."""
    # Not blocking: a start must fail at a pipe, not wait for its writer.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return os.fstat(handle).st_mode, os.read(handle, _LARGEST_FILE)
    finally:
        os.close(handle)


def _decode(content: bytes, path: Path) -> bytes:
    header, _, body = content.partition(b"\n")
    try:
        key = base64.b64decode(body.strip(), validate=True)
    except binascii.Error:
        raise MasterKeyMalformed(path=str(path)) from None
    if len(key) != KEY_BYTES or header.strip() != HEADER.encode():
        raise MasterKeyMalformed(path=str(path))
    return key
