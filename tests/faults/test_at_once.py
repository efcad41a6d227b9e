"""Several clients at the same thing at the same time, and clients that leave in the middle of it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from clients.server import Server

from .pushing import MANIFEST, Acknowledged, Image, Registry, Unexpected, check_blob, check_image, digest_of, push
from .wire import head, open_files, opened, rest_of, settles, status_of

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
T = TypeVar("T")


def all_at_once(works: list[Callable[[], T]]) -> list[T]:
    """Run them in threads that begin together; what each returned."""
    begin = threading.Barrier(len(works))

    def run(work: Callable[[], T]) -> T:
        begin.wait(10)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result(60) for done in [pool.submit(run, work) for work in works]]


def tried(registry: Registry, method: str, path: str, body: bytes) -> int:
    """The status of one request on a connection of its own."""
    with opened(registry.server) as connection:
        connection.sendall(head(registry.server, method, path, registry.login, f"Content-Length: {len(body)}") + body)
        return status_of(connection)


def test_the_same_layer_pushed_by_eight_clients_at_once_is_there_for_each(registry: Registry) -> None:
    layer = random.Random(1).randbytes(3 * MIB)
    digest = digest_of(layer)

    def pushed() -> None:
        mine = registry.again()
        upload = mine.upload()
        mine.ask("PATCH", upload, layer[:MIB], expect=202)
        mine.ask("PUT", f"{upload}?digest={digest}", layer[MIB:], expect=201)

    all_at_once([pushed] * 8)
    check_blob(registry.again(), digest)
    kept = [path for path in (registry.server.data / "blobs").rglob("*") if path.is_file()]
    assert [path.stat().st_size for path in kept] == [len(layer)], "one copy, and no upload left over"


def test_a_tag_pushed_by_eight_clients_at_once_names_one_whole_image_at_every_moment(registry: Registry) -> None:
    images = [Image.at_random(random.Random(number)) for number in range(8)]
    named = {digest_of(image.manifest): image for image in images}
    push(registry, images[0], "first", "latest", Acknowledged(), random.Random(0))
    ended = threading.Event()

    def pushes(number: int) -> Callable[[], None]:
        def run() -> None:
            source = random.Random(number)
            for again in range(5):
                push(registry.again(), images[number], f"own-{number}-{again}", "latest", Acknowledged(), source)

        return run

    def pulls() -> None:
        while not ended.is_set():
            mine = registry.again()
            digest = digest_of(mine.manifest("latest"))
            assert digest in named
            check_image(mine, digest, digest)

    puller = ThreadPoolExecutor(1)
    seen = puller.submit(pulls)
    all_at_once([pushes(number) for number in range(8)])
    ended.set()
    seen.result(10)
    for number, image in enumerate(images):
        check_image(registry.again(), f"own-{number}-4", digest_of(image.manifest))


def test_the_same_chunk_sent_twice_at_once_counts_once(registry: Registry) -> None:
    chunks = [random.Random(number).randbytes(MIB) for number in range(6)]
    upload = registry.upload()
    for number, chunk in enumerate(chunks):
        start = number * MIB
        said = all_at_once([lambda chunk=chunk, start=start: sent(registry, upload, chunk, start)] * 3)
        assert said.count(202) == 1, said
        assert said.count(416) == 2, said
    whole = b"".join(chunks)
    registry.ask("PUT", f"{upload}?digest={digest_of(whole)}", expect=201)
    check_blob(registry, digest_of(whole))


def sent(registry: Registry, upload: str, chunk: bytes, start: int) -> int:
    """The status of a chunk that says where it belongs."""
    given = [f"Content-Length: {len(chunk)}", f"Content-Range: {start}-{start + len(chunk) - 1}"]
    with opened(registry.server) as connection:
        connection.sendall(head(registry.server, "PATCH", upload, registry.login, *given) + chunk)
        return status_of(connection)


def test_chunks_sent_in_every_wrong_order_are_refused_and_the_right_one_goes_on(registry: Registry) -> None:
    chunks = [random.Random(number).randbytes(MIB) for number in range(4)]
    upload = registry.upload()
    for reached in range(4):
        for number in (3, 2, 1, 0):
            if number != reached:
                assert sent(registry, upload, chunks[number], number * MIB) == 416
                said, _ = registry.ask("GET", upload, expect=204)
                assert said["Range"] == f"0-{max(reached * MIB - 1, 0)}"
        assert sent(registry, upload, chunks[reached], reached * MIB) == 202
    whole = b"".join(chunks)
    registry.ask("PUT", f"{upload}?digest={digest_of(whole)}", expect=201)
    check_blob(registry, digest_of(whole))


@pytest.mark.parametrize("length", [4 * MIB, None], ids=["announced", "chunked"])
def test_a_client_that_left_in_the_middle_of_a_chunk_goes_on_at_once(
    length: int | None, server: Server, registry: Registry
) -> None:
    layer = random.Random(4).randbytes(5 * MIB)
    upload = registry.upload()
    registry.ask("PATCH", upload, layer[:MIB], expect=202)
    files = open_files(server.pid)
    leaving = registry.half_sent("PATCH", upload, layer[MIB : 3 * MIB], length)
    time.sleep(0.3)
    leaving.close()
    begun = time.monotonic()
    while True:
        said, _ = registry.ask("GET", upload, expect=204)
        assert said["Range"] == f"0-{MIB - 1}"
        try:
            registry.ask("PUT", f"{upload}?digest={digest_of(layer)}", layer[MIB:], expect=201)
        except Unexpected:
            assert time.monotonic() - begun < 5, "the one that left still has the upload"
            time.sleep(0.05)
        else:
            break
    check_blob(registry, digest_of(layer))
    assert settles(server.pid, files + 2)


def test_fifty_clients_that_leave_at_any_moment_leave_nothing_but_what_they_finished(
    server: Server, registry: Registry
) -> None:
    source, layer = random.Random(5), random.Random(6).randbytes(2 * MIB)
    files, before = open_files(server.pid), server.resident()
    for _ in range(50):
        leaving = registry.half_sent("POST", f"/v2/app/blobs/uploads/?digest={digest_of(layer)}", layer, 3 * MIB)
        time.sleep(source.uniform(0, 0.02))
        leaving.close()
    registry.ask("HEAD", f"/v2/app/blobs/{digest_of(layer)}", expect=404)
    assert settles(server.pid, files + 2)
    deadline = time.monotonic() + 5
    while list((server.data / "blobs" / "uploads").iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list((server.data / "blobs" / "uploads").iterdir()) == [], "nobody knows the id of these uploads"
    assert server.resident() - before < 32 * MIB
    assert "Traceback" not in server.log(), server.log()


def test_a_pull_under_way_ends_whole_though_its_image_and_repository_are_deleted(
    server: Server, registry: Registry
) -> None:
    layer = random.Random(7).randbytes(48 * MIB)  # more than the sockets' buffers hold
    image = Image.of(layer)
    push(registry, image, "v1", "latest", Acknowledged(), random.Random(8))
    with opened(server) as pull:
        pull.sendall(head(server, "GET", f"/v2/app/blobs/{digest_of(layer)}", registry.login, "Connection: close"))
        begun = pull.recv(65536)
        registry.ask("DELETE", f"/v2/app/manifests/{digest_of(image.manifest)}", expect=202)
        registry.ask("GET", "/v2/app/manifests/v1", expect=404)
        server.sdk().client("ecr").delete_repository(repositoryName="app", force=True)
        registry.ask("GET", f"/v2/app/blobs/{digest_of(layer)}", expect=404)
        said, _, body = (begun + rest_of(pull)).partition(b"\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200 ")
    assert digest_of(body) == digest_of(layer)


def test_a_push_whose_repository_is_deleted_under_it_is_told_404(server: Server, registry: Registry) -> None:
    layer = random.Random(9).randbytes(2 * MIB)
    path = f"{registry.upload()}?digest={digest_of(layer)}"
    with registry.half_sent("PUT", path, layer[:MIB], len(layer)) as pushing:
        time.sleep(0.2)
        server.sdk().client("ecr").delete_repository(repositoryName="app", force=True)
        pushing.sendall(layer[MIB:])
        said = b""
        while not said.endswith(b"}"):
            piece = pushing.recv(65536)
            assert piece, said
            said += piece
    assert said.startswith(b"HTTP/1.1 404 "), said
    assert b"NAME_UNKNOWN" in said or b"BLOB_UPLOAD_UNKNOWN" in said
    assert server.log().count("Traceback") == 0


def test_an_image_deleted_and_pushed_again_by_many_is_whole_whenever_it_is_there(registry: Registry) -> None:
    image = Image.at_random(random.Random(10))
    digest = digest_of(image.manifest)

    pushed = threading.Event()

    def pushes() -> int:
        for number in range(12):
            push(registry.again(), image, "v1", "latest", Acknowledged(), random.Random(number))
        pushed.set()
        return 0

    def deletes() -> int:
        gone = 0
        while not pushed.is_set():
            gone += tried(registry, "DELETE", f"/v2/app/manifests/{digest}", b"") == 202
        return gone

    assert sum(all_at_once([pushes, pushes, deletes, deletes])) >= 1
    registry.again().ask("PUT", "/v2/app/manifests/v1", image.manifest, expect=201, media_type=MANIFEST)
    check_image(registry.again(), "v1", digest)
