"""Where sealed files are kept: a port, and a local folder behind it."""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from dsar.vault.disk import sync_folder
from dsar.vault.errors import SealedFileMissing

READ_BYTES = 256 * 1024
_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
_PARTIAL = ".partial"
_HEAD_BYTES = 4096


class Store(Protocol):
    """A place for opaque files; names are file ids and say nothing."""

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Keep the whole file durably under the name, or nothing at all."""

    def get(self, name: str) -> Iterator[bytes]:
        """Yield the file in pieces; raises SealedFileMissing at the first."""

    def delete(self, name: str) -> None:
        """Remove the file; one that is not there is no error."""

    def names(self) -> Iterator[str]:
        """Yield the names of all files kept, in no order."""

    def sweep(self, before: datetime) -> int:
        """Remove what broken-off writes left behind before the moment; return how many."""


class LocalStore:
    """A folder of its own, outside anything served; files have mode 0600."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write aside, sync, rename, sync the folder: only whole files ever have the name."""
        target = self._path(name)
        _ensure_folder(self.folder)
        aside = self.folder / f"{name}.{secrets.token_hex(8)}{_PARTIAL}"
        try:
            _write(aside, chunks)
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
        sync_folder(self.folder)

    def get(self, name: str) -> Iterator[bytes]:
        """Yield the file in pieces of READ_BYTES."""
        try:
            file = self._path(name).open("rb")
        except FileNotFoundError:
            raise SealedFileMissing(file=name) from None
        with file:
            while piece := file.read(READ_BYTES):
                yield piece

    def delete(self, name: str) -> None:
        """Blank the head (it holds the salt of the file's key), then remove the name."""
        path = self._path(name)
        try:
            _blank_head(path)
            path.unlink()
        except FileNotFoundError:
            return
        sync_folder(self.folder)

    def names(self) -> Iterator[str]:
        """Yield the names of whole files."""
        if not self.folder.is_dir():
            return
        with os.scandir(self.folder) as entries:
            yield from (entry.name for entry in entries if _NAME.fullmatch(entry.name))

    def sweep(self, before: datetime) -> int:
        """Remove partial files last written before the moment."""
        stale = [
            path
            for path in self.folder.glob(f"*{_PARTIAL}")
            if path.stat().st_mtime < before.timestamp()
        ]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("a sealed file is named by its id only")
        return self.folder / name


def _ensure_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder.parent)


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _blank_head(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(min(_HEAD_BYTES, path.stat().st_size)))
        file.flush()
        os.fsync(file.fileno())
