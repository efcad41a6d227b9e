"""Uploads as the registry's door uses them: whole or not at all, one at a time, durable before they are named."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from ecr_world import ACCOUNT, World, stream

from dockreeve.faults import Fault
from dockreeve.oci import Digest
from dockreeve.services.ecr import uploads
from dockreeve.services.ecr.layers import find_layer
from dockreeve.services.ecr.repositories import find_repository
from dockreeve.storage import NoRoom, Repository, UploadSession
from dockreeve.storage.files import FileBlobs
from dockreeve.storage.memory import MemoryBlobs, MemoryWriter
from dockreeve.storage.sqlite import SqliteRecords

INVALID = "InvalidLayerPartException"


async def opened(world: World) -> tuple[Repository, UploadSession]:
    repository = await world.repository()
    return repository, await uploads.open_upload(world.call, repository)


async def test_chunks_add_up_to_a_layer(world: World) -> None:
    repository, upload = await opened(world)
    upload = await uploads.append(world.call, repository, upload, stream(b"one", b"two"), start=0, length=6)
    assert upload.offset == 6
    upload = await uploads.append(world.call, repository, upload, stream(b"three"), start=6)
    layer = await uploads.complete(world.call, repository, upload, Digest.of(b"onetwothree"))
    assert (layer.size, world.blobs.published[layer.key]) == (11, b"onetwothree")
    assert await find_layer(world.call, repository, layer.digest) == layer
    with pytest.raises(Fault, match="UploadNotFoundException"):
        await uploads.find_upload(world.call, repository, upload.id)


async def test_the_last_chunk_may_come_with_the_completion(world: World) -> None:
    repository, upload = await opened(world)
    upload = await uploads.append(world.call, repository, upload, stream(b"one"))
    layer = await uploads.complete(world.call, repository, upload, Digest.of(b"onetwo"), stream(b"two"), length=3)
    assert layer.size == 6


async def test_a_sha512_layer_is_known_by_sha512(world: World) -> None:
    repository, upload = await opened(world)
    digest = Digest.of(b"x", "sha512")
    assert (await uploads.complete(world.call, repository, upload, digest, stream(b"x"))).digest == digest


async def test_an_empty_layer_is_a_layer(world: World) -> None:
    repository, upload = await opened(world)
    assert (await uploads.complete(world.call, repository, upload, Digest.of(b""))).size == 0


async def test_bytes_out_of_place_are_refused_with_the_good_offset(world: World) -> None:
    repository, upload = await opened(world)
    upload = await uploads.append(world.call, repository, upload, stream(b"12345"))
    with pytest.raises(Fault) as refused:
        await uploads.append(world.call, repository, upload, stream(b"x"), start=9)
    assert refused.value.code == INVALID
    assert refused.value.message == (
        f"Invalid layer part upload for upload with id '{upload.id}' in the repository with name 'app' in the "
        f"registry with id '{ACCOUNT}'"
    )
    assert refused.value.members == {
        "registryId": ACCOUNT,
        "repositoryName": "app",
        "uploadId": upload.id,
        "lastValidByteReceived": 4,
    }
    assert refused.value.headers == {"Range": "0-4"}
    assert (await uploads.find_upload(world.call, repository, upload.id)).offset == 5


async def broken(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    raise ConnectionResetError


@pytest.mark.parametrize(
    ("body", "length", "error"),
    [
        (lambda: stream(b"toolong"), 3, Fault),
        (lambda: stream(b"a"), 3, Fault),
        (lambda: broken(b"a" * uploads.BATCH * 2), None, ConnectionResetError),
    ],
)
async def test_a_body_that_goes_wrong_acknowledges_nothing(
    world: World, body: Callable[[], AsyncIterator[bytes]], length: int | None, error: type[Exception]
) -> None:
    repository, upload = await opened(world)
    upload = await uploads.append(world.call, repository, upload, stream(b"good"))
    with pytest.raises(error):
        await uploads.append(world.call, repository, upload, body(), length=length)
    assert (await uploads.find_upload(world.call, repository, upload.id)).offset == 4
    # and the upload goes on from there at once: the lease was given back
    layer = await uploads.complete(world.call, repository, upload, Digest.of(b"good."), stream(b"."))
    assert world.blobs.published[layer.key] == b"good."


async def test_a_wrong_digest_makes_no_layer_and_keeps_the_upload(world: World) -> None:
    repository, upload = await opened(world)
    upload = await uploads.append(world.call, repository, upload, stream(b"good"))
    with pytest.raises(Fault, match="InvalidLayerException"):
        await uploads.complete(world.call, repository, upload, Digest.of(b"bad"), stream(b" more"))
    assert not world.blobs.published
    assert (await uploads.find_upload(world.call, repository, upload.id)).offset == 4
    await uploads.complete(world.call, repository, upload, Digest.of(b"good"))


async def test_two_requests_never_append_at_once(world: World) -> None:
    repository, upload = await opened(world)
    going, started = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        started.set()
        await going.wait()
        yield b"first"

    first = asyncio.create_task(uploads.append(world.call, repository, upload, slow()))
    await started.wait()
    for attempt in (
        lambda: uploads.append(world.call, repository, upload, stream(b"second")),
        lambda: uploads.complete(world.call, repository, upload, Digest.of(b"")),
        lambda: uploads.cancel(world.call, repository, upload),
    ):
        with pytest.raises(Fault, match=INVALID):
            await attempt()
    going.set()
    assert (await first).offset == 5


async def test_a_cancelled_request_gives_the_lease_back(world: World) -> None:
    repository, upload = await opened(world)

    async def stuck() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    task = asyncio.create_task(uploads.append(world.call, repository, upload, stuck()))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await uploads.append(world.call, repository, upload, stream(b"x"))).offset == 1


async def test_a_lease_is_renewed_while_the_body_is_slow(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LEASE", 0.3)
    monkeypatch.setattr(uploads, "_RENEW", 0.05)
    repository, upload = await opened(world)

    async def slow() -> AsyncIterator[bytes]:
        yield b"a"
        await asyncio.sleep(0.5)  # longer than a lease
        later = replace(world.call, now=world.call.now + timedelta(seconds=0.5))
        with pytest.raises(Fault, match=INVALID):
            await uploads.append(later, repository, upload, stream(b"intruder"))
        yield b"b"

    assert (await uploads.append(world.call, repository, upload, slow())).offset == 2


async def test_a_request_that_lost_its_lease_writes_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LEASE", 0.05)  # and no renewal in time
    repository, upload = await opened(world)

    later = replace(world.call, now=world.call.now + timedelta(seconds=1))

    async def too_slow() -> AsyncIterator[bytes]:
        await asyncio.sleep(0.1)
        with pytest.raises(Fault, match=INVALID):  # the lease is free, but the one who had it may still write
            await uploads.append(later, repository, upload, stream(b"too fast"))
        yield b"slower"

    with pytest.raises(Fault, match=INVALID):
        await uploads.append(world.call, repository, upload, too_slow())
    await uploads.append(later, repository, upload, stream(b"faster"))
    assert (await uploads.find_upload(world.call, repository, upload.id)).offset == 6
    assert bytes(world.blobs.uploads[upload.key]) == b"faster"


async def test_the_bytes_are_durable_before_the_row(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    repository, upload = await opened(world)
    registry = type(world.call.records.registry)
    order: list[str] = []

    def noted(word: str, function: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def note(*args: object, **kwargs: object) -> object:
            result = await function(*args, **kwargs)
            order.append(word)
            return result

        return note

    monkeypatch.setattr(MemoryWriter, "publish", noted("bytes", MemoryWriter.publish))
    monkeypatch.setattr(registry, "add_layer", noted("row", registry.add_layer))
    await uploads.complete(world.call, repository, upload, Digest.of(b"x"), stream(b"x"))
    assert order == ["bytes", "row"]


async def test_bytes_the_store_has_already_are_kept_once(world: World) -> None:
    await world.layer(b"same", "app")
    await world.layer(b"same", "web")
    assert list(world.blobs.published.values()) == [b"same"]
    assert not world.blobs.uploads


async def test_a_layer_of_one_repository_is_none_of_another(world: World) -> None:
    digest = await world.layer(b"secret", "app")
    other = await world.repository("web")
    with pytest.raises(Fault, match="LayersNotFoundException"):
        await find_layer(world.call, other, digest)


async def test_an_upload_of_one_repository_is_none_of_another(world: World) -> None:
    _, upload = await opened(world)
    other = await world.repository("web")
    with pytest.raises(Fault) as refused:
        await uploads.find_upload(world.call, other, upload.id)
    assert refused.value.message == (
        f"Upload with id '{upload.id}' could not be found for the repository with name 'web' in the registry with "
        f"id '{ACCOUNT}'"
    )
    with pytest.raises(Fault, match="UploadNotFoundException"):
        await uploads.append(world.call, other, upload, stream(b"x"))


async def test_a_cancelled_upload_is_gone(world: World) -> None:
    repository, upload = await opened(world)
    await uploads.cancel(world.call, repository, upload)
    assert not world.blobs.uploads
    with pytest.raises(Fault, match="UploadNotFoundException"):
        await uploads.append(world.call, repository, upload, stream(b"x"))


async def test_a_full_store_leaves_the_upload_as_it_was(world: World) -> None:
    world = World(replace(world.call, blobs=(blobs := MemoryBlobs(capacity=10))), blobs)
    repository, upload = await opened(world)
    upload = await uploads.append(world.call, repository, upload, stream(b"12345"))
    with pytest.raises(NoRoom):
        await uploads.append(world.call, repository, upload, stream(b"678901"))
    assert (await uploads.find_upload(world.call, repository, upload.id)).offset == 5


async def test_a_repository_deleted_meanwhile_keeps_no_bytes(world: World) -> None:
    repository, upload = await opened(world)

    async def body() -> AsyncIterator[bytes]:
        yield b"x"
        await world.ask("DeleteRepository", repositoryName="app")

    with pytest.raises(Fault, match="NotFoundException"):
        await uploads.complete(world.call, repository, upload, Digest.of(b"x"), body())
    assert not world.blobs.published
    with pytest.raises(Fault, match="RepositoryNotFoundException"):
        await uploads.open_upload(world.call, repository)
    assert not world.blobs.uploads


async def test_a_request_that_died_between_bytes_and_row_ends_the_upload(world: World) -> None:
    repository, upload = await opened(world)
    await (await world.blobs.resume(upload.key, 0)).publish()
    with pytest.raises(Fault, match="UploadNotFoundException"):
        await uploads.append(world.call, repository, upload, stream(b"x"))
    world.later(hours=25)
    assert await uploads.expire_uploads(world.call.records, world.blobs, world.call.now) == 1
    assert not world.blobs.published


async def test_the_sweep_takes_idle_uploads_only(world: World) -> None:
    repository, idle = await opened(world)
    world.later(hours=23)
    used = await uploads.open_upload(world.call, repository)
    assert await uploads.expire_uploads(world.call.records, world.blobs, world.call.now) == 0
    world.later(hours=2)
    assert await uploads.expire_uploads(world.call.records, world.blobs, world.call.now) == 1
    assert list(world.blobs.uploads) == [used.key]
    with pytest.raises(Fault, match="UploadNotFoundException"):
        await uploads.find_upload(world.call, repository, idle.id)


async def test_the_sweep_takes_more_than_a_page(world: World) -> None:
    repository = await world.repository()
    for _ in range(120):
        await uploads.open_upload(world.call, repository)
    world.later(hours=25)
    assert await uploads.expire_uploads(world.call.records, world.blobs, world.call.now) == 120
    assert not world.blobs.uploads


async def test_a_large_body_is_written_in_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    repository, upload = await opened(world)
    sizes: list[int] = []
    write = MemoryWriter.write

    async def counted(self: MemoryWriter, buffers: list[bytes]) -> None:
        sizes.append(sum(map(len, buffers)))
        await write(self, buffers)

    monkeypatch.setattr(MemoryWriter, "write", counted)
    pieces = [bytes(64 * 1024)] * 40
    upload = await uploads.append(world.call, repository, upload, stream(*pieces))
    assert sizes == [uploads.BATCH, uploads.BATCH, uploads.BATCH // 2]
    assert upload.offset == 40 * 64 * 1024


async def test_a_layer_beyond_the_quota_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_LAYER", 4)
    repository, upload = await opened(world)
    with pytest.raises(Fault, match="LimitExceededException"):
        await uploads.append(world.call, repository, upload, stream(b"12345"))
    assert (await find_repository(world.call, "app")).id == repository.id


async def test_a_renewal_never_takes_back_the_lease_that_was_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(uploads, "_RENEW", 0)  # a renewal is always under way
    records = SqliteRecords.open(tmp_path / "records.db", world.call.vault, ballast=4096)  # writes in memory never wait
    world.call = replace(world.call, records=records)
    repository, upload = await opened(world)
    for size in range(1, 20):
        upload = await uploads.append(world.call, repository, upload, stream(b"x"))
        assert upload.offset == size
    await records.close()


async def test_an_upload_on_disk_goes_on_after_a_broken_chunk(world: World, tmp_path: Path) -> None:
    files = FileBlobs(tmp_path, low_water=0)
    call = replace(world.call, blobs=files)
    repository = await world.repository()
    upload = await uploads.open_upload(call, repository)
    upload = await uploads.append(call, repository, upload, stream(b"one"))
    with pytest.raises(ConnectionResetError):
        await uploads.append(call, repository, upload, broken(b"x" * uploads.BATCH))
    with pytest.raises(Fault, match="InvalidLayerException"):
        await uploads.complete(call, repository, upload, Digest.of(b"other"), stream(b"two"))
    layer = await uploads.complete(call, repository, upload, Digest.of(b"onetwo"), stream(b"two"))
    assert b"".join([piece async for piece in files.read(layer.key)]) == b"onetwo"
    await files.close()
