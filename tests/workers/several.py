"""A server of several workers, and connections that are each held by one of them."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.credentials import Credentials

from clients.server import Server, family
from rights.wire import HOST, Asking, Reply, aws_request, signed

SECONDS = 20


class Several(Server):
    """`dockreeve serve --workers 2`."""

    def __init__(self, folder: Path, *options: str, workers: int = 2) -> None:
        super().__init__(folder, options=["--workers", str(workers), *options])
        self.count = workers

    @property
    def workers(self) -> list[int]:
        """Their process ids."""
        return family(self.pid)[1:]

    @property
    def root(self) -> Credentials:
        keys = self.root_keys
        return Credentials(keys.access_key_id, keys.secret_access_key)

    def kill(self) -> None:
        """End the parent at once, and wait for the workers, who end by themselves."""
        before = self.workers if self._process is not None and self._process.poll() is None else []
        super().kill()
        for worker in before:
            until(lambda worker=worker: not lives(worker))  # type: ignore[misc]


def lives(process: int) -> bool:
    """Whether it runs; one that nobody has waited for doesn't."""
    return state(process) not in ("", "Z")


def state(process: int) -> str:
    """The letter of proc(5); nothing for a process that is no more."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def until(true: Callable[[], Any], within: float = SECONDS) -> Any:
    """What `true` gave once it gave something; AssertionError when it doesn't come to that."""
    deadline = time.monotonic() + within
    while not (found := true()):
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)
    return found


@contextmanager
def stopped(*processes: int) -> Iterator[None]:
    """They don't run for as long as the block does: like one that is stuck."""
    time.sleep(0.2)  # what it has just answered is written down by now: it must not hold the database
    for process in processes:
        os.kill(process, signal.SIGSTOP)
        until(lambda process=process: state(process) == "T")  # type: ignore[misc]
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


@dataclass(frozen=True, slots=True)
class Pinned:
    """A connection that one worker holds, kept open from request to request (for the five seconds that it may idle)."""

    server: Several
    worker: int
    connection: http.client.HTTPConnection

    def send(self, asking: Asking, service: str = "", operation: str = "") -> Reply:
        assert self.connection.sock is not None, "another connection might be another worker's"
        return sent(self.connection, asking, service, operation)

    def aws(self, name: str, keys: Credentials | None = None, /, **params: Any) -> Reply:
        """Call an AWS operation; it must work when no keys are given."""
        service, _, operation = name.partition(":")
        asking = signed(aws_request(service, operation, params), keys or self.server.root, service)
        reply = self.send(asking, service, operation)
        assert keys or reply.status == 200, reply.body
        return reply

    def api(self, method: str, path: str, body: Any = None, keys: Credentials | None = None) -> Reply:
        return self.send(product(self.server, method, path, body, keys))

    def registry(self, method: str, path: str, login: str, body: bytes = b"", **headers: str) -> Reply:
        return self.send(Asking(method, path, body, {"Authorization": f"Basic {login}", **headers}))

    def login(self, keys: Credentials | None = None) -> str:
        """What `docker login` sends."""
        answer = self.aws("ecr:GetAuthorizationToken", keys).parsed
        return str(answer["authorizationData"][0]["authorizationToken"])


def sent(connection: http.client.HTTPConnection, asking: Asking, service: str = "", operation: str = "") -> Reply:
    connection.request(asking.method, asking.path, asking.body or None, {"Host": HOST, **dict(asking.headers)})
    answer = connection.getresponse()
    headers = {key.lower(): value for key, value in answer.headers.items()}
    return Reply(answer.status, headers, answer.read(), service, operation)


def product(server: Several, method: str, path: str, body: Any = None, keys: Credentials | None = None) -> Asking:
    """A signed request to the product API."""
    content = b"" if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if content else {}
    return signed(Asking(method, path, content, headers), keys or server.root, "dockreeve")


@contextmanager
def fresh(server: Several) -> Iterator[Pinned]:
    """A new connection, of whichever worker takes it."""
    connection = http.client.HTTPConnection(server.host, timeout=SECONDS)
    connection.connect()
    try:
        yield Pinned(server, 0, connection)
    finally:
        connection.close()


@contextmanager
def pinned(server: Several) -> Iterator[Sequence[Pinned]]:
    """A connection to each worker."""
    workers = until(lambda: len(found := server.workers) == server.count and found)
    made: list[Pinned] = []
    try:
        for worker in workers:
            connection = http.client.HTTPConnection(server.host, timeout=SECONDS)
            with stopped(*(other for other in workers if other != worker)):
                connection.connect()
                made.append(Pinned(server, worker, connection))
                assert made[-1].send(Asking("GET", "/healthz")).status == 200
        yield made
    finally:
        for one in made:
            one.connection.close()
