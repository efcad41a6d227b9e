"""Room kept back: a file that is given up when the disk is full, so that what frees room can still be written."""

import logging
import os
from pathlib import Path

_log = logging.getLogger(__name__)


class Ballast:
    """One file of `size` bytes beside the database. It never raises: a commit that was made must not look failed."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._size = size
        self._lacking = False  # told once, not with every delete on a full disk

    def fill(self) -> None:
        """Take the room back, if it was given up and there is any."""
        try:
            self._reserve()
            self._lacking = False
        except OSError as refused:
            if not self._lacking:
                _log.warning("no ballast file (%s): on a full disk, deletes may fail too", refused)
            self._lacking = True

    def drop(self) -> bool:
        """Give the room up; False when there was none."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True

    def _reserve(self) -> None:
        if self._path.exists():
            return
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(handle, 0, self._size)
        except OSError:
            self._path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
