"""Several processes that serve one socket: started by a parent, started again when one ends, and ended together."""

import asyncio
import logging
import mmap
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

import uvloop

from dockreeve.cli.accepting import Shares
from dockreeve.cli.running import AT_ONCE, Running
from dockreeve.cli.serve import serve_parts
from dockreeve.data_folder import CannotServe
from dockreeve.doors.logs import start_log
from dockreeve.doors.siblings import Posts
from dockreeve.server import joined
from dockreeve.settings import Settings

_log = logging.getLogger("dockreeve")

_MOST_FAILURES = 5  # ends in a row of workers that never came to serve, after which the server gives up
_SOON, _PAUSE = 1.0, 0.2  # seconds: one that ends as soon as that is replaced after a pause
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)


@dataclass(frozen=True, slots=True)
class Worker:
    """What a worker is given."""

    number: int
    alive: int  # a descriptor that is at its end once the parent is gone
    running: Running
    serves: Callable[[], None]  # to be called once it does


Work = Callable[[Worker], int]


class Workers:
    """The parent's side. It has no threads and no event loop, so that a worker can be forked at any time."""

    def __init__(self, count: int, work: Work, *, stop_seconds: int, stopping: Callable[[], None]) -> None:
        """`work` is run in each worker and gives its exit status. After `stop_seconds` and some more a worker that was
        told to end is killed. `stopping` is called when no more workers will be started."""
        self._count = count
        self._work = work
        self._stop_seconds = stop_seconds
        self._at_stop = stopping
        self._numbers: dict[int, int] = {}  # by process id
        self._begun: dict[int, float] = {}
        self._stopping = False
        self._alive, self._held = os.pipe()
        self._held_by = memoryview(mmap.mmap(-1, 4 * count)).cast("I")
        self._serves = mmap.mmap(-1, count)  # shared: 1 where the worker of that number has come to serve

    def run(self, told: Callable[[], bool]) -> int:
        """Until SIGINT or SIGTERM came and every worker has ended; 0 when all of them ended well. `told`: whether one
        came before."""
        before = {number: signal.signal(number, self._told) for number in _SIGNALS}
        try:
            if told():
                return 0
            for number in range(self._count):
                self._start(number)
            return self._attend()
        finally:
            signal.alarm(0)
            for which, handler in before.items():
                signal.signal(which, handler)
            os.close(self._alive)
            os.close(self._held)

    def _attend(self) -> int:
        failures, worst = 0, 0
        while self._numbers:
            process, ended = os.waitpid(-1, 0)
            status = os.waitstatus_to_exitcode(ended)
            number = self._numbers.pop(process)
            lived = time.monotonic() - self._begun.pop(process)
            if self._stopping:
                worst = worst or status
                continue
            failures = 0 if self._serves[number] else failures + 1
            if failures == _MOST_FAILURES:
                _log.error("worker %d ended with %d, again and again: giving up", number, status)
                worst = 1
                self._stop()
                continue
            _log.error("worker %d ended with %d; another one takes its place", number, status)
            time.sleep(_PAUSE if lived < _SOON else 0)
            self._start(number)
        return 0 if worst == 0 else 1

    def _start(self, number: int) -> None:
        if self._stopping:
            return
        sys.stdout.flush()
        sys.stderr.flush()
        self._serves[number] = self._held_by[number] = 0
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # until both know what to do with them
        process = os.fork()
        if process == 0:
            self._become(number)
        self._numbers[process], self._begun[process] = number, time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        if self._stopping:  # told while it was being started
            self._pass_on(signal.SIGTERM)

    def _become(self, number: int) -> NoReturn:
        status = 1
        try:
            os.close(self._held)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            with Running(patient=True) as running:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
                running.shares = Shares(self._held_by, number)
                status = self._work(Worker(number, self._alive, running, lambda: self._note(number)))
                # Its end is a good one, also when it is told to hurry just now.
                signal.pthread_sigmask(signal.SIG_BLOCK, (*_SIGNALS, AT_ONCE))
        except BaseException:
            _log.exception("worker %d failed", number)
        finally:
            with suppress(Exception):
                logging.shutdown()
            os._exit(status)  # the parent's clean-up is the parent's

    def _note(self, number: int) -> None:
        self._serves[number] = 1

    def _told(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGALRM:
            self._pass_on(signal.SIGKILL)
        elif self._stopping:
            self._pass_on(AT_ONCE)
        else:
            self._stop()

    def _stop(self) -> None:
        self._stopping = True
        self._at_stop()
        self._pass_on(signal.SIGTERM)
        signal.alarm(self._stop_seconds + 10)

    def _pass_on(self, number: int) -> None:
        for process in list(self._numbers):
            with suppress(ProcessLookupError):
                os.kill(process, number)


def worker_of(settings: Settings, listening: socket.socket, posts: Posts) -> Work:
    """What each worker does."""

    def work(as_worker: Worker) -> int:
        start_log(sys.stderr, settings.log_level, settings.log_format)
        try:
            uvloop.run(_serve(settings, listening, posts, as_worker))
        except CannotServe as error:
            _log.error("worker %d can't serve: %s", as_worker.number, error)
            return 1
        return 0

    return work


async def _serve(settings: Settings, listening: socket.socket, posts: Posts, worker: Worker) -> None:
    loop = asyncio.get_running_loop()

    def orphaned() -> None:
        loop.remove_reader(worker.alive)
        _log.error("the parent is gone: worker %d ends", worker.number)
        os.kill(os.getpid(), signal.SIGTERM)

    loop.add_reader(worker.alive, orphaned)
    async with joined(settings, posts, worker.number) as parts:
        await serve_parts(parts, listening, worker.running, begun=worker.serves)
