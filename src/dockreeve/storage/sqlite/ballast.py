"""Room kept back: a file that is given up when the disk is full, so that what frees room can still be written."""

import errno
import logging
import os
from pathlib import Path

_log = logging.getLogger(__name__)


class Ballast:
    """One file of `size` bytes beside the database."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._size = size

    def fill(self) -> None:
        """Take the room back, if it was given up and there is any."""
        if self._path.exists():
            return
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(handle, 0, self._size)
        except OSError as refused:
            self._path.unlink(missing_ok=True)
            if refused.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            _log.warning("no room for the ballast file: on a full disk, deletes may fail too")
        finally:
            os.close(handle)

    def drop(self) -> bool:
        """Give the room up; False when there was none."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        return True
