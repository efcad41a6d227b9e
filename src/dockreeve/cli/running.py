"""How a command serves: an ASGI application on a bound socket, until SIGINT or SIGTERM, and then a clean end."""

import asyncio
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self, cast

import uvicorn

from dockreeve.cli.accepting import OneByOne, Shares

_MANY_FILES = 65_536
AT_ONCE = signal.SIGUSR1  # for those who are patient with the others
_UNWIND_SECONDS = 5  # for a request that is cut: a thread may be writing its last batch


def room_for_files() -> int:
    """How many files this process may have open from now on: as many as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY_FILES if hard == resource.RLIM_INFINITY else hard
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    with suppress(OSError, ValueError):  # a system may have a bound that it doesn't tell
        # The soft limit that a shell gives is for programs that use select.
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return soft


class Running:
    """From its beginning to its end a signal only says that it is time to stop, so that what is open gets closed."""

    def __init__(self, *, patient: bool = False) -> None:
        """`patient`: only `AT_ONCE` says that it is to stop at once, a second SIGINT or SIGTERM doesn't. A terminal and
        a service manager tell every process of a server, and its parent tells them too."""
        self.told = False  # that it is time to stop
        self.patient = patient
        self.shares: Shares | None = None  # where other workers take connections from the same socket
        self.hurry: Callable[[], None] = lambda: None  # while it serves
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._tell)
        if self.patient:
            self._before[AT_ONCE] = signal.signal(AT_ONCE, lambda number, frame: self.hurry())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _tell(self, number: int, frame: FrameType | None) -> None:
        self.told = True

    async def serve(
        self,
        application: Any,
        listening: socket.socket,
        *,
        stop_seconds: int,
        stop_delay: int = 0,
        ending: Callable[[], None] = lambda: None,
        **options: Any,
    ) -> None:
        """Serve until told to stop, and `stop_delay` seconds longer; then requests under way get `stop_seconds` to end.

        `ending` is called when they are waited for: what only waits itself should stop then. `options` are further ones
        of uvicorn's Config.
        """
        config = uvicorn.Config(
            application,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # what a proxy says is believed, or not, where it is used
            timeout_graceful_shutdown=stop_seconds,
            **options,
        )
        if not self.told:
            # While it serves, uvicorn has the signals; afterwards it raises them again, for us.
            server = _Server(config, self, stop_delay, ending)
            await server.serve(sockets=[listening])
            await _cut(server)


class _Server(uvicorn.Server):
    """uvicorn's server, which tells at once that it was told, and goes on for a while."""

    def __init__(self, config: uvicorn.Config, running: Running, delay: int, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ending = ending
        self._running = running
        self._delay = delay
        self._loop = asyncio.get_running_loop()
        running.hurry = lambda: super(_Server, self).handle_exit(signal.SIGINT, None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin; a signal that came before uvicorn had them counts."""
        shares = self._running.shares
        if shares is None:
            await super().startup(sockets)
        else:
            await super().startup([])
            for listening in sockets or []:
                listening.setblocking(False)
                server = OneByOne(listening, self._protocol, self.config.ssl, shares, self._held)
                self.servers.append(cast(asyncio.Server, server))
        self.should_exit = self.should_exit or self._running.told

    def _protocol(self) -> asyncio.Protocol:
        kind: Any = self.config.http_protocol_class
        made: asyncio.Protocol = kind(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state, _loop=self._loop
        )
        return made

    def _held(self) -> int:
        return len(self.server_state.connections)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal came; a second one doesn't wait."""
        again, self._running.told = self._running.told, True
        if again and self._running.patient:
            return
        if again or not self._delay:
            super().handle_exit(sig, frame)
        else:
            self._loop.call_soon_threadsafe(self._loop.call_later, self._delay, super().handle_exit, sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more, and wait for what is under way."""
        self._ending()
        await super().shutdown(sockets)


async def _cut(server: uvicorn.Server) -> None:
    """End what outlived its time, or a second signal, before the stores that it uses are closed."""
    under_way = list(server.server_state.tasks)
    for task in under_way:
        task.cancel()
    if under_way:
        await asyncio.wait(under_way, timeout=_UNWIND_SECONDS)
