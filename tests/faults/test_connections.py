"""Clients that only take up room: they get little of it, and whoever comes to work is served meanwhile."""

from __future__ import annotations

import random
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from clients.server import Server, bare_environment, dockreeve

from .lacking import lacking
from .pushing import Registry, check_blob, digest_of
from .wire import head, open_files, opened, rest_of, settles, status_of

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
STALLED = 200
PROMPT = 2.0  # seconds: far more than a request takes, far less than it would behind those that stand still


@pytest.fixture
def held() -> Iterator[ExitStack]:
    """Keeps connections open until the test ends."""
    with ExitStack() as stack:
        yield stack


def slowest_of(registry: Registry, requests: int) -> float:
    """Seconds that the slowest of so many requests took, each on a connection of its own."""
    slowest = 0.0
    for _ in range(requests):
        begun = time.monotonic()
        registry.again().ask("GET", "/v2/app/tags/list", expect=200)
        slowest = max(slowest, time.monotonic() - begun)
    return slowest


def test_200_pulls_that_stand_still_take_no_memory_and_harm_no_other(
    server: Server, registry: Registry, held: ExitStack, capsys: pytest.CaptureFixture[str]
) -> None:
    layer = random.Random(1).randbytes(32 * MIB)
    digest = digest_of(layer)
    registry.ask("POST", f"/v2/app/blobs/uploads/?digest={digest}", layer, expect=201)
    check_blob(registry.again(), digest)
    files, before = open_files(server.pid), server.resident()
    server.forget_peak()
    pulls = [held.enter_context(opened(server, buffer=4096)) for _ in range(STALLED)]
    for pull in pulls:
        pull.sendall(head(server, "GET", f"/v2/app/blobs/{digest}", registry.login))
    assert all(status_of(pull) == 200 for pull in pulls)
    slowest = slowest_of(registry, 50)
    check_blob(registry.again(), digest)
    grown = server.peak() - before
    with capsys.disabled():
        print(f"\n{STALLED} stalled pulls: {grown / MIB:.1f} MiB more, others answered in {slowest * 1000:.0f} ms")
    assert grown < 16 * MIB
    assert slowest < PROMPT
    held.close()
    assert settles(server.pid, files + 4)
    assert "Traceback" not in server.log(), server.log()


def test_heads_that_trickle_are_408_after_their_time_and_harm_no_other(
    server: Server, registry: Registry, held: ExitStack
) -> None:
    begun = time.monotonic()
    trickling = [held.enter_context(opened(server)) for _ in range(200)]
    sent, slowest = head(server, "GET", "/v2/", registry.login), 0.0
    for letter in sent[:16]:
        for connection in trickling:
            connection.sendall(bytes([letter]))
        slowest = max(slowest, slowest_of(registry, 2))
        time.sleep(0.5)
    assert slowest < PROMPT
    assert all(rest_of(connection).startswith(b"HTTP/1.1 408 ") for connection in trickling)
    assert time.monotonic() - begun < 20


def test_10_000_idle_connections_are_held_and_the_next_ones_are_told_503(
    server: Server, registry: Registry, held: ExitStack, capsys: pytest.CaptureFixture[str]
) -> None:
    room = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if room < 11_000:
        lacking(f"Only {room} files may be open here.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (room, room))
    before, begun = server.resident(), time.monotonic()
    idle = [held.enter_context(opened(server, source=f"127.0.1.{number % 250 + 1}")) for number in range(10_000)]
    took = time.monotonic() - begun
    further = [held.enter_context(opened(server, source="127.0.2.1")) for _ in range(100)]
    for connection in further:
        connection.sendall(head(server, "GET", "/healthz"))
    said = [rest_of(connection) for connection in further]
    each = (server.resident() - before) / len(idle)
    asked = time.monotonic()
    idle[5000].sendall(head(server, "GET", "/v2/app/tags/list", registry.login))
    assert status_of(idle[5000]) == 200
    answered = time.monotonic() - asked
    with capsys.disabled():
        print(
            f"\n10,000 connections in {took:.1f} s, {each / 1024:.1f} KiB each, a request in {answered * 1000:.0f} ms"
        )
    refused = [one for one in said if one.startswith(b"HTTP/1.1 503 Too many connections\r\n")]
    assert len(refused) == len(further), (len(refused), [one for one in said if one not in refused][:3])
    assert answered < PROMPT
    assert each < 32 * 1024
    held.close()
    assert settles(server.pid, 200)
    assert slowest_of(registry, 5) < PROMPT


@pytest.mark.parametrize("body", [b"", b"x" * MIB], ids=["get", "push"])
def test_a_client_that_sends_at_once_still_reads_why_it_is_refused(
    body: bytes, tmp_path: Path, held: ExitStack
) -> None:
    server = Server(tmp_path, options=["--max-connections", "10"]).start()
    held.callback(server.kill)
    for _ in range(10):
        held.enter_context(opened(server))
    time.sleep(0.2)
    for _ in range(50):
        with opened(server) as late:
            late.sendall(head(server, "POST", "/v2/app/blobs/uploads/", "", f"Content-Length: {len(body)}") + body)
            assert status_of(late) == 503


def test_a_server_that_may_open_no_more_files_says_503_or_closes_and_recovers(
    server: Server, registry: Registry, held: ExitStack
) -> None:
    layer = random.Random(2).randbytes(8 * MIB)
    digest = digest_of(layer)
    registry.ask("POST", f"/v2/app/blobs/uploads/?digest={digest}", layer, expect=201)
    before, most = open_files(server.pid), open_files(server.pid) + 100
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (most, most))
    pulls = [held.enter_context(opened(server, buffer=4096)) for _ in range(60)]
    said = []
    for pull in pulls:
        pull.sendall(head(server, "GET", f"/v2/app/blobs/{digest}", registry.login))
        said.append(status_of(pull))
    assert said.count(200) >= 15
    assert 503 in said
    assert set(said) <= {0, 200, 503}
    held.close()
    assert settles(server.pid, before + 4)
    check_blob(registry.again(), digest)
    assert "Traceback" not in server.log(), server.log()


@pytest.mark.parametrize(("soft", "hard", "warned"), [(256, 4000, False), (256, 400, True)])
def test_a_server_takes_all_the_files_it_may_have_open(soft: int, hard: int, warned: bool, tmp_path: Path) -> None:
    limited = ["prlimit", f"--nofile={soft}:{hard}", dockreeve(), "serve", "--data", str(tmp_path / "data")]
    command = [*limited, "--listen", "127.0.0.1:0", "--max-connections", "3000"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=bare_environment()) as serving:
        assert serving.stderr is not None
        said = ""
        while "listening on" not in said:
            said += serving.stderr.readline()
        time.sleep(0.3)
        assert resource.prlimit(serving.pid, resource.RLIMIT_NOFILE) == (hard, hard)
        serving.terminate()
        said += serving.stderr.read()
        assert serving.wait(15) == 0
    assert ("only 400 files may be open (ulimit -n): at most 300 connections instead of 3000" in said) == warned
