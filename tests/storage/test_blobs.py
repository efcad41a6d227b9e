"""What the ports Blobs and BlobWriter promise, for every adapter; and the files' own promises."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dockreeve.oci import Digest
from dockreeve.storage import Blobs, BytesMissing, NoRoom
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
    for unknown in ("0" * 32, "../records", "", "a" * 200):
        with pytest.raises(BytesMissing):
            await blobs.resume(unknown, 0)
        with pytest.raises(BytesMissing):
            await read(blobs.read(unknown))


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


async def test_below_the_low_water_mark_no_upload_begins(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path / "blobs", low_water=2**62)
    with pytest.raises(NoRoom):
        await blobs.begin()
    await blobs.close()


async def test_the_digest_is_right_after_a_restart_without_the_kept_hash(tmp_path: Path) -> None:
    first = FileBlobs(tmp_path / "blobs", low_water=0)
    key = await first.begin()
    writer = await first.resume(key, 0)
    await writer.write([b"abc" * 1_000_000])
    await writer.pause()
    await first.close()
    second = FileBlobs(tmp_path / "blobs", low_water=0)
    writer = await second.resume(key, 3_000_000)
    await writer.write([b"d"])
    assert await writer.digest() == Digest.of(b"abc" * 1_000_000 + b"d")
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
