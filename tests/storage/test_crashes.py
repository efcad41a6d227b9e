"""Bytes first, then the row that names them: by kill -9, by the order of system calls, and on a full disk."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dockreeve.oci import Digest
from dockreeve.storage import BytesMissing, Layer, NewImage, NoRoom, Registry, Repository
from dockreeve.storage.files import FileBlobs

from . import pushing

pytestmark = pytest.mark.slow

KILLS = 20


def pusher(folder: Path, order: str = "bytes-first", most: int = 100_000, *before: str) -> subprocess.Popen[str]:
    command = [*before, sys.executable, pushing.__file__, str(folder), order, str(most)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def check(folder: Path, acknowledged: set[str]) -> list[str]:
    """What is wrong with the store: `lost` what was acknowledged, `bytes` that a row promises and that aren't there."""
    records, blobs = pushing.opened(folder)
    app = await records.registry.find_repository(*pushing.PLACE)
    wrong = []
    with contextlib.closing(sqlite3.connect(folder / "records")) as raw:
        rows = raw.execute("SELECT digest, storage_key, size FROM blob").fetchall()
    for stored, key, size in rows:
        digest = Digest.from_stored(stored)
        data = await whole(blobs, key)
        if data is None or (Digest.of(data), len(data)) != (digest, size):
            wrong.append(f"bytes {digest}")
    for text in acknowledged:
        layer = app and await records.registry.find_layer(app.id, Digest.parse(text))
        data = await whole(blobs, layer.key) if layer else None
        image = await records.registry.find_image(app.id, Digest.of(text.encode())) if app else None
        if image is None or image.body != text.encode() or data is None or str(Digest.of(data)) != text:
            wrong.append(f"lost {text}")
    await blobs.close()
    await records.close()
    return wrong


async def whole(blobs: FileBlobs, key: str) -> bytes | None:
    """The published bytes, or None."""
    try:
        return b"".join([piece async for piece in blobs.read(key)])
    except BytesMissing:
        return None


async def test_what_was_acknowledged_outlives_any_kill(tmp_path: Path) -> None:
    acknowledged: set[str] = set()
    seed = random.randrange(2**32)
    moments = random.Random(seed)
    for _ in range(KILLS):
        process = pusher(tmp_path)
        assert process.stdout is not None
        acknowledged.add(process.stdout.readline().strip())
        await asyncio.sleep(moments.uniform(0, 0.2))
        process.kill()
        rest, _ = process.communicate()
        acknowledged |= {line for line in rest.splitlines() if len(line) == len("sha256:") + 64}
    assert await check(tmp_path, acknowledged - {""}) == [], f"seed {seed}"
    assert len(acknowledged) > KILLS


async def test_the_check_catches_the_wrong_order(tmp_path: Path) -> None:
    process = pusher(tmp_path, "row-first")
    said, _ = process.communicate()
    acknowledged = set(said.split())
    assert len(acknowledged) == 1
    (digest,) = acknowledged
    assert await check(tmp_path, acknowledged) == [f"bytes {digest}", f"lost {digest}"]
    assert await check(tmp_path, set()) == [f"bytes {digest}"]  # also where nobody was told


