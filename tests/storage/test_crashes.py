"""Bytes first, then the row that names them: by kill -9, by the order of system calls, and on a full disk."""

from __future__ import annotations

import asyncio
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockreeve.oci import Digest
from dockreeve.storage import BytesMissing, Layer, NoRoom

from . import pushing

pytestmark = pytest.mark.slow

KILLS = 20


def pusher(folder: Path, order: str = "bytes-first", most: int = 100_000, *before: str) -> subprocess.Popen[str]:
    command = [*before, sys.executable, pushing.__file__, str(folder), order, str(most)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def check(folder: Path, acknowledged: set[str]) -> list[str]:
    """What is wrong with the store: acknowledged layers that are gone or altered."""
    records, blobs = pushing.opened(folder)
    app = await records.registry.find_repository(*pushing.PLACE)
    wrong = []
    for text in acknowledged:
        layer = app and await records.registry.find_layer(app.id, Digest.parse(text))
        try:
            data = b"".join([piece async for piece in blobs.read(layer.key)]) if layer else b""
        except BytesMissing:
            data = b"(no bytes)"
        if str(Digest.of(data)) != text:
            wrong.append(text)
    await blobs.close()
    await records.close()
    return wrong


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
    assert await check(tmp_path, acknowledged) == list(acknowledged)


def test_the_system_calls_come_in_the_order_that_makes_a_push_durable(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    before = ["strace", "-f", "-y", "-s", "200", "-o", str(trace), "-e", "trace=fsync,fdatasync,rename,renameat2,write"]
    process = pusher(tmp_path / "store", "bytes-first", 1, *before)
    said, _ = process.communicate()
    if process.returncode and not said:
        pytest.skip("strace may not trace here")
    steps = [step for line in trace.read_text().splitlines() if (step := _step(line, said.strip()))]
    at = 0
    for wanted in ("layer", "rename", "folder", "database", "said"):
        assert wanted in steps[at:], (wanted, steps)
        at = steps.index(wanted, at) + 1
    assert (steps.count("rename"), steps.count("said")) == (1, 1)


def _step(line: str, digest: str) -> str:
    """What one line of the trace means for a push."""
    call = re.search(r"\b(fsync|fdatasync|renameat2|rename|write)\((.*)", line)
    if call is None:
        return ""
    name, rest = call.groups()
    if name.startswith("rename"):
        return "rename" if "/uploads/" in rest and "/layers/" in rest else ""
    if name == "write":
        return "said" if digest[:40] in rest else ""
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


async def test_a_full_disk_loses_nothing_and_can_be_emptied(small_disk: Path) -> None:
    records, blobs = pushing.opened(small_disk)
    app = await records.registry.add_repository(pushing.Repository(*pushing.PLACE, pushing.datetime.now(pushing.UTC)))
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
            await records.registry.add_layer(app.id, layer, None, pushing.datetime.now(pushing.UTC))
            kept.append(layer)
    assert len(kept) > 3
    for layer in kept:
        assert await records.registry.find_layer(app.id, layer.digest) == layer
        assert Digest.of(b"".join([piece async for piece in blobs.read(layer.key)])) == layer.digest
    assert await records.registry.remove_repository(app.id, force=True) == []  # a delete works on a full disk
    await blobs.discard(kept[0].key)
    await blobs.close()
    await records.close()
