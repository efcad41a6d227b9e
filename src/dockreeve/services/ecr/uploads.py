"""Uploads of layers: bytes arrive in order, are durable, and only then become a layer.

One request at a time appends to an upload. It holds the upload's lease, renews it while the bytes flow, and moves the
acknowledged offset in one step at its end; whatever breaks before leaves the offset where it was, and the bytes past
it are dropped by the next request.
"""

import asyncio
import secrets
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from dockreeve.faults import Fault
from dockreeve.oci import Digest
from dockreeve.services.call import Call
from dockreeve.services.ecr.faults import invalid_layer, invalid_part, no_repository, no_upload
from dockreeve.storage import (
    Blobs,
    BlobWriter,
    BytesBusy,
    BytesMissing,
    Layer,
    Missing,
    Records,
    Repository,
    UploadSession,
)

BATCH = 1024 * 1024  # bytes handed to the store at a time
LARGEST_LAYER = 52_000 * 1024 * 1024  # bytes (Amazon ECR service quotas)
IDLE = timedelta(hours=24)  # an upload untouched for longer is given up
LEASE = 30.0  # seconds: how long a server that died keeps others from its uploads
_RENEW = LEASE / 3


async def open_upload(call: Call, repository: Repository) -> UploadSession:
    """Begin an upload. Raise `Fault` RepositoryNotFoundException, `NoRoom`."""
    upload = UploadSession(
        id=str(uuid.uuid4()),
        repository_id=repository.id,
        key=await call.blobs.begin(),
        offset=0,
        opened=call.now,
        touched=call.now,
    )
    try:
        await call.records.registry.open_upload(upload)
    except Missing as gone:
        await call.blobs.discard(upload.key)
        raise no_repository(repository.name, repository.account) from gone
    return upload


async def find_upload(call: Call, repository: Repository, upload_id: str) -> UploadSession:
    """The open upload of this repository. Raise `Fault` UploadNotFoundException."""
    upload = await call.records.registry.find_upload(repository.id, upload_id)
    if upload is None:
        raise no_upload(repository, upload_id)
    return upload


async def append(
    call: Call,
    repository: Repository,
    upload: UploadSession,
    body: AsyncIterator[bytes],
    *,
    start: int | None = None,
    length: int | None = None,
) -> UploadSession:
    """Add all of `body`, which must begin at `start` and be `length` bytes long where these are given.

    Nothing is acknowledged unless everything is. Raise `Fault` InvalidLayerPartException for bytes out of place, for
    more or fewer than announced, and while another request appends; `Fault` UploadNotFoundException; `NoRoom`; and
    whatever `body` raises.
    """
    async with _appending(call, repository, upload) as turn:
        if start is not None and start != turn.upload.offset:
            raise invalid_part(repository, turn.upload)
        async with turn.writing() as writer:
            await turn.pour(writer, body, length)
            reached = await turn.acknowledge(writer.offset)
            await writer.pause(acknowledged=True)
        return reached


async def complete(
    call: Call,
    repository: Repository,
    upload: UploadSession,
    digest: Digest,
    body: AsyncIterator[bytes] | None = None,
    *,
    length: int | None = None,
) -> Layer:
    """Add the rest, if any, and make the upload a layer of the repository.

    Raise `Fault` InvalidLayerException when the bytes have another digest (the upload stays as it was), and whatever
    `append` raises.
    """
    async with _appending(call, repository, upload) as turn:
        async with turn.writing() as writer:
            if body is not None:
                await turn.pour(writer, body, length)
            actual = await writer.digest(digest.algorithm)
            if actual != digest:
                raise invalid_layer(upload, actual, digest)
            turn.must_hold()
            size = writer.offset
            await turn.publish(writer)  # INVARIANT: durable before the row below names it
        own = Layer(digest, size, upload.key)
        try:
            kept = await call.records.registry.add_layer(repository.id, own, upload.id, call.now)
        except Missing as gone:
            await call.blobs.discard(own.key)
            if gone.kind == "upload":  # the sweep gave it up meanwhile
                raise no_upload(repository, upload.id) from gone
            raise no_repository(repository.name, repository.account) from gone
        turn.given_back = True
        if kept.key != own.key:  # the store had these bytes already
            await call.blobs.discard(own.key)
        return kept


async def cancel(call: Call, repository: Repository, upload: UploadSession) -> None:
    """Give the upload up. Raise `Fault` InvalidLayerPartException while another request appends."""
    async with _appending(call, repository, upload) as turn:
        await call.records.registry.remove_upload(upload.id)
        turn.given_back = True
        await call.blobs.discard(upload.key)


