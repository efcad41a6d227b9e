"""Pushes and pulls over several workers: spread over them, at once, cut off, and with a worker that is killed."""

from __future__ import annotations

import os
import random
import signal
import socket
import time
from base64 import b64decode
from pathlib import Path

import pytest

from clients.layout import write_layout
from clients.tools import container_tool
from faults.pushing import MANIFEST, Image, Registry, check_image, digest_of
from faults.test_kill import Pusher, check_all
from faults.wire import head, opened, rest_of, status_of

from .several import Pinned, Several, lives, pinned, until

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
UPLOADS = "/v2/app/blobs/uploads/"


@pytest.fixture
def registry(server: Several) -> Registry:
    return Registry.of(server)


def upload(by: Pinned, login: str) -> str:
    """The path of a new upload."""
    reply = by.registry("POST", UPLOADS, login)
    assert reply.status == 202
    return reply.headers["location"].partition("5150")[2] or reply.headers["location"]


def begun(by: Pinned, method: str, path: str, login: str, sent: bytes, length: int) -> socket.socket:
    """A request of which only a part has come; the worker has it."""
    connection = by.connection.sock
    assert isinstance(connection, socket.socket)
    lines = head(by.server, method, path, login, f"Content-Length: {length}")
    connection.sendall(lines + sent)
    time.sleep(0.3)
    return connection


def test_the_parts_of_one_upload_may_reach_different_workers(server: Several, registry: Registry) -> None:
    source = random.Random(1)
    with pinned(server) as workers:
        for number in range(12):
            content = source.randbytes(source.randrange(1, 3 * MIB))
            path = upload(workers[number % 2], registry.login)
            cuts = sorted(source.randrange(len(content) + 1) for _ in range(3))
            for part, (start, end) in enumerate(zip([0, *cuts[:2]], cuts, strict=True)):
                by = workers[(number + part + 1) % 2]
                assert by.registry("PATCH", path, registry.login, content[start:end]).status == 202
            put = workers[number // 2 % 2].registry(
                "PUT", f"{path}?digest={digest_of(content)}", registry.login, content[cuts[-1] :]
            )
            assert put.status == 201, put.body
            for by in workers:
                got = by.registry("GET", f"/v2/app/blobs/{digest_of(content)}", registry.login)
                assert got.body == content


def test_two_workers_never_append_to_one_upload_at_once(server: Several, registry: Registry) -> None:
    content = random.Random(2).randbytes(2 * MIB)
    with pinned(server) as (one, other):
        path = upload(one, registry.login)
        connection = begun(one, "PATCH", path, registry.login, content[:MIB], len(content))
        assert other.registry("PUT", f"{path}?digest={digest_of(content)}", registry.login).status == 416
        assert other.registry("PATCH", path, registry.login, content).status == 416  # and closes: the body isn't read
        connection.sendall(content[MIB:])
        assert status_of(connection) == 202
    registry.again().ask("PUT", f"{path}?digest={digest_of(content)}", expect=201)


def test_bytes_that_one_worker_never_acknowledged_give_no_name_to_those_of_another(
    server: Several, registry: Registry
) -> None:
    broken, kept = (random.Random(seed).randbytes(MIB) for seed in (3, 4))
    with pinned(server) as (first, _), pinned(server) as (one, other):
        path = upload(other, registry.login)
        begun(first, "PATCH", path, registry.login, broken, 2 * MIB).close()
        until(lambda: other.registry("PATCH", path, registry.login, kept).status == 202)
        assert one.registry("PUT", f"{path}?digest={digest_of(broken)}", registry.login).status == 400
        assert one.registry("PUT", f"{path}?digest={digest_of(kept)}", registry.login).status == 201
        assert other.registry("GET", f"/v2/app/blobs/{digest_of(kept)}", registry.login).body == kept


def test_what_one_worker_takes_and_deletes_is_there_and_gone_on_the_other_at_once(
    server: Several, registry: Registry
) -> None:
    source = random.Random(5)
    with pinned(server) as (one, other):
        for number in range(20):
            first, second = (one, other) if number % 2 else (other, one)
            image = Image.at_random(source)
            for blob in image.blobs:
                put = first.registry("POST", f"{UPLOADS}?digest={digest_of(blob)}", registry.login, blob)
                assert put.status == 201
                assert second.registry("HEAD", f"/v2/app/blobs/{digest_of(blob)}", registry.login).status == 200
            path = f"/v2/app/manifests/{digest_of(image.manifest)}"
            put = second.registry("PUT", path, registry.login, image.manifest, **{"Content-Type": MANIFEST})
            assert put.status == 201
            assert first.registry("GET", path, registry.login).body == image.manifest
            assert first.registry("DELETE", path, registry.login).status == 202
            assert second.registry("GET", path, registry.login).status == 404


@pytest.mark.clients
def test_skopeo_pushes_and_pulls_through_several_workers(server: Several, registry: Registry, tmp_path: Path) -> None:
    skopeo = container_tool("skopeo", tmp_path / "home")
    if skopeo is None:
        pytest.skip("skopeo is not installed: run scripts/clients.")
    made = write_layout(tmp_path / "image", layers=[{f"f{n}": random.Random(n).randbytes(300_000)} for n in range(12)])
    skopeo.login(server.host, b64decode(registry.login).decode().partition(":")[2])
    for tag in ("1", "2"):
        skopeo("copy", made.reference, f"docker://{server.host}/app:{tag}")
        skopeo("copy", f"docker://{server.host}/app:{tag}", f"oci:{tmp_path}/back-{tag}:1")
        check_image(registry.again(), tag, made.manifest)


