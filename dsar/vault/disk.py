"""Durable steps on a local disk."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make names just added to or taken from a folder survive a power loss."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
