"""Layers as rows: which bytes a digest names, and which repositories know it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from dockreeve.oci import Digest
from dockreeve.storage.faults import Missing
from dockreeve.storage.registry import Layer
from dockreeve.storage.sqlite.columns import micros
from dockreeve.storage.sqlite.database import Database
from dockreeve.storage.sqlite.remembered import remembered
from dockreeve.storage.sqlite.repositories import require_repository
from dockreeve.storage.sqlite.rows import Rows
from dockreeve.storage.sqlite.sql import layers as sql
from dockreeve.storage.sqlite.sql import uploads
from dockreeve.storage.sqlite.writer import Writer

_log = logging.getLogger(__name__)

RENEWAL: Final = timedelta(hours=1)  # links are touched at most this often; the collector's grace must be much longer


def _now() -> datetime:
    return datetime.now(UTC)


class Layers(Rows):
    """The part of `Registry` about layers."""

    def __init__(self, reads: Database, writer: Writer, clock: Callable[[], datetime] = _now) -> None:
        super().__init__(reads, writer)
        self._clock = clock
        self._renewals: set[asyncio.Task[None]] = set()

    async def add_layer(self, repository_id: int, layer: Layer, upload_id: str | None, at: datetime) -> Layer:
        return await self._write(_add, repository_id, layer, upload_id, at=micros(at))

    @remembered
    async def find_layer(self, repository_id: int, digest: Digest) -> Layer | None:
        row = self._reads.one(sql.FIND, repository_id=repository_id, digest=digest.stored)
        return None if row is None else Layer(digest, row[0], row[1])

    async def find_layers(self, repository_id: int, digests: Sequence[Digest]) -> Sequence[Layer]:
        now = micros(self._clock())
        due = now - RENEWAL // timedelta(microseconds=1)
        found: list[Layer] = []
        renewed: list[Digest] = []
        for digest in digests:
            row = self._reads.one(sql.FIND, repository_id=repository_id, digest=digest.stored)
            if row is not None:
                size, key, touched = row
                found.append(Layer(digest, size, key))
                if touched < due:
                    renewed.append(digest)
        if renewed:
            # Not awaited: the answer must not wait for the disk. The writer has it before any later change of this
            # process; should the process die first, the link only looks up to RENEWAL older than it is.
            renewal = asyncio.create_task(self._renew(repository_id, renewed, now))
            self._renewals.add(renewal)
            renewal.add_done_callback(self._renewals.discard)
        return found

    async def mount_layer(self, repository_id: int, source_id: int, digest: Digest, at: datetime) -> Layer | None:
        return await self._write(_mount, repository_id, source_id, digest, micros(at))

    async def layer_in_image(self, repository_id: int, digest: Digest) -> bool:
        return self._reads.one(sql.IN_IMAGE, repository_id=repository_id, digest=digest.stored) is not None

    async def settle(self) -> None:
        """Wait until links that are being renewed are."""
        await asyncio.gather(*self._renewals)

    async def _renew(self, repository_id: int, digests: Sequence[Digest], at: int) -> None:
        try:
            await self._write_unsynced(_touch, repository_id, digests, at)
        except Exception:
            # the answer was right when it was given; the next one tries again
            _log.warning("could not renew %d layers of repository %d", len(digests), repository_id, exc_info=True)


def _add(db: Database, repository_id: int, layer: Layer, upload_id: str | None, *, at: int) -> Layer:
    require_repository(db, repository_id)
    # INVARIANT: whoever takes the upload's row away owns its bytes. If a sweeper did, they may be gone already.
    if upload_id is not None and not db.change(uploads.REMOVE, id=upload_id):
        raise Missing("upload")
    digest = layer.digest.stored
    stored = db.one(sql.STORED, digest=digest)
    if stored is None:
        db.change(sql.STORE, digest=digest, storage_key=layer.key, size=layer.size, touched=at)
    else:
        layer = Layer(layer.digest, size=stored[1], key=stored[0])
        db.change(sql.TOUCH_STORED, digest=digest, at=at)
    db.change(sql.LINK, repository_id=repository_id, digest=digest, at=at)
    return layer


def _mount(db: Database, repository_id: int, source_id: int, digest: Digest, at: int) -> Layer | None:
    require_repository(db, repository_id)
    row = db.one(sql.FIND, repository_id=source_id, digest=digest.stored)
    if row is None:
        return None
    db.change(sql.LINK, repository_id=repository_id, digest=digest.stored, at=at)
    return Layer(digest, row[0], row[1])


def _touch(db: Database, repository_id: int, digests: Sequence[Digest], at: int) -> None:
    for digest in digests:
        db.change(sql.TOUCH, repository_id=repository_id, digest=digest.stored, at=at)
