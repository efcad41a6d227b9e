"""Moves a part of a file into a socket by sendfile, without blocking the loop and without a thread for slow readers."""

import asyncio
import errno
import os
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

try:
    import termios
    from fcntl import ioctl
except ImportError:  # a system without them: a slow reader can't be told from a dead one
    termios = None  # type: ignore[assignment]

AVAILABLE = hasattr(os, "sendfile")

_BURST = 16 * 1024 * 1024  # bytes a thread sends at most before others get their turn
_THREADS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="sendfile")  # a cold disk blocks these, not the loop


class Stalled(TimeoutError):
    """The reader took nothing for too long."""


class EndedEarly(EOFError):
    """The file has fewer bytes than it had."""


def unacknowledged(descriptor: int) -> int | None:
    """Bytes in a socket's buffer that the other side hasn't confirmed; None where that can't be asked."""
    if termios is None:
        return None
    with suppress(OSError, ValueError):  # ValueError: closed meanwhile
        return int(struct.unpack("i", ioctl(descriptor, termios.TIOCOUTQ, b"\0" * 4))[0])
    return None


class Pump:
    """Sends one file to one socket. `stop` ends it from outside, when the connection is lost.

    Making one raises `OSError` when no more files may be open.
    """

    def __init__(self, connection: socket.socket, file: int, stall_seconds: float) -> None:
        # The transport owns the descriptor in the loop's selector; a duplicate can be watched beside it.
        self._socket = os.dup(connection.fileno())
        try:
            self._file = os.dup(file)
        except OSError:
            os.close(self._socket)
            raise
        self._running: asyncio.Future[tuple[int, bool]] | None = None
        self._stall_seconds = stall_seconds
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Future[None] | None = None
        self._stopped = False
        self.sent = 0  # bytes the kernel took

    async def send(self, offset: int, count: int) -> None:
        """Send `count` bytes from `offset` on.

        Raise `ConnectionError` when the other side is gone, `Stalled`, `EndedEarly`.
        """
        left = count
        while left:
            self._running = self._loop.run_in_executor(_THREADS, self._burst, offset, left)
            sent, ended = await asyncio.shield(self._running)
            self.sent += sent
            if ended:
                raise EndedEarly(f"{left - sent} bytes are missing")
            offset, left = offset + sent, left - sent
            if self._stopped:
                raise ConnectionResetError
            if left:
                await self._writable()

    def stop(self) -> None:
        """Let `send` end with `ConnectionError`."""
        self._stopped = True
        self._wake()

    def close(self) -> None:
        """Give both duplicates back.

        INVARIANT: not while a thread uses them, not even when `send` was cancelled: their numbers would soon mean
        another connection and another file.
        """
        self._stopped = True
        if self._running is None or self._running.done():
            self._release()
        else:
            self._running.add_done_callback(self._release)

    def _release(self, _: object = None) -> None:
        os.close(self._socket)
        os.close(self._file)

    def _burst(self, offset: int, left: int) -> tuple[int, bool]:
        """Send until the socket is full or the burst is over: bytes sent, and whether the file ended."""
        sent, most = 0, min(left, _BURST)
        while sent < most and not self._stopped:
            try:
                moved = os.sendfile(self._socket, self._file, offset + sent, most - sent)
            except BlockingIOError:
                break
            except OSError as gone:
                if gone.errno == errno.ENOTCONN:
                    raise ConnectionResetError from gone
                raise
            if not moved:
                return sent, True
            sent += moved
        return sent, False

    async def _writable(self) -> None:
        queued = unacknowledged(self._socket)
        self._waiting = self._loop.create_future()
        self._loop.add_writer(self._socket, self._wake)
        try:
            while True:
                done, _ = await asyncio.wait([self._waiting], timeout=self._stall_seconds)
                if done:
                    break
                # A socket counts as writable only when a third of its buffer is free: look whether it shrinks.
                before, queued = queued, unacknowledged(self._socket)
                if queued is None or before is None or queued >= before:
                    raise Stalled
        finally:
            self._loop.remove_writer(self._socket)
            self._waiting = None
        if self._stopped:
            raise ConnectionResetError

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
