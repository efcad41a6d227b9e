"""kill -9 at any moment loses nothing that was acknowledged; what was cut off half-way is not kept as if whole."""

from __future__ import annotations

import random
import socket
import subprocess
import threading
import time
from collections.abc import Callable

import pytest

from clients.server import Server, bare_environment, dockreeve

from .pushing import GONE, MANIFEST, Acknowledged, Image, Registry, Unexpected, check_blob, check_image, digest_of, push

pytestmark = pytest.mark.slow

KILLS = 32
PUSHERS = 4
LONGEST = 1.2  # seconds from a start to the kill
SAMPLE = 2  # of each pusher's images pulled after a restart: the newest, acknowledged right before the kill


class Pusher(threading.Thread):
    """Pushes one image after the other until told to end, whatever happens to the server."""

    def __init__(self, number: int, registry: Registry, seed: int) -> None:
        super().__init__(name=f"pusher-{number}", daemon=True)
        self.said = Acknowledged()
        self.cut = 0  # pushes that a kill cut off
        self.surprise: Unexpected | None = None
        self.moving = f"moving-{number}"
        self._registry = registry
        self._source = random.Random(seed + number)
        self._told = threading.Event()

    def run(self) -> None:
        number = 0
        while not self._told.is_set():
            number += 1
            image = Image.at_random(self._source)
            try:
                push(self._registry, image, f"{self.name}-{number}", self.moving, self.said, self._source)
            except ConnectionRefusedError:
                time.sleep(0.02)
            except GONE:
                self.cut += 1
            except Unexpected as surprise:
                self.surprise = surprise
                return

    def end(self) -> None:
        self._told.set()
        self.join(30)
        assert not self.is_alive()


@pytest.mark.slow
def test_a_server_killed_again_and_again_keeps_every_push_that_it_acknowledged(
    server: Server, registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    pushers = [Pusher(number, registry.again(), seed) for number in range(PUSHERS)]
    for pusher in pushers:
        pusher.start()
    sampled = 0
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.05, LONGEST))
        server.kill()
        acknowledged = [image for pusher in pushers for image in pusher.said.images[-SAMPLE:]]
        server.start()
        puller = registry.again()
        for tag, digest in acknowledged:
            check_image(puller, tag, digest)
        sampled += len(acknowledged)
    for pusher in pushers:
        pusher.end()
    server.restart()
    check_all(registry.again(), pushers)
    images, blobs = (sum(len(getattr(one.said, what)) for one in pushers) for what in ("images", "blobs"))
    with capsys.disabled():
        print(
            f"\n{KILLS} kills, {sum(one.cut for one in pushers)} pushes cut off; "
            f"{images} images and {blobs} blobs acknowledged, all there; {sampled} pulled between kills (seed {seed})"
        )
    assert images > KILLS, "too few pushes were under way to prove anything"


def check_all(registry: Registry, pushers: list[Pusher]) -> None:
    """Everything that was acknowledged is there, byte by byte, the last move of a tag included."""
    for pusher in pushers:
        assert pusher.surprise is None
        for tag, digest in pusher.said.images:
            check_image(registry, tag, digest)
        for digest in pusher.said.blobs:
            check_blob(registry, digest)
        # A move that nobody acknowledged may have been made or not.
        moved = digest_of(registry.manifest(pusher.moving))
        assert moved in (pusher.said.moving, pusher.said.attempted)


def test_an_upload_goes_on_after_a_kill_from_the_last_acknowledged_byte(server: Server, registry: Registry) -> None:
    content = random.Random(1).randbytes(3 << 20)
    upload = registry.upload()
    registry.ask("PATCH", upload, content[: 1 << 20], expect=202)
    with registry.half_sent("PATCH", upload, content[1 << 20 : 2 << 20], 2 << 20):
        time.sleep(0.2)
        server.restart()
    headers, _ = registry.again().ask("GET", upload, expect=204)
    assert headers["Range"] == f"0-{(1 << 20) - 1}"
    registry.again().ask("PUT", f"{upload}?digest={digest_of(content)}", content[1 << 20 :], expect=201)
    check_blob(registry.again(), digest_of(content))


def cut_off(sending: socket.socket) -> None:
    """End a connection after the server took in what was sent, and give it the time to do something wrong."""
    time.sleep(0.2)
    sending.close()
    time.sleep(0.2)


# The digest is that of what did arrive: a server that took the half for the whole would accept it.
HALF = b"h" * 5000


def put_layer(registry: Registry) -> str:
    return f"{registry.upload()}?digest={digest_of(HALF)}"


def post_layer(registry: Registry) -> str:
    return f"/v2/app/blobs/uploads/?digest={digest_of(HALF)}"


@pytest.mark.parametrize("length", [2 * len(HALF), None], ids=["announced", "chunked"])
@pytest.mark.parametrize(("method", "path"), [("PUT", put_layer), ("POST", post_layer)])
def test_a_layer_whose_body_stops_half_way_is_never_committed(
    method: str, path: Callable[[Registry], str], length: int | None, server: Server, registry: Registry
) -> None:
    cut_off(registry.half_sent(method, path(registry), HALF, length))
    registry.ask("HEAD", f"/v2/app/blobs/{digest_of(HALF)}", expect=404)
    server.restart()
    registry.again().ask("HEAD", f"/v2/app/blobs/{digest_of(HALF)}", expect=404)


@pytest.mark.parametrize("further", [1000, None], ids=["announced", "chunked"])
def test_a_manifest_whose_body_stops_half_way_is_never_committed(
    further: int | None, server: Server, registry: Registry
) -> None:
    source = random.Random(2)
    image = Image.at_random(source)
    push(registry, image, "whole", "moving", Acknowledged(), source)
    # Spaces are announced to come after it, so that what did arrive is a good manifest by itself.
    length = further and len(image.manifest) + further
    cut_off(registry.half_sent("PUT", "/v2/app/manifests/half", image.manifest, length, media_type=MANIFEST))
    registry.ask("GET", "/v2/app/manifests/half", expect=404)
    server.restart()
    registry.again().ask("GET", "/v2/app/manifests/half", expect=404)


def test_a_second_server_on_the_same_data_is_refused_with_one_line(server: Server, registry: Registry) -> None:
    command = [dockreeve(), "serve", "--data", str(server.data), "--listen", "127.0.0.1:0"]
    second = subprocess.run(command, capture_output=True, text=True, timeout=15, check=False, env=bare_environment())
    assert second.returncode == 6, second
    assert second.stdout == ""
    (line,) = second.stderr.splitlines()
    assert line.startswith("dockreeve: ")
    assert str(server.data) in line
    registry.ask("GET", "/v2/app/tags/list", expect=200)


def test_a_server_told_to_stop_lets_a_transfer_end_and_exits_with_0(server: Server, registry: Registry) -> None:
    content = random.Random(3).randbytes(2 << 20)
    half = len(content) // 2
    path = f"{registry.upload()}?digest={digest_of(content)}"
    sending = registry.half_sent("PUT", path, content[:half], len(content))
    ended: list[int] = []
    stopping = threading.Thread(target=lambda: ended.append(server.stop()))
    stopping.start()
    time.sleep(0.5)
    assert stopping.is_alive()
    sending.sendall(content[half:])
    assert sending.recv(100).startswith(b"HTTP/1.1 201 ")
    stopping.join(15)
    assert ended == [0]
    server.start()
    check_blob(registry.again(), digest_of(content))
