"""SIGTERM: what is under way gets the time to end, what does not is cut where anyone can see it, and the exit is 0."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clients.server import Server

from .pushing import Registry, check_image, digest_of
from .test_kill import Pusher
from .wire import head, opened, rest_of, status_of

pytestmark = pytest.mark.slow

MIB = 1024 * 1024


@contextmanager
def stopping(server: Server) -> Iterator[list[int]]:
    """The server is told to stop at the beginning of the block, and has at its end; the list holds its exit code."""
    ended: list[int] = []
    thread = threading.Thread(target=lambda: ended.append(server.stop()))
    thread.start()
    time.sleep(0.3)
    yield ended
    thread.join(20)
    assert not thread.is_alive()


def kept_layer(registry: Registry, size: int) -> str:
    layer = random.Random(size).randbytes(size)
    registry.ask("POST", f"/v2/app/blobs/uploads/?digest={digest_of(layer)}", layer, expect=201)
    return digest_of(layer)


def test_a_download_under_way_ends_whole(server: Server, registry: Registry) -> None:
    digest = kept_layer(registry, 32 * MIB)
    with opened(server) as pull:
        pull.sendall(head(server, "GET", f"/v2/app/blobs/{digest}", registry.login))
        begun = pull.recv(65536)
        with stopping(server) as ended:
            assert ended == []
            said, _, body = (begun + rest_of(pull)).partition(b"\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200 ")
    assert digest_of(body) == digest
    assert ended == [0]


def test_no_new_connection_is_taken_and_idle_ones_are_closed(server: Server, registry: Registry) -> None:
    layer = random.Random(1).randbytes(MIB)
    with opened(server) as idle, opened(server) as kept:
        kept.sendall(head(server, "GET", "/healthz"))
        assert status_of(kept) == 200
        busy = registry.half_sent("PUT", f"{registry.upload()}?digest={digest_of(layer)}", layer[:-1], len(layer))
        time.sleep(0.2)
        with stopping(server) as ended:
            assert rest_of(idle) == b""
            assert not rest_of(kept).startswith(b"HTTP/")
            with pytest.raises(ConnectionRefusedError):
                opened(server)
            busy.sendall(layer[-1:])
            assert status_of(busy) == 201
    assert ended == [0]


def test_transfers_that_do_not_end_are_cut_after_their_time_and_nothing_half_is_kept(tmp_path: Path) -> None:
    server = Server(tmp_path, options=["--stop-seconds", "2"]).start()
    registry = Registry.of(server)
    digest, layer = kept_layer(registry, 32 * MIB), random.Random(2).randbytes(2 * MIB)
    path = f"{registry.upload()}?digest={digest_of(layer[:MIB])}"
    upload = registry.half_sent("PUT", path, layer[:MIB], len(layer))
    download = opened(server, buffer=4096)
    download.sendall(head(server, "GET", f"/v2/app/blobs/{digest}", registry.login))
    assert status_of(download) == 200
    begun = time.monotonic()
    assert server.stop() == 0
    assert 1.5 < time.monotonic() - begun < 6
    assert len(drained(download)) < 32 * MIB
    assert rest_of(upload) == b""
    assert "Traceback" not in server.log(), server.log()
    server.start()
    registry.again().ask("HEAD", f"/v2/app/blobs/{digest_of(layer[:MIB])}", expect=404)
    registry.again().ask("PUT", path.replace(digest_of(layer[:MIB]), digest_of(layer)), layer, expect=201)
    server.kill()


def drained(connection: socket.socket) -> bytes:
    """What still comes of an answer that was cut."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, MIB)
    return rest_of(connection)


def test_a_second_signal_ends_it_at_once(server: Server, registry: Registry) -> None:
    layer = random.Random(3).randbytes(MIB)
    sending = registry.half_sent("PUT", f"{registry.upload()}?digest={digest_of(layer)}", layer[:-1], len(layer))
    time.sleep(0.2)
    with stopping(server) as ended:
        assert ended == []
        server.interrupt()
    assert ended == [0]
    assert rest_of(sending) == b""


def test_a_server_stopped_again_and_again_under_pushes_keeps_each_that_it_acknowledged(
    server: Server, registry: Registry
) -> None:
    pushers = [Pusher(number, registry.again(), 4) for number in range(4)]
    for pusher in pushers:
        pusher.start()
    for _ in range(3):
        time.sleep(0.5)
        assert server.stop() == 0
        server.start()
    for pusher in pushers:
        pusher.end()
        assert pusher.surprise is None
    kept = [image for pusher in pushers for image in pusher.said.images]
    assert len(kept) > 10
    for tag, digest in kept:
        check_image(registry.again(), tag, digest)
    assert "Traceback" not in server.log(), server.log()
