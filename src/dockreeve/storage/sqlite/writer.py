"""Who writes: one thread that commits what is queued in groups, or (in memory) the caller itself."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Final, Protocol, TypeVar

from dockreeve.storage.faults import NoRoom
from dockreeve.storage.sqlite.ballast import Ballast
from dockreeve.storage.sqlite.database import Database, translated

_log = logging.getLogger(__name__)

T = TypeVar("T")
QUEUED: Final = 1024  # writes accepted and not yet answered; more callers wait their turn
GROUP: Final = 64  # writes that share one fsync


class Writer(Protocol):
    """Runs a piece of work as one transaction, durable unless it says otherwise."""

    commits: int  # counted before anybody is told of them

    @property
    def queued(self) -> int:
        """Pieces of work that wait for their turn."""
        ...

    async def run(self, work: Callable[[Database], T], *, frees: bool = False, synced: bool = True) -> T:
        """What `work` returned, after the commit; what it raised, after its rollback. `work` may be run again when a
        commit failed, so it changes nothing but the database. Cancelling the caller doesn't take the work back.
        Raise `NoRoom` on a full disk; work that `frees` room may use what was kept back for it. Work that isn't
        `synced` outlives the process at once, but a power cut only from the next commit on that is."""
        ...

    async def close(self) -> None:
        """Do what was accepted, accept no more."""


@dataclass(slots=True, eq=False)
class _Item:
    work: Callable[[Database], Any]
    frees: bool
    synced: bool
    answer: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


class ThreadWriter:
    """The only writer of this process: group commit, a savepoint for each piece of work."""

    def __init__(self, raw: sqlite3.Connection, ballast: Ballast) -> None:
        self._database = Database(raw)
        self._raw = raw
        self._ballast = ballast
        self._queue: SimpleQueue[_Item | None] = SimpleQueue()
        self._room = asyncio.Semaphore(QUEUED)
        self._closed = False
        self._syncs = True  # whether a commit waits for the disk, as the connection was opened
        self.commits = 0
        self._thread = threading.Thread(target=self._serve, name="dockreeve-writer", daemon=True)
        self._thread.start()

    @property
    def queued(self) -> int:
        return self._queue.qsize()

    async def run(self, work: Callable[[Database], T], *, frees: bool = False, synced: bool = True) -> T:
        await self._room.acquire()
        if self._closed:
            self._room.release()
            raise RuntimeError("the records are closed")
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put(_Item(work, frees, synced, answer))
        return await answer

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        self._raw.close()

    def _serve(self) -> None:
        closing = False
        while not closing:
            items, closing = self._next_group()
            if not items:
                continue
            try:
                self._commit(items)
                self._use_ballast(items)
                self.commits += 1
            except Exception as broken:  # the thread must outlive whatever happens, and nobody may wait for ever
                _log.exception("the writer failed")
                for item in items:
                    item.error = item.error or broken
            self._answer(items)

    def _next_group(self) -> tuple[list[_Item], bool]:
        """Wait for one piece of work and take what is queued behind it; True with the last group before the close."""
        items: list[_Item] = []
        entry = self._queue.get()
        with suppress(Empty):
            while entry is not None:
                items.append(entry)
                if len(items) == GROUP:
                    return items, False
                entry = self._queue.get_nowait()
            return items, True
        return items, False

    def _commit(self, items: list[_Item]) -> None:
        """Set the result or the error of each; they are durable, or rolled back, when this returns."""
        try:
            self._sync(any(item.synced for item in items))
            self._raw.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as refused:
            for item in items:
                item.error = translated(refused)
            return
        try:
            for item in items:
                self._attempt(item)
            self._raw.execute("COMMIT")
        except Exception as lost:  # the whole transaction is gone, also for those who did nothing wrong
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
            if len(items) == 1:
                items[0].error = translated(lost)
                return
            for item in items:
                item.result = item.error = None
                self._commit([item])

    def _sync(self, wanted: bool) -> None:
        if wanted != self._syncs:
            self._raw.execute(f"PRAGMA synchronous = {'FULL' if wanted else 'NORMAL'}")
            self._syncs = wanted

    def _attempt(self, item: _Item) -> None:
        self._raw.execute("SAVEPOINT item")
        try:
            item.result = item.work(self._database)
        except Exception as error:
            if not self._raw.in_transaction:  # on a full disk SQLite may roll back everything by itself
                raise
            self._raw.execute("ROLLBACK TO item")
            item.error = translated(error)
        self._raw.execute("RELEASE item")

    def _use_ballast(self, items: list[_Item]) -> None:
        freeing = [item for item in items if item.frees]
        if not freeing:
            return
        for item in freeing:
            if isinstance(item.error, NoRoom) and self._ballast.drop():
                item.error = None
                self._commit([item])
        if not any(isinstance(item.error, NoRoom) for item in freeing):
            self._ballast.fill()

    def _answer(self, items: list[_Item]) -> None:
        """Wake the callers, one call for each loop."""
        for loop in {item.answer.get_loop() for item in items}:
            mine = [item for item in items if item.answer.get_loop() is loop]
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(self._resolve, mine)

    def _resolve(self, items: list[_Item]) -> None:
        for item in items:
            self._room.release()
            if item.answer.cancelled():
                continue
            if item.error is not None:
                item.answer.set_exception(item.error)
            else:
                item.answer.set_result(item.result)


class InlineWriter:
    """Writes at once, on the caller's own connection: for a database in memory, where nothing can be waited for."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._database = Database(raw)
        self.commits = 0

    @property
    def queued(self) -> int:
        return 0

    async def run(self, work: Callable[[Database], T], *, frees: bool = False, synced: bool = True) -> T:
        raw = self._database.raw
        raw.execute("BEGIN IMMEDIATE")
        try:
            result = work(self._database)
        except BaseException:
            raw.execute("ROLLBACK")
            raise
        raw.execute("COMMIT")
        self.commits += 1
        return result

    async def close(self) -> None:
        self._database.raw.close()
