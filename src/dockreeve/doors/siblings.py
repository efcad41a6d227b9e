"""Questions between the workers of one server, over sockets in a folder that only its user can enter.

A question is one line of JSON on a connection of its own; the answer is the number of its lines, then these lines, each
some JSON. Nothing of this is on the way of a push or a pull.
"""

import asyncio
import json
import logging
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, Self

_log = logging.getLogger("dockreeve.siblings")

PATIENCE: Final = 2.0  # seconds for a question and its answer: one that is stuck holds nobody up for longer
_LINE: Final = 4 * 1024 * 1024  # bytes of a line
_LINES: Final = 20_000  # of an answer
_AT_ONCE: Final = 256  # questions that a worker asks, and answers, at a time
_AGAIN: Final = 0.01  # seconds
_ADDRESS: Final = 100  # bytes of a socket's path that every system takes

Answering = Callable[[Any], Awaitable[Sequence[Any]]]


class Silent(OSError):
    """A sibling gave no answer, or none in time."""


class Posts:
    """A listening socket for each worker, made before they are forked.

    Their parent keeps them all: a question to a worker that has just ended waits for the one that takes its place.
    """

    def __init__(self, folder: Path, sockets: Sequence[socket.socket], handle: int) -> None:
        self._folder = folder
        self._handle = handle  # of the folder
        self.sockets = sockets

    @classmethod
    def made(cls, folder: Path, count: int) -> Self:
        """Make the folder and the sockets in it, in place of those that a killed server left. Raise `OSError`."""
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        for left in folder.iterdir():
            left.unlink()
        posts = cls(folder, [], os.open(folder, os.O_RDONLY | os.O_DIRECTORY))
        posts.sockets = [posts._listening(number) for number in range(count)]
        return posts

    def path(self, number: int) -> str:
        """Where a worker is asked. The system bounds the length of such a path, so a long one goes by a short cut."""
        plain = str(self._folder / str(number))
        return plain if len(os.fsencode(plain)) <= _ADDRESS else f"/proc/self/fd/{self._handle}/{number}"

    def close(self) -> None:
        """Take everything away again."""
        for number, listening in enumerate(self.sockets):
            listening.close()
            (self._folder / str(number)).unlink(missing_ok=True)
        os.close(self._handle)
        with suppress(OSError):
            self._folder.rmdir()

    def _listening(self, number: int) -> socket.socket:
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(self.path(number))
        listening.listen(_AT_ONCE)
        listening.setblocking(False)
        return listening


class Siblings:
    """The other workers, for the one with this number."""

    def __init__(self, posts: Posts, number: int) -> None:
        self.number = number
        self.count = len(posts.sockets)
        self._posts = posts
        self._answers: dict[str, Answering] = {}
        self._attending: set[asyncio.Task[None]] = set()
        self._silent: set[int] = set()
        self._room = asyncio.Semaphore(_AT_ONCE)

    def answer(self, what: str, by: Answering) -> None:
        """Questions of this name are answered by this function; an error of its is no answer."""
        self._answers[what] = by

    async def ask(self, number: int, what: str, about: Any = None) -> list[Any]:
        """The lines of one worker's answer, which may be this one's own. Raise `Silent`."""
        try:
            async with asyncio.timeout(PATIENCE):
                if number == self.number:
                    return list(await self._answers[what](about))
                async with self._room:
                    said = await self._asked(number, what, about)
        except (OSError, ValueError, asyncio.IncompleteReadError) as error:  # TimeoutError is an OSError
            self._note(number, silent=True)
            raise Silent(f"worker {number} does not answer `{what}`") from error
        self._note(number, silent=False)
        return said

    async def ask_all(self, what: str, about: Any = None, *, own: bool = False) -> list[list[Any] | None]:
        """Everybody's answer by number, None for a silent one; the own place is empty unless `own`."""

        async def asked(number: int) -> list[Any] | None:
            if number == self.number and not own:
                return []
            try:
                return await self.ask(number, what, about)
            except Silent:
                return None

        return await asyncio.gather(*map(asked, range(self.count)))

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[None]:
        """Answer the others for as long as the block runs."""
        accepting = asyncio.create_task(self._accept())
        try:
            yield
        finally:
            tasks = [accepting, *self._attending]
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _asked(self, number: int, what: str, about: Any) -> list[Any]:
        reader, writer = await self._connected(self._posts.path(number))
        try:
            writer.write(json.dumps([what, about]).encode() + b"\n")
            count = int(await reader.readline())
            if not 0 <= count <= _LINES:
                raise ValueError(count)
            return [json.loads(await reader.readuntil(b"\n")) for _ in range(count)]
        except asyncio.LimitOverrunError as long:
            raise ValueError(what) from long
        finally:
            writer.close()

    async def _connected(self, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while True:
            try:
                return await asyncio.open_unix_connection(path, limit=_LINE)
            except BlockingIOError:  # so many wait there already that the system takes no more
                await asyncio.sleep(_AGAIN)

    async def _accept(self) -> None:
        loop, room = asyncio.get_running_loop(), asyncio.Semaphore(_AT_ONCE)
        while True:
            await room.acquire()
            connection, _ = await loop.sock_accept(self._posts.sockets[self.number])
            task = asyncio.create_task(self._attend(connection))
            self._attending.add(task)
            task.add_done_callback(self._attending.discard)
            task.add_done_callback(lambda _: room.release())

    async def _attend(self, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_unix_connection(sock=connection, limit=_LINE)
        try:
            async with asyncio.timeout(PATIENCE):
                what, about = json.loads(await reader.readline())
                lines = await self._answers[what](about)
                writer.write(b"%d\n" % len(lines))
                for line in lines:
                    writer.write(json.dumps(line).encode() + b"\n")
                    await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass  # whoever asked waits no longer, or this worker ends
        except Exception:
            _log.exception("a question of another worker could not be answered")
        finally:
            writer.close()

    def _note(self, number: int, *, silent: bool) -> None:
        if silent != (number in self._silent):  # told once, not with every question
            (self._silent.add if silent else self._silent.discard)(number)
            _log.log(logging.WARNING if silent else logging.INFO, "worker %d %s", number, _TOLD[silent])


_TOLD: Final = {True: "does not answer the others", False: "answers the others again"}
