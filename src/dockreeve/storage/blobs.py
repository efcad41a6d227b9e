"""The port of the layers' bytes: unique keys, streamed writes, durable publication, ranged reads.

A storage key is made once, for one upload, and never used again; only the row `digest -> key` says which bytes are a
layer. So a crash may leave bytes without a row, never a row without bytes.
"""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Protocol

from dockreeve.oci import Digest


class BlobWriter(Protocol):
    """One open upload's bytes, appended in order. There is one at a time, whatever the clocks say of leases."""

    offset: int  # bytes written so far

    async def write(self, buffers: Sequence[bytes]) -> None:
        """Append `buffers` and hash them. Raise `NoRoom` on a full disk (nothing after `offset` counts then)."""

    async def digest(self, algorithm: str = "sha256") -> Digest:
        """The digest of all bytes so far; may have to read them again."""

    async def publish(self) -> None:
        """Make the bytes durable and readable under the key, and close. INVARIANT: they outlive a power cut."""

    async def pause(self, *, acknowledged: bool = False) -> None:
        """Close, keeping the bytes for a later `resume`. `acknowledged`: every later one will begin at `offset` or
        beyond, so what is known of the bytes before it (their hash) may be kept too."""


class Blobs(Protocol):
    """Bytes by storage key."""

    @property
    def writing(self) -> int:
        """Uploads that are open for bytes at this moment."""

    async def ready(self) -> None:
        """Return when an upload could begin now. Raise `NoRoom` below the low-water mark, `OSError` when nothing can be
        written."""

    async def begin(self) -> str:
        """Make room for a new upload and return its storage key. Raise `NoRoom` below the low-water mark."""

    async def resume(self, key: str, offset: int) -> BlobWriter:
        """Open an upload for more; bytes past `offset` (a chunk that was cut) are dropped.

        Raise `BytesMissing`, or `BytesBusy` while another writer of it is open.
        """

    def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Yield published bytes `start` .. `start + length` in pieces of at most 1 MiB. Raise `BytesMissing`."""
        ...

    def path(self, key: str) -> Path | None:
        """Where the published bytes lie, for sendfile; None for a store without files. The file may have gone: whoever
        opens it finds out."""

    async def discard(self, key: str) -> None:
        """Forget an upload or a published key; silent when it isn't there."""

    async def close(self) -> None:
        """Let go of every file and thread."""
