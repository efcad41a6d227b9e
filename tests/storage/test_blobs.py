"""What the ports Blobs and BlobWriter promise, for every adapter; and the files' own promises."""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from dockreeve.oci import Digest
from dockreeve.storage import Blobs, BytesBusy, BytesMissing, NoRoom
from dockreeve.storage.files import FileBlobs
from dockreeve.storage.memory import MemoryBlobs


async def stored(blobs: Blobs, data: bytes) -> str:
    key = await blobs.begin()
    writer = await blobs.resume(key, 0)
    await writer.write([data])
    await writer.publish()
    return key


async def read(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


async def test_published_bytes_are_read_whole_and_in_part(blobs: Blobs) -> None:
    data = os.urandom(2_500_000)
    key = await stored(blobs, data)
    assert await read(blobs.read(key)) == data
    assert await read(blobs.read(key, 1_000_000, 1_200_000)) == data[1_000_000:2_200_000]
    assert await read(blobs.read(key, len(data))) == b""
    assert all([len(piece) <= 1024 * 1024 async for piece in blobs.read(key)])


async def test_an_upload_cannot_be_read_before_it_is_published(blobs: Blobs) -> None:
    key = await blobs.begin()
    writer = await blobs.resume(key, 0)
    await writer.write([b"abc"])
    with pytest.raises(BytesMissing):
        await read(blobs.read(key))
    await writer.pause()
    with pytest.raises(BytesMissing):
        await read(blobs.read(key))


async def test_an_upload_has_one_writer_at_a_time(blobs: Blobs) -> None:
    key = await blobs.begin()
    first = await blobs.resume(key, 0)
    await first.write([b"abc"])
    with pytest.raises(BytesBusy):
        await blobs.resume(key, 0)
    await first.write([b"def"])
    await first.pause()
    second = await blobs.resume(key, 3)
    await first.pause()  # again: that is not the second one's end
    with pytest.raises(BytesBusy):
        await blobs.resume(key, 0)
    await second.publish()
    assert await read(blobs.read(key)) == b"abc"


async def test_every_upload_has_a_key_of_its_own(blobs: Blobs) -> None:
    assert len({await blobs.begin() for _ in range(100)}) == 100


async def test_an_upload_goes_on_where_it_was_paused(blobs: Blobs) -> None:
    key = await blobs.begin()
    writer = await blobs.resume(key, 0)
    await writer.write([b"abc", b"", b"def"])
    assert writer.offset == 6
    await writer.pause()
    writer = await blobs.resume(key, 6)
    await writer.write([b"ghi"])
    assert await writer.digest() == Digest.of(b"abcdefghi")
    assert await writer.digest("sha512") == Digest.of(b"abcdefghi", "sha512")
    await writer.publish()
    assert await read(blobs.read(key)) == b"abcdefghi"


async def test_a_chunk_that_was_not_acknowledged_is_dropped(blobs: Blobs) -> None:
    key = await blobs.begin()
    writer = await blobs.resume(key, 0)
    await writer.write([b"abc"])
    await writer.write([b"lost"])
    await writer.pause()
    writer = await blobs.resume(key, 3)
    await writer.write([b"def"])
    assert await writer.digest() == Digest.of(b"abcdef")
    await writer.publish()
    assert await read(blobs.read(key)) == b"abcdef"


async def test_an_empty_upload_has_the_digest_of_nothing(blobs: Blobs) -> None:
    key = await blobs.begin()
    writer = await blobs.resume(key, 0)
    assert await writer.digest() == Digest.of(b"")
    await writer.publish()
    assert await read(blobs.read(key)) == b""


async def test_bytes_that_are_not_there_are_missing(blobs: Blobs) -> None:
    key = await blobs.begin()
    with pytest.raises(BytesMissing):
        await blobs.resume(key, 1)  # the row says more than there is
    for unknown in ("0" * 32, "", "a" * 200):
        with pytest.raises(BytesMissing):
            await blobs.resume(unknown, 0)
        with pytest.raises(BytesMissing):
            await read(blobs.read(unknown))


async def test_bytes_past_the_end_are_missing_before_any_are_read(blobs: Blobs) -> None:
    key = await stored(blobs, b"abc")
    for start, length in ((0, 4), (2, 2), (4, 0), (4, None)):
        with pytest.raises(BytesMissing):
            await anext(blobs.read(key, start, length))


async def test_what_is_published_is_no_upload_any_more(blobs: Blobs) -> None:
    with pytest.raises(BytesMissing):
        await blobs.resume(await stored(blobs, b"abc"), 0)


async def test_a_digest_may_be_asked_for_before_the_end(blobs: Blobs) -> None:
    writer = await blobs.resume(await blobs.begin(), 0)
    for written in (b"abc", b"abcdef"):
        await writer.write([b"abc"] if writer.offset == 0 else [b"def"])
        assert await writer.digest() == Digest.of(written)
        assert await writer.digest("sha512") == Digest.of(written, "sha512")
    await writer.pause()


async def test_an_upload_may_start_over(blobs: Blobs) -> None:
    key = await blobs.begin()
    writer = await blobs.resume(key, 0)
    await writer.write([b"all of it was cut"])
    await writer.pause()
    writer = await blobs.resume(key, 0)
    await writer.write([b"abc"])
    assert (writer.offset, await writer.digest()) == (3, Digest.of(b"abc"))
    await writer.publish()
    assert await read(blobs.read(key)) == b"abc"


async def test_a_key_that_is_a_path_reaches_nothing(blobs: Blobs, tmp_path: Path) -> None:
    beside = tmp_path / "records"
    beside.write_bytes(b"not a layer")
    for key in ("../records", "../../records", str(beside), "../" * 9 + "etc/hostname", "..", "."):
        with pytest.raises(BytesMissing):
            await read(blobs.read(key))
        with pytest.raises(BytesMissing):
            await blobs.resume(key, 0)
        await blobs.discard(key)
    assert beside.read_bytes() == b"not a layer"


async def test_what_is_discarded_is_gone_and_discarding_again_is_silent(blobs: Blobs) -> None:
    upload, published = await blobs.begin(), await stored(blobs, b"abc")
    for key in (upload, published, upload, "0" * 32):
        await blobs.discard(key)
    with pytest.raises(BytesMissing):
        await blobs.resume(upload, 0)
    with pytest.raises(BytesMissing):
        await read(blobs.read(published))


async def test_an_upload_discarded_meanwhile_is_not_published(blobs: Blobs) -> None:
    key = await blobs.begin()
    writer = await blobs.resume(key, 0)
    await writer.write([b"abc"])
    await blobs.discard(key)
    with pytest.raises(BytesMissing):
        await writer.publish()


async def test_a_full_memory_store_keeps_nothing_of_a_write_that_does_not_fit() -> None:
    blobs = MemoryBlobs(capacity=10)
    key = await blobs.begin()
    writer = await blobs.resume(key, 0)
    await writer.write([b"12345"])
    with pytest.raises(NoRoom):
        await writer.write([b"1234567"])
    assert writer.offset == 5
    await writer.write([b"67890"])
    assert await writer.digest() == Digest.of(b"1234567890")
    with pytest.raises(NoRoom):
        await blobs.begin()


async def test_below_the_low_water_mark_no_upload_begins(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path / "blobs", low_water=2**62)
    with pytest.raises(NoRoom):
        await blobs.begin()
    await blobs.close()


@pytest.mark.parametrize(("size", "mark"), [(10 * 1024**3, 512 * 1024**2), (1024**4, 1024**3)])
async def test_one_part_in_twenty_stays_free_but_never_more_than_a_gibibyte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, mark: int
) -> None:
    blobs = FileBlobs(tmp_path / "blobs")
    for free, begins in ((mark, True), (mark - 1, False)):
        disk = SimpleNamespace(f_bavail=free, f_frsize=1, f_blocks=size)
        monkeypatch.setattr(os, "statvfs", lambda path, disk=disk: disk)
        if begins:
            assert await blobs.begin()
        else:
            with pytest.raises(NoRoom):
                await blobs.begin()
    await blobs.close()


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT])
async def test_a_write_that_a_full_disk_cut_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    blobs = FileBlobs(tmp_path / "blobs", low_water=0)
    key = await blobs.begin()
    writer = await blobs.resume(key, 0)
    await writer.write([b"abc"])
    whole, calls = os.pwritev, []

    def cut(handle: int, buffers: list[memoryview], offset: int) -> int:
        calls.append(offset)
        if len(calls) > 1:
            raise OSError(error, os.strerror(error))
        return whole(handle, [buffers[0][:2]], offset)

    with monkeypatch.context() as full:
        full.setattr(os, "pwritev", cut)
        with pytest.raises(NoRoom):
            await writer.write([b"defg"])
    assert calls == [3, 5]
    assert (writer.offset, await writer.digest()) == (3, Digest.of(b"abc"))
    await writer.write([b"x"])  # shorter than what was cut
    assert await writer.digest() == Digest.of(b"abcx")
    await writer.publish()
    assert await read(blobs.read(key)) == b"abcx"
    await blobs.close()


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
async def test_the_digest_is_right_after_a_restart_without_the_kept_hash(tmp_path: Path, algorithm: str) -> None:
    first = FileBlobs(tmp_path / "blobs", low_water=0)
    key = await first.begin()
    writer = await first.resume(key, 0)
    await writer.write([b"abc" * 1_000_000])
    await writer.pause()
    await first.close()
    second = FileBlobs(tmp_path / "blobs", low_water=0)
    writer = await second.resume(key, 3_000_000)
    await writer.write([b"d"])
    assert await writer.digest(algorithm) == Digest.of(b"abc" * 1_000_000 + b"d", algorithm)
    await writer.publish()
    await second.close()


async def test_files_and_folders_are_their_owners_only(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path / "blobs", low_water=0)
    await stored(blobs, b"abc")
    await blobs.begin()
    found = list((tmp_path / "blobs").rglob("*"))
    assert {path.stat().st_mode & 0o777 for path in found if path.is_file()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in [*found, tmp_path / "blobs"] if path.is_dir()} == {0o700}
    await blobs.close()


async def test_a_published_file_lies_where_path_says(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path / "blobs", low_water=0)
    path = blobs.path(await stored(blobs, b"abc"))
    assert path is not None
    assert path.read_bytes() == b"abc"
    assert MemoryBlobs().path("0" * 32) is None
    await blobs.close()