def test_the_system_calls_come_in_the_order_that_makes_a_push_durable(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    probe = subprocess.run(["strace", "-f", "true"], capture_output=True, text=True, check=False)
    if probe.returncode:
        pytest.skip(f"strace may not trace here: {probe.stderr.strip()[-200:]}")
    trace = tmp_path / "trace"
    before = ["strace", "-f", "-y", "-s", "200", "-o", str(trace), "-e", "trace=fsync,fdatasync,rename,renameat2,write"]
    process = pusher(tmp_path / "store", "bytes-first", 1, *before)
    said, _ = process.communicate()
    assert process.returncode == 0
    steps = [step for call in _calls(trace.read_text()) if (step := _step(call, said.strip()))]
    pushed = steps[steps.index("layer") : steps.index("said") + 1]
    assert pushed[:3] == ["layer", "rename", "folder"]
    assert pushed[3:-1].count("database") >= 2  # the layer's row and the image's
    assert set(pushed[3:-1]) == {"database"}


def _calls(trace: str) -> Iterator[str]:
    """The calls of all threads: those that make durable in the order they ended, the others as they began."""
    begun: dict[str, str] = {}
    for line in trace.splitlines():
        thread, _, call = line.partition(" ")
        call = call.strip()
        syncs = call.startswith(("fsync", "fdatasync", "<... fsync", "<... fdatasync"))
        if "<unfinished" in call and syncs:
            begun[thread] = call
        elif "resumed>" in call:
            if syncs and call.endswith("= 0"):
                yield begun[thread]
        elif not syncs or call.endswith("= 0"):
            yield call


def _step(call: str, digest: str) -> str:
    """What one call means for a push."""
    name, _, rest = call.partition("(")
    if name in ("rename", "renameat2"):
        return "rename" if "/uploads/" in rest and "/layers/" in rest else ""
    if name == "write":
        return "said" if digest in rest else ""
    if "/uploads/" in rest:
        return "layer"
    if "/layers/" in rest:
        return "folder"
    return "database" if "/records" in rest else ""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small disk can't be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


async def push_until_full(registry: Registry, blobs: FileBlobs, repository_id: int) -> list[Layer]:
    """Push layers until there is no room; those that were acknowledged."""
    kept: list[Layer] = []
    with pytest.raises(NoRoom):
        while True:
            data = os.urandom(1_000_000)
            layer = Layer(Digest.of(data), len(data), await blobs.begin())
            writer = await blobs.resume(layer.key, 0)
            try:
                await writer.write([data])
                await writer.publish()
            except NoRoom:
                await writer.pause()
                raise
            await registry.add_layer(repository_id, layer, None, datetime.now(UTC))
            kept.append(layer)
    return kept


async def put_until_full(registry: Registry, repository_id: int) -> list[NewImage]:
    """Put images until there is no room; those that were acknowledged."""
    kept: list[NewImage] = []
    with pytest.raises(NoRoom):
        while True:
            body = os.urandom(30_000)
            image = NewImage(Digest.of(body), "m", body, 0, datetime.now(UTC))
            await registry.put_image(repository_id, image, "latest", immutable=False, again_is_error=False)
            kept.append(image)
    return kept


async def test_a_disk_full_of_layers_loses_none_and_can_be_emptied(small_disk: Path) -> None:
    records, blobs = pushing.opened(small_disk)
    app = await records.registry.add_repository(Repository(*pushing.PLACE, datetime.now(UTC)))
    kept = await push_until_full(records.registry, blobs, app.id)
    assert len(kept) > 3
    for layer in kept:
        assert await records.registry.find_layer(app.id, layer.digest) == layer
        data = await whole(blobs, layer.key)
        assert data is not None
        assert Digest.of(data) == layer.digest
    assert await records.registry.remove_repository(app.id, force=True) == []
    for layer in kept:
        await blobs.discard(layer.key)
    app = await records.registry.add_repository(Repository(*pushing.PLACE, datetime.now(UTC)))
    assert len(await push_until_full(records.registry, blobs, app.id)) > 3
    await blobs.close()
    await records.close()


async def test_a_disk_full_of_rows_loses_none_and_can_be_emptied(small_disk: Path) -> None:
    records, blobs = pushing.opened(small_disk)
    app = await records.registry.add_repository(Repository(*pushing.PLACE, datetime.now(UTC)))
    kept = await put_until_full(records.registry, app.id)
    assert len(kept) > 100
    await records.close()
    await blobs.close()
    records, blobs = pushing.opened(small_disk)  # a full disk is no reason not to start
    assert len(await records.registry.images(app.id, limit=10_000)) == len(kept)
    for image in kept:
        found = await records.registry.find_image(app.id, image.digest)
        assert found is not None
        assert found.body == image.body
    latest = await records.registry.find_image(app.id, "latest")
    assert latest is not None
    assert latest.digest == kept[-1].digest
    for image in kept:
        assert await records.registry.remove_image(app.id, image.digest, datetime.now(UTC)) is not None
    assert len(await put_until_full(records.registry, app.id)) > 100
    await blobs.close()
    await records.close()
