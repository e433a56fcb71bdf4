"""A backup as a folder: what lies in it, with sizes and hashes, written last."""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import click

from dsar.config import Config

MANIFEST: Final = "manifest.json"
MAIN: Final = "dsar.sqlite3"
KEYS: Final = "keys.sqlite3"
FILES: Final = "files"
CHUNK_BYTES: Final = 1024 * 1024


def databases(config: Config) -> tuple[Path, Path]:
    """Return the files of both databases, or stop where they are not SQLite."""
    urls = (config.address(config.database.url), config.address(config.database.keys_url))
    if not all(url.startswith("sqlite:///") for url in urls):
        raise click.ClickException(
            "This installation is not on SQLite: use pg_dump, as docs/operating.md says"
        )
    main, keys = (Path(url.removeprefix("sqlite:///")) for url in urls)
    return main, keys


def check_empty(folder: Path) -> None:
    """Stop where a folder holds something."""
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder}: this folder is not empty")


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, while others write to it; and check the copy."""
    if not source.exists():
        raise click.ClickException(f"{source}: there is no such database")
    with closing(sqlite3.connect(source, timeout=30)) as live:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise click.ClickException(f"{source}: the database is damaged: {verdict}")
    _sync(target)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file whole and durably, for its owner's eyes only."""
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with source.open("rb") as content, os.fdopen(handle, "wb") as copy:
        for chunk in _chunks(content.read):
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())


def write_manifest(folder: Path, facts: dict[str, str]) -> int:
    """Write down what a folder holds; a folder without it is no backup. Returns how much."""
    found = {name: _described(folder / name) for name in _names(folder)}
    text = json.dumps({**facts, "files": found}, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")
    _sync(folder / MANIFEST)
    return len(found)


def read_manifest(folder: Path) -> tuple[str, ...]:
    """Return the names of what a backup holds, or stop with all that is wrong with it."""
    try:
        wanted = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        raise click.ClickException(f"{folder}: no whole manifest, so no whole backup") from None
    here = set(_names(folder))
    wrong = [f"{name}: it is missing" for name in wanted.keys() - here]
    wrong += [f"{name}: the backup does not name it" for name in here - wanted.keys()]
    wrong += [
        f"{name}: it has been changed"
        for name in wanted.keys() & here
        if _described(folder / name) != wanted[name]
    ]
    if wrong:
        raise click.ClickException("\n".join(sorted(f"{folder}/{each}" for each in wrong)))
    return tuple(sorted(wanted))


def _names(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST:
            yield path.relative_to(folder).as_posix()


def _described(path: Path) -> dict[str, object]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in _chunks(file.read):
            digest.update(chunk)
    return {"bytes": path.stat().st_size, "sha256": digest.hexdigest()}


def _chunks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while chunk := read(CHUNK_BYTES):
        yield chunk


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
