"""The store in memory, for tests and throw-away servers: bytes in a dict, records in a private SQLite database."""

import errno
import hashlib
import secrets
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from dockreeve.oci import Digest
from dockreeve.storage.faults import BytesBusy, BytesMissing, NoRoom
from dockreeve.storage.sqlite import SqliteRecords
from dockreeve.storage.vault import Vault

_PIECE: Final = 1024 * 1024


def memory_records(vault: Vault) -> SqliteRecords:
    """Records that are gone with the process. The rules are SQLite's own: a second model of them would differ."""
    return SqliteRecords.in_memory(vault)


class MemoryBlobs:
    """The port `Blobs` in two dicts; `capacity` is what fits, in bytes."""

    def __init__(self, capacity: int | None = None) -> None:
        self._capacity = capacity
        self.uploads: dict[str, bytearray] = {}
        self.published: dict[str, bytes] = {}
        self.written: set[str] = set()  # uploads with an open writer

    @property
    def writing(self) -> int:
        return len(self.written)

    def room(self) -> int | None:
        """Bytes left; None without a limit."""
        if self._capacity is None:
            return None
        return self._capacity - sum(len(kept) for kept in (*self.uploads.values(), *self.published.values()))

    async def ready(self) -> None:
        if self.room() == 0:
            raise NoRoom(errno.ENOSPC, "the store is full")

    async def begin(self) -> str:
        if self.room() == 0:
            raise NoRoom(errno.ENOSPC, "the store is full")
        key = secrets.token_hex(16)
        self.uploads[key] = bytearray()
        return key

    async def resume(self, key: str, offset: int) -> "MemoryWriter":
        kept = self.uploads.get(key)
        if kept is None or len(kept) < offset:
            raise BytesMissing(key)
        if key in self.written:
            raise BytesBusy(key)
        self.written.add(key)
        del kept[offset:]
        return MemoryWriter(self, key)

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        kept = self.published.get(key)
        end = None if kept is None else len(kept) if length is None else start + length
        if kept is None or end is None or start > len(kept) or end > len(kept):
            raise BytesMissing(key)
        for at in range(start, end, _PIECE):
            yield kept[at : min(at + _PIECE, end)]

    def path(self, key: str) -> Path | None:
        return None

    async def discard(self, key: str) -> None:
        self.uploads.pop(key, None)
        self.published.pop(key, None)

    async def close(self) -> None:
        return None


class MemoryWriter:
    """The port `BlobWriter`."""

    def __init__(self, blobs: MemoryBlobs, key: str) -> None:
        self._blobs = blobs
        self._key = key
        self._bytes = blobs.uploads[key]
        self._open = True
        self.offset = len(self._bytes)

    async def write(self, buffers: Sequence[bytes]) -> None:
        self._require_open()
        room = self._blobs.room()
        if room is not None and sum(map(len, buffers)) > room:
            raise NoRoom(errno.ENOSPC, "the store is full")
        for buffer in buffers:
            self._bytes += buffer
        self.offset = len(self._bytes)

    async def digest(self, algorithm: str = "sha256") -> Digest:
        self._require_open()
        return Digest(algorithm, hashlib.new(algorithm, self._bytes).hexdigest())

    async def publish(self) -> None:
        self._require_open()
        await self.pause()
        if self._blobs.uploads.pop(self._key, None) is None:
            raise BytesMissing(self._key)
        self._blobs.published[self._key] = bytes(self._bytes)

    async def pause(self, *, acknowledged: bool = False) -> None:
        if self._open:
            self._open = False
            self._blobs.written.discard(self._key)

    def _require_open(self) -> None:
        if not self._open:
            raise ValueError("the writer is closed")
