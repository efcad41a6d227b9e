"""A disk that fills up under pushes: refusals are clear, nothing acknowledged is lost, deletes still work."""

from __future__ import annotations

import json
import os
import random
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from clients.server import Server

from .lacking import lacking
from .pushing import MANIFEST, Acknowledged, Image, Registry, Unexpected, check_blob, check_image, digest_of, push

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
FULL = "507 instead of"  # in what `Unexpected` says
ONCE = Config(retries={"total_max_attempts": 1})


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server whose data lies on a file system of 64 MiB."""
    server = Server(tmp_path)
    server.data.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(server.data)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        lacking(f"A small disk can't be mounted here: {mounted.stderr.strip()}")
    try:
        yield server.start()
    finally:
        server.kill()
        subprocess.run(["umount", "-l", str(server.data)], check=True)


def fill(server: Server) -> Path:
    """Take all the room that is left, as another program on the same disk would; the file that holds it."""
    file = server.data / "somebody-elses"
    with file.open("wb") as handle:
        for size in (MIB, 4096):
            while os.statvfs(server.data).f_bavail * os.statvfs(server.data).f_frsize >= size:
                try:
                    handle.write(b"\0" * size)
                    handle.flush()
                except OSError:
                    break
    return file


def pushed_until_full(registry: Registry, seed: int) -> tuple[Acknowledged, str]:
    """What was acknowledged, and how the push after it was refused."""
    said, source = Acknowledged(), random.Random(seed)
    for number in range(200):
        image = Image.of(*(source.randbytes(MIB) for _ in range(2)), nonce=source.random())
        try:
            push(registry.again(), image, f"{seed}-{number}", f"moving-{seed}", said, source)
        except Unexpected as refused:
            return said, str(refused)
    raise AssertionError("the disk never filled up")


def check_all(registry: Registry, said: Acknowledged) -> None:
    for tag, digest in said.images:
        check_image(registry, tag, digest)
    for digest in said.blobs:
        check_blob(registry, digest)


def refused(registry: Registry, method: str, path: str, body: bytes = b"") -> None:
    """The registry says that it has no room."""
    _, said = registry.ask(method, path, body, expect=507)
    assert json.loads(said)["errors"][0]["message"].startswith("The registry has no room left")


def accepted(registry: Registry, image: Image, number: int) -> bool:
    """Whether a further manifest of the image's layers was taken; if not, that was said clearly."""
    manifest = json.dumps(json.loads(image.manifest) | {"annotations": {"n": str(number) + "x" * 50_000}}).encode()
    try:
        registry.ask("PUT", f"/v2/app/manifests/{digest_of(manifest)}", manifest, expect=201, media_type=MANIFEST)
    except Unexpected as other:
        assert FULL in str(other)
        return False
    return True


def test_pushes_on_a_filling_disk_are_507_and_all_that_was_acknowledged_stays(
    server: Server, registry: Registry
) -> None:
    outcomes: list[tuple[Acknowledged, str]] = []
    pushers = [
        threading.Thread(target=lambda seed=seed: outcomes.append(pushed_until_full(registry, seed))) for seed in (1, 2)
    ]
    for pusher in pushers:
        pusher.start()
    for pusher in pushers:
        pusher.join(60)
    assert len(outcomes) == 2
    for said, refusal in outcomes:
        assert FULL in refusal
        assert "no room left" in refusal
        assert len(said.images) > 3
        check_all(registry.again(), said)
    server.restart()
    for said, _ in outcomes:
        check_all(registry.again(), said)
    assert "Traceback" not in server.log(), server.log()


def test_on_a_full_disk_reads_and_deletes_work_and_every_write_is_refused_in_its_own_words(
    server: Server, registry: Registry
) -> None:
    image = Image.at_random(random.Random(3))
    said = Acknowledged()
    push(registry, image, "v1", "latest", said, random.Random(3))
    upload, layer = registry.upload(), random.Random(4).randbytes(2 * MIB)
    registry.ask("PATCH", upload, layer[:MIB], expect=202)
    taken = fill(server)
    iam, source = server.sdk().client("iam", config=ONCE), random.Random(6)
    for _ in range(2):  # the second time after a start on the full disk
        check_all(registry.again(), said)
        refused(registry.again(), "POST", "/v2/app/blobs/uploads/")
        refused(registry.again(), "PATCH", upload, layer[MIB:])
        progress, _ = registry.again().ask("GET", upload, expect=204)
        assert progress["Range"] == f"0-{MIB - 1}"
        # The database still has some room in its own files.
        assert not all(accepted(registry.again(), image, source.randrange(1 << 60)) for _ in range(500))
        with pytest.raises(ClientError) as caught:
            for _ in range(2000):
                iam.create_user(UserName=f"user-{source.randrange(1 << 60):x}")
        assert caught.value.response["Error"]["Code"] == "ServiceUnavailable"
        assert "disk is full" in caught.value.response["Error"]["Message"]
        assert server.stop() == 0, server.log()
        server.start()
    registry.again().ask("DELETE", f"/v2/app/manifests/{digest_of(image.manifest)}", expect=202)
    registry.again().ask("GET", "/v2/app/manifests/v1", expect=404)
    server.sdk().client("ecr").delete_repository(repositoryName="app", force=True)
    taken.unlink()
    server.sdk().client("ecr").create_repository(repositoryName="app")
    push(registry.again(), image, "v1", "latest", said, random.Random(5))
    check_image(registry.again(), "v1", digest_of(image.manifest))
    assert "Traceback" not in server.log(), server.log()


def test_a_server_starts_on_a_disk_without_a_byte_to_spare(server: Server, registry: Registry) -> None:
    image, said = Image.at_random(random.Random(7)), Acknowledged()
    push(registry, image, "v1", "latest", said, random.Random(7))
    assert server.stop() == 0
    fill(server)  # also what the database's own files of a running server gave back
    server.start()
    check_all(registry.again(), said)
    registry.again().ask("DELETE", f"/v2/app/manifests/{digest_of(image.manifest)}", expect=202)
    assert server.stop() == 0
    assert "Traceback" not in server.log(), server.log()