# a worker that is killed


def test_a_pull_from_a_killed_worker_ends_short_and_the_next_one_is_whole(server: Several, registry: Registry) -> None:
    content = random.Random(6).randbytes(32 * MIB)
    registry.ask("POST", f"{UPLOADS}?digest={digest_of(content)}", content, expect=201)
    path = f"/v2/app/blobs/{digest_of(content)}"
    with pinned(server) as (one, _):
        one.connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connection.sock.sendall(head(server, "GET", path, registry.login))
        assert status_of(one.connection.sock) == 200
        os.kill(one.worker, signal.SIGKILL)
        one.connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, MIB)
        assert len(rest_of(one.connection.sock)) < len(content)
        assert registry.again().ask("GET", path, expect=200)[1] == content
        until(lambda: len(server.workers) == 2 and one.worker not in server.workers)
    with pinned(server) as workers:
        for by in workers:
            assert by.registry("GET", path, registry.login).body == content
    assert "another one takes its place" in server.log()


def test_an_upload_whose_worker_was_killed_goes_on_at_another_once_its_lease_ends(
    server: Several, registry: Registry
) -> None:
    content = random.Random(7).randbytes(3 * MIB)
    with pinned(server) as (one, other):
        path = upload(other, registry.login)
        assert one.registry("PATCH", path, registry.login, content[:MIB]).status == 202
        begun(one, "PATCH", path, registry.login, content[MIB : 2 * MIB], 2 * MIB)
        os.kill(one.worker, signal.SIGKILL)
        until(lambda: not lives(one.worker))
    told = registry.again().ask("GET", path, expect=204)[0]
    assert told["Range"] == f"0-{MIB - 1}"


@pytest.mark.slow
def test_workers_killed_again_and_again_lose_no_push_that_was_acknowledged(server: Several, registry: Registry) -> None:
    chance = random.Random(8)
    pushers = [Pusher(number, registry.again(), 8) for number in range(4)]
    for pusher in pushers:
        pusher.start()
    for _ in range(16):
        time.sleep(chance.uniform(0.2, 0.8))
        victim = chance.choice(until(lambda: server.workers))
        os.kill(victim, signal.SIGKILL)
        until(lambda victim=victim: not lives(victim))  # type: ignore[misc]
    for pusher in pushers:
        pusher.end()
    check_all(registry.again(), pushers)
    assert sum(len(pusher.said.images) for pusher in pushers) > 16
    assert server.stop() == 0


# the end


def test_transfers_under_way_at_every_worker_end_whole_when_the_server_is_told_to_stop(
    server: Several, registry: Registry
) -> None:
    content, layer = (random.Random(seed).randbytes(16 * MIB) for seed in (9, 10))
    registry.ask("POST", f"{UPLOADS}?digest={digest_of(content)}", content, expect=201)
    with pinned(server) as (one, other):
        path = f"{upload(other, registry.login)}?digest={digest_of(layer)}"
        pull = one.connection.sock
        pull.sendall(head(server, "GET", f"/v2/app/blobs/{digest_of(content)}", registry.login))
        start = pull.recv(1024)
        push = begun(other, "PUT", path, registry.login, layer[:MIB], len(layer))
        told = (server.pid, *server.workers)  # all of them, as a service manager does, and the parent tells them again
        for process in told:
            os.kill(process, signal.SIGTERM)
        time.sleep(0.7)
        with pytest.raises(ConnectionRefusedError):
            opened(server)
        push.sendall(layer[MIB:])
        assert status_of(push) == 201
        said, _, body = (start + rest_of(pull)).partition(b"\r\n\r\n")
        assert said.startswith(b"HTTP/1.1 200 ")
        assert body == content
        assert server.stop() == 0
    assert "Traceback" not in server.log(), server.log()
    server.start()
    registry.again().ask("HEAD", f"/v2/app/blobs/{digest_of(layer)}", expect=200)


def test_a_second_signal_to_the_parent_ends_all_at_once(server: Several, registry: Registry) -> None:
    with pinned(server) as (one, _):
        path = upload(one, registry.login)
        push = begun(one, "PATCH", path, registry.login, b"x" * 1000, 2000)
        os.kill(server.pid, signal.SIGTERM)
        time.sleep(0.5)
        begun_at = time.monotonic()
        server.interrupt()
        assert rest_of(push) == b""
        assert server.stop() == 0
        assert time.monotonic() - begun_at < 6


def test_workers_whose_parent_was_killed_end_what_they_do_and_then_themselves(
    server: Several, registry: Registry
) -> None:
    content = random.Random(11).randbytes(2 * MIB)
    workers = server.workers
    with pinned(server) as (one, _):
        path = f"{upload(one, registry.login)}?digest={digest_of(content)}"
        push = begun(one, "PUT", path, registry.login, content[:MIB], len(content))
        os.kill(server.pid, signal.SIGKILL)
        second = Several(server.data.parent, workers=1)
        with pytest.raises(RuntimeError, match="another server is using"):
            second.start()  # not before the last worker is done with the folder
        push.sendall(content[MIB:])
        assert status_of(push) == 201
    for worker in workers:
        until(lambda worker=worker: not lives(worker))  # type: ignore[misc]
    server.start()
    registry.again().ask("HEAD", f"/v2/app/blobs/{digest_of(content)}", expect=200)
