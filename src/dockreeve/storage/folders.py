"""Folders on disk: private to their owner, their names durable."""

import os
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make it, and what stands above it, readable by the owner only; one that is there stays as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names in this folder durable: a new or renamed file is not, until this returns."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
