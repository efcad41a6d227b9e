"""What the layers' files promise when the system below them doesn't go along, and what they hold on to."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from dockreeve.oci import Digest
from dockreeve.storage import BytesMissing, NoRoom, files
from dockreeve.storage.files import FileBlobs, FileWriter
from dockreeve.storage.writeback import begin_writeback

MIB = 1024 * 1024


@pytest.fixture
async def blobs(tmp_path: Path) -> AsyncIterator[FileBlobs]:
    opened = FileBlobs(tmp_path / "blobs", low_water=0)
    yield opened
    await opened.close()


async def started(blobs: FileBlobs) -> tuple[str, FileWriter]:
    key = await blobs.begin()
    return key, await blobs.resume(key, 0)


async def read(blobs: FileBlobs, key: str) -> bytes:
    return b"".join([piece async for piece in blobs.read(key)])


def open_files() -> set[str]:
    """Where this process's descriptors lead."""
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the one that lists them
            found.add(str(entry.readlink()))
    return found


def failing(code: int) -> Callable[..., int]:
    def fail(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    return fail


async def test_many_buffers_of_all_sizes_are_written_in_order(blobs: FileBlobs) -> None:
    buffers = [os.urandom(size % 7) for size in range(2000)]
    key, writer = await started(blobs)
    await writer.write(buffers)
    assert await writer.digest() == Digest.of(b"".join(buffers))
    await writer.publish()
    assert await read(blobs, key) == b"".join(buffers)


async def test_a_system_that_writes_only_a_part_is_asked_again(
    blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.pwritev

    def some(handle: int, buffers: Sequence[memoryview], offset: int) -> int:
        first, *rest = buffers
        return whole(handle, [first[:3]] if len(first) > 3 else [first, *(more[:1] for more in rest[:1])], offset)

    monkeypatch.setattr(os, "pwritev", some)
    key, writer = await started(blobs)
    await writer.write([b"abcdefgh", b"ij", b"klm", b"n"])
    assert (writer.offset, await writer.digest()) == (14, Digest.of(b"abcdefghijklmn"))
    await writer.publish()
    assert await read(blobs, key) == b"abcdefghijklmn"


async def test_a_disk_that_can_not_keep_its_word_publishes_nothing(
    blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, writer = await started(blobs)
    await writer.write([b"abc"])
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", failing(errno.EIO))
        with pytest.raises(OSError) as refused:
            await writer.publish()
    assert refused.value.errno == errno.EIO
    with pytest.raises(BytesMissing):
        await read(blobs, key)
    with pytest.raises(BytesMissing):  # nor may a second try say that they are safe
        await blobs.resume(key, 3)


async def test_a_full_disk_is_told_by_the_publication_too(blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    _, writer = await started(blobs)
    await writer.write([b"abc"])
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    with pytest.raises(NoRoom):
        await writer.publish()


class Slow:
    """`pwritev` that waits until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.gate, self._whole = threading.Event(), threading.Event(), os.pwritev
        monkeypatch.setattr(os, "pwritev", self)

    def __call__(self, handle: int, buffers: Sequence[memoryview], offset: int) -> int:
        self.begun.set()
        self.gate.wait(10)
        return self._whole(handle, buffers, offset)


async def test_a_caller_that_goes_away_in_a_write_leaves_a_writer_that_is_whole(
    blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch)
    key, writer = await started(blobs)
    going = asyncio.create_task(writer.write([b"abc"]))
    await asyncio.to_thread(slow.begun.wait, 10)
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    following = asyncio.create_task(writer.write([b"def"]))
    await asyncio.sleep(0.01)
    assert not following.done()
    slow.gate.set()
    await following
    assert await writer.digest() == Digest.of(b"abcdef")
    await writer.publish()
    assert await read(blobs, key) == b"abcdef"


async def test_pausing_waits_for_the_write_of_a_caller_that_went_away(
    blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch)
    key, writer = await started(blobs)
    going = asyncio.create_task(writer.write([b"abc"]))
    await asyncio.to_thread(slow.begun.wait, 10)
    going.cancel()
    pausing = asyncio.create_task(writer.pause())
    await asyncio.sleep(0.01)
    assert not pausing.done()
    slow.gate.set()
    await pausing
    again = await blobs.resume(key, 0)  # the row knows nothing of it
    await again.write([b"xyz"])
    assert await again.digest() == Digest.of(b"xyz")
    await again.pause()


async def test_the_disk_is_set_to_work_early_and_the_file_is_not_closed_under_it(
    blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    begun, gate = threading.Event(), threading.Event()

    def begin_writeback(handle: int, start: int, length: int) -> None:
        begun.set()
        gate.wait(10)
        os.fstat(handle)  # still this file
        asked.append((start, length))

    monkeypatch.setattr(files, "begin_writeback", begin_writeback)
    monkeypatch.setattr(files, "_EARLY", 2 * MIB)
    _, writer = await started(blobs)
    for _ in range(5):
        await writer.write([bytes(MIB)])
    await asyncio.to_thread(begun.wait, 10)
    pausing = asyncio.create_task(writer.pause())
    await asyncio.sleep(0.01)
    assert not pausing.done()
    gate.set()
    await pausing
    assert asked == [(0, 2 * MIB)]  # one at a time: the next would have begun while this one was waited for


async def test_the_kernel_takes_the_hint_to_write(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.write(bytes(MIB))
        file.flush()
        begin_writeback(file.fileno(), 0, MIB)
    begin_writeback(-1, 0, MIB)  # no such file: a hint that is refused is no error


async def test_the_kept_hashes_of_paused_uploads_are_few_and_the_others_are_made_again(
    blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_HASHES", 4)
    keys = []
    for number in range(10):
        key, writer = await started(blobs)
        await writer.write([bytes([number])])
        await writer.pause(acknowledged=True)
        keys.append(key)
    assert list(blobs._hashes) == keys[-4:]
    for number, key in enumerate(keys):
        writer = await blobs.resume(key, 1)
        assert await writer.digest() == Digest.of(bytes([number]))
        await writer.pause()


async def test_a_hash_of_bytes_that_another_process_replaced_is_never_believed(
    blobs: FileBlobs, tmp_path: Path
) -> None:
    others = FileBlobs(tmp_path / "blobs", low_water=0)
    key, writer = await started(blobs)
    await writer.write([b"never acknowledged"])
    await writer.pause()
    other = await others.resume(key, 0)
    await other.write([b"what was kept here"])
    await other.pause(acknowledged=True)
    writer = await blobs.resume(key, 18)
    assert await writer.digest() == Digest.of(b"what was kept here")
    await writer.pause()
    await others.close()


async def test_a_reader_ends_what_it_began_though_the_bytes_are_discarded(blobs: FileBlobs) -> None:
    data = os.urandom(3 * MIB)
    key, writer = await started(blobs)
    await writer.write([data])
    await writer.publish()
    pieces = blobs.read(key)
    first = await anext(pieces)
    await blobs.discard(key)
    assert first + b"".join([piece async for piece in pieces]) == data
    with pytest.raises(BytesMissing):
        await read(blobs, key)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system doesn't show a process's open files")
async def test_no_file_stays_open_after_its_use(blobs: FileBlobs, tmp_path: Path) -> None:
    published, writer = await started(blobs)
    await writer.write([os.urandom(3 * MIB)])
    await writer.publish()
    async for _ in blobs.read(published):
        break  # a client that went away
    _, writer = await started(blobs)
    await writer.pause()
    key, writer = await started(blobs)
    await blobs.discard(key)
    with pytest.raises(BytesMissing):
        await writer.publish()
    with pytest.raises(BytesMissing):
        await blobs.resume(published, 0)
    await blobs.close()  # the threads are done too
    assert not [path for path in open_files() if path.startswith(str(tmp_path))]


async def test_a_writer_takes_nothing_more_once_it_is_closed(blobs: FileBlobs) -> None:
    for close in (FileWriter.pause, FileWriter.publish):
        _, writer = await started(blobs)
        await close(writer)
        await writer.pause()  # again is silent
        with pytest.raises(ValueError, match="closed"):
            await writer.write([b"late"])


async def test_opening_a_full_folder_looks_at_nothing_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = FileBlobs(tmp_path / "blobs", low_water=0)
    key, writer = await started(first)
    await writer.write([b"abc"])
    await writer.publish()
    await first.close()
    with monkeypatch.context() as blind:
        for name in ("listdir", "scandir"):
            blind.setattr(os, name, failing(errno.EIO))
        second = FileBlobs(tmp_path / "blobs", low_water=0)
        assert await read(second, key) == b"abc"
        await second.close()
