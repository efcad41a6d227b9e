"""Connections taken from a socket that several workers share, one at a time, so that each gets its part.

A loop's own server takes all that wait at once: of sixteen that come together one worker would often get all.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Final

_LEAD: Final = 2  # connections more than another worker, from which on the others go first
_TURN: Final = 0.001  # seconds that they have
_NO_FILES: Final = 0.5  # seconds until it is tried again when there is no room for one more


class Shares:
    """How many connections each worker holds, as each one said when it last took one; in memory that all share."""

    def __init__(self, shared: memoryview, number: int) -> None:
        """`shared`: an unsigned number for each worker, `number` is whose place this is."""
        self._shared = shared
        self._number = number

    def leads(self, held: int) -> bool:
        """Whether this worker, which holds so many, has clearly more than another one."""
        self._shared[self._number] = held
        return held >= min(self._shared[other] for other in range(len(self._shared))) + _LEAD


class OneByOne:
    """A server, as far as uvicorn needs one."""

    def __init__(
        self,
        listening: socket.socket,
        protocol: Callable[[], asyncio.Protocol],
        tls: ssl.SSLContext | None,
        shares: Shares,
        held: Callable[[], int],
    ) -> None:
        """Take connections from now on; `held`: how many this worker has."""
        self._loop = asyncio.get_running_loop()
        self._listening = listening
        self._protocol = protocol
        self._tls = tls
        self._shares = shares
        self._held = held
        self._beginning: set[asyncio.Task[None]] = set()
        self._closed = self._waited = False
        self._listen()

    def close(self) -> None:
        """Take no more."""
        self._closed = True
        self._loop.remove_reader(self._listening)

    async def wait_closed(self) -> None:
        """Nothing is left to wait for."""

    def _listen(self) -> None:
        if not self._closed:
            self._loop.add_reader(self._listening, self._take)

    def _pause(self, seconds: float) -> None:
        self._loop.remove_reader(self._listening)
        self._loop.call_later(seconds, self._listen)

    def _take(self) -> None:
        if self._shares.leads(self._held()) and not self._waited:
            self._waited = True
            self._pause(_TURN)
            return
        self._waited = False
        try:
            connection, _ = self._listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):  # another worker was faster; it went away
            return
        except OSError:
            self._pause(_NO_FILES)
            return
        task = self._loop.create_task(self._begin(connection))
        self._beginning.add(task)
        task.add_done_callback(self._beginning.discard)

    async def _begin(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        with suppress(OSError):  # it has gone, or its TLS came to nothing
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._loop.connect_accepted_socket(self._protocol, connection, ssl=self._tls)