async def expire_uploads(records: Records, blobs: Blobs, now: datetime, *, idle: timedelta = IDLE) -> int:
    """Give up the uploads that nobody touched for so long; how many there were. The server's sweep calls this."""
    expired = 0
    sweep = secrets.token_hex(8)
    while found := await records.registry.idle_uploads(now - idle):
        taken = 0
        for upload in found:
            if await records.registry.lease_upload(upload.id, sweep, now + timedelta(seconds=LEASE), now):
                if await records.registry.remove_upload(upload.id):  # else it became a layer: its bytes have a row
                    await blobs.discard(upload.key)
                taken += 1
        expired += taken
        if taken < len(found):  # the rest is busy: the next sweep sees to it
            break
    return expired


class _Turn:
    """One request's right to append to one upload."""

    def __init__(self, call: Call, repository: Repository, upload: UploadSession) -> None:
        self.upload = upload
        self.given_back = False  # the lease went with the row, or with the step of the offset
        self._call = call
        self._repository = repository
        self._holder = secrets.token_hex(8)
        self._began = self._renewed = time.monotonic()
        self._keeper: asyncio.Task[None] | None = None

    async def take(self) -> None:
        """Take the lease, to be kept until `give_back`, and the offset as it is under the lease."""
        held = await self._lease()
        self.upload = await find_upload(self._call, self._repository, self.upload.id)
        if not held:
            raise invalid_part(self._repository, self.upload)
        self._keeper = asyncio.create_task(self._keep())

    async def give_back(self) -> None:
        """Keep the lease no longer, and let others have it."""
        await self._stop()
        if not self.given_back:
            await self._call.records.registry.release_upload(self.upload.id, self._holder)

    async def _stop(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])

    async def _keep(self) -> None:
        """Renew the lease until cancelled, or until it is lost."""
        while self._holds():
            await asyncio.sleep(_RENEW)
            if not self._holds() or not await self._lease():
                self._renewed = float("-inf")

    def must_hold(self) -> None:
        """Raise if the lease ran out: another request may be writing to the same place by now."""
        if not self._holds():
            raise invalid_part(self._repository, self.upload)

    def _holds(self) -> bool:
        return time.monotonic() - self._renewed < LEASE

    async def _lease(self) -> bool:
        asked = time.monotonic()
        now = self._call.now + timedelta(seconds=asked - self._began)
        until = now + timedelta(seconds=LEASE)
        held = await self._call.records.registry.lease_upload(self.upload.id, self._holder, until, now)
        if held:
            self._renewed = asked
        return held

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[BlobWriter]:
        """The upload's bytes, open at the acknowledged offset; closed and kept when something breaks."""
        try:
            writer = await self._call.blobs.resume(self.upload.key, self.upload.offset)
        except BytesMissing as gone:
            # Published by a request that died before its row: nobody can go on from here, the sweep clears up.
            raise no_upload(self._repository, self.upload.id) from gone
        except BytesBusy as busy:  # the clock jumped, and the lease of one who still writes looks as if it ran out
            raise invalid_part(self._repository, self.upload) from busy
        try:
            yield writer
        except BaseException:
            await writer.pause()
            raise

    async def pour(self, writer: BlobWriter, body: AsyncIterator[bytes], length: int | None) -> None:
        """Write `body` in batches. Raise `Fault` when it isn't `length` bytes long, or the layer grows too large."""
        received, waiting = 0, 0
        batch: list[bytes] = []
        async for piece in body:
            received += len(piece)
            if length is not None and received > length:
                raise invalid_part(self._repository, self.upload)
            if self.upload.offset + received > LARGEST_LAYER:
                raise Fault("LimitExceededException", f"A layer can have at most {LARGEST_LAYER} bytes.")
            batch.append(piece)
            waiting += len(piece)
            if waiting >= BATCH:
                self.must_hold()
                await writer.write(batch)
                batch, waiting = [], 0
        if length is not None and received != length:
            raise invalid_part(self._repository, self.upload)
        if batch:
            self.must_hold()
            await writer.write(batch)

    async def publish(self, writer: BlobWriter) -> None:
        """Make the bytes durable. Raise `Fault` UploadNotFoundException if they were discarded meanwhile."""
        try:
            await writer.publish()
        except BytesMissing as gone:
            raise no_upload(self._repository, self.upload.id) from gone

    async def acknowledge(self, reached: int) -> UploadSession:
        """Move the offset. Raise `Fault` when somebody else has moved it."""
        await self._stop()  # INVARIANT: before the step that gives the lease back, or a renewal might take it again
        registry = self._call.records.registry
        if not await registry.advance_upload(self.upload.id, self.upload.offset, reached, self._call.now):
            raise invalid_part(self._repository, self.upload)
        self.given_back = True
        part = reached - self.upload.offset
        return replace(self.upload, offset=reached, touched=self._call.now, last_part=part)


@asynccontextmanager
async def _appending(call: Call, repository: Repository, upload: UploadSession) -> AsyncIterator[_Turn]:
    turn = _Turn(call, repository, upload)
    await turn.take()
    try:
        yield turn
    finally:
        await turn.give_back()
