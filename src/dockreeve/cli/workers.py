"""Several processes that serve one socket: started by a parent, started again when one ends, and ended together."""

import asyncio
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import NoReturn

import uvloop

from dockreeve.cli.running import AT_ONCE, Running
from dockreeve.cli.serve import serve_parts
from dockreeve.data_folder import CannotServe
from dockreeve.doors.logs import start_log
from dockreeve.doors.siblings import Posts
from dockreeve.server import joined
from dockreeve.settings import Settings

_log = logging.getLogger("dockreeve")

_YOUNG = 5  # seconds: a worker that ends before can't serve
_MOST_FAILURES = 5  # such ends in a row, after which the server gives up
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)

Work = Callable[[int, int, Running], int]


class Workers:
    """The parent's side. It has no threads and no event loop, so that a worker can be forked at any time."""

    def __init__(self, count: int, work: Work, *, stop_seconds: int, stopping: Callable[[], None]) -> None:
        """`work(number, alive, running)` is run in each worker and gives its exit status; `alive` is a descriptor that
        is at its end once the parent is gone. After `stop_seconds` and some more a worker that was told to end is
        killed. `stopping` is called when no more workers will be started."""
        self._count = count
        self._work = work
        self._stop_seconds = stop_seconds
        self._at_stop = stopping
        self._numbers: dict[int, int] = {}  # by process id
        self._begun: dict[int, float] = {}
        self._stopping = False
        self._alive, self._held = os.pipe()

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
            failures = failures + 1 if lived < _YOUNG else 0
            if failures == _MOST_FAILURES:
                _log.error("worker %d ended with %d, again and again: giving up", number, status)
                worst = 1
                self._stop()
                continue
            _log.error("worker %d ended with %d; another one takes its place", number, status)
            time.sleep(min(1, failures / 5))
            self._start(number)
        return 0 if worst == 0 else 1

    def _start(self, number: int) -> None:
        if self._stopping:
            return
        sys.stdout.flush()
        sys.stderr.flush()
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
                status = self._work(number, self._alive, running)
        except BaseException:
            _log.exception("worker %d failed", number)
        finally:
            with suppress(Exception):
                logging.shutdown()
            os._exit(status)  # the parent's clean-up is the parent's

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


def worker(settings: Settings, listening: socket.socket, posts: Posts) -> Work:
    """What each worker does."""

    def work(number: int, alive: int, running: Running) -> int:
        start_log(sys.stderr, settings.log_level, settings.log_format)
        try:
            uvloop.run(_serve(settings, listening, posts, number, alive, running))
        except CannotServe as error:
            _log.error("worker %d can't serve: %s", number, error)
            return 1
        return 0

    return work


async def _serve(
    settings: Settings, listening: socket.socket, posts: Posts, number: int, alive: int, running: Running
) -> None:
    loop = asyncio.get_running_loop()

    def orphaned() -> None:
        loop.remove_reader(alive)
        _log.error("the parent is gone: worker %d ends", number)
        os.kill(os.getpid(), signal.SIGTERM)

    loop.add_reader(alive, orphaned)
    async with joined(settings, posts, number) as parts:
        await serve_parts(parts, listening, running)
