"""Sets the disk to work on a file that is still being written."""

import ctypes
from functools import cache
from typing import Any

_WRITE = 2  # SYNC_FILE_RANGE_WRITE


def begin_writeback(handle: int, start: int, length: int) -> None:
    """Ask the kernel to begin writing this part of an open file to disk (sync_file_range(2)); it may block.

    A hint: it makes nothing durable, and nothing follows where the system has no such call or refuses it.
    """
    if (call := _sync_file_range()) is not None:
        call(handle, start, length, _WRITE)


@cache
def _sync_file_range() -> Any:
    try:
        call = ctypes.CDLL(None).sync_file_range
    except (AttributeError, OSError, TypeError):  # not Linux
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
    call.restype = ctypes.c_int
    return call
