"""The layers' bytes as files: `uploads/KEY` while open, `layers/KE/KEY` once published.

INVARIANT (publish): the file is durable, then the rename, then its new folder, and only then a row may name the key.
"""

import asyncio
import errno
import fcntl
import functools
import hashlib
import os
import re
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from dockreeve.oci import Digest
from dockreeve.storage.faults import BytesBusy, BytesMissing, NoRoom
from dockreeve.storage.folders import make_folder, sync_folder
from dockreeve.storage.writeback import begin_writeback

if TYPE_CHECKING:
    from hashlib import _Hash

T = TypeVar("T")

PIECE: Final = 1024 * 1024  # bytes read at once
_THREADS: Final = 8
_HASHERS: Final = os.cpu_count() or 1  # threads that hash what others write meanwhile
_EARLY: Final = 8 * 1024 * 1024  # bytes after which the disk is set to work, so that the last fsync finds little to do
_HASHES: Final = 1024  # hash states kept of paused uploads
# Bytes a system call. The kernel keeps what is written at once in pages that lie together, and takes those from the
# large blocks that a virtual machine may have given back to its host: getting them again costs ten times the copy.
_AT_ONCE: Final = 64 * 1024
_BUFFERS: Final = 512  # buffers a system call: below every system's IOV_MAX
_LEAST_FREE: Final = 1024**3  # bytes
_LEAST_SHARE: Final = 20  # one part in 20 = 5 %
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class FileBlobs:
    """The port `Blobs` in a folder. Opening it makes 256 folders and reads nothing, however much it holds."""

    def __init__(self, root: Path, *, low_water: int | None = None) -> None:
        """`low_water`: bytes that must stay free for a new upload to begin; None means the smaller of 5 % of the disk
        and 1 GiB."""
        self._uploads = root / "uploads"
        self._layers = root / "layers"
        self._low_water = low_water
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="dockreeve-blobs")
        # Apart from the other pool, for its work is waited for in that one's threads.
        self._hashers = ThreadPoolExecutor(_HASHERS, thread_name_prefix="dockreeve-hash")
        self._hashes: OrderedDict[str, tuple[int, _Hash]] = OrderedDict()
        self.writing = 0
        for folder in (root, self._uploads, self._layers, *(self._layers / f"{first:02x}" for first in range(256))):
            make_folder(folder)
        # Even when the folders are there: the process that made them may have died before their names were durable.
        sync_folder(root)
        sync_folder(self._layers)

    async def ready(self) -> None:
        await self._threaded(self._look)

    async def begin(self) -> str:
        return await self._threaded(self._begin)

    async def resume(self, key: str, offset: int) -> "FileWriter":
        handle = await self._threaded(functools.partial(_open_upload, self._upload(key), offset))
        kept_offset, running = self._hashes.pop(key, (-1, None))
        if kept_offset != offset:
            running = hashlib.sha256() if offset == 0 else None
        return FileWriter(self, key, handle, offset, running)

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        file = await self._threaded(functools.partial(_Reading, self._layer(key)))
        end = file.size if length is None else start + length
        if start > file.size or end > file.size:
            raise BytesMissing(key)
        while start < end:
            piece = await self._threaded(functools.partial(file.piece, min(PIECE, end - start), start))
            if not piece:
                raise BytesMissing(key)
            start += len(piece)
            yield piece

    def path(self, key: str) -> Path | None:
        return self._layer(key)

    async def discard(self, key: str) -> None:
        self._hashes.pop(key, None)
        with suppress(BytesMissing):  # what is no key of ours names nothing that could be there
            await self._threaded(functools.partial(_unlink, self._upload(key), self._layer(key)))

    async def close(self) -> None:
        await asyncio.to_thread(self._pool.shutdown)
        await asyncio.to_thread(self._hashers.shutdown)

    def keep_hash(self, key: str, offset: int, running: "_Hash") -> None:
        """Remember the hash of a paused upload's first `offset` bytes; the oldest ones are forgotten."""
        self._hashes[key] = (offset, running)
        while len(self._hashes) > _HASHES:
            self._hashes.popitem(last=False)

    def submit(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Run blocking work in one of the store's threads."""
        return asyncio.get_running_loop().run_in_executor(self._pool, work)

    def hash(self, running: "_Hash", buffers: Sequence[bytes]) -> Future[None]:
        """Add the buffers to the hash in a thread of its own."""
        return self._hashers.submit(_add_to, running, buffers)

    def publish(self, key: str, handle: int) -> None:
        """Make the upload behind this open file durable under its final name (blocking)."""
        upload, layer = self._upload(key), self._layer(key)
        try:
            os.fsync(handle)
        except OSError as refused:
            upload.unlink(missing_ok=True)  # the kernel may have dropped the pages: a second fsync would lie
            raise _translated(refused) from refused
        try:
            upload.rename(layer)
        except FileNotFoundError as gone:
            raise BytesMissing(key) from gone
        sync_folder(layer.parent)  # not that of the old name: if that came back, it would be bytes without a row

    async def _threaded(self, work: Callable[[], T]) -> T:
        return await self.submit(work)

    def _look(self) -> None:
        self._upload(self._begin()).unlink(missing_ok=True)

    def _begin(self) -> str:
        disk = os.statvfs(self._uploads)
        free, size = disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize
        least = min(size // _LEAST_SHARE, _LEAST_FREE) if self._low_water is None else self._low_water
        if free < least:
            raise NoRoom(errno.ENOSPC, f"{free} bytes are free, {least} must stay free")
        key = secrets.token_hex(16)
        try:
            os.close(os.open(self._upload(key), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        except OSError as refused:
            raise _translated(refused) from refused
        return key

    def _upload(self, key: str) -> Path:
        return self._uploads / _checked(key)

    def _layer(self, key: str) -> Path:
        return Path(f"{self._layers}/{_checked(key)[:2]}/{key}")  # every pull comes by here: a quarter of the cost of /


class FileWriter:
    """The port `BlobWriter`: each write goes to a thread and is hashed in another, one at a time."""

    def __init__(self, blobs: FileBlobs, key: str, handle: int, offset: int, running: "_Hash | None") -> None:
        self.offset = self._begun = offset  # what was acknowledged
        self._blobs = blobs
        self._key = key
        self._handle = handle
        self._running = running  # None: the bytes before `offset` weren't hashed here
        self._busy: asyncio.Future[Any] | None = None
        self._early: asyncio.Future[None] | None = None  # the disk is being set to work
        self._pushed = offset  # it was for the bytes before this
        self._open = True
        blobs.writing += 1

    async def write(self, buffers: Sequence[bytes]) -> None:
        await self._run(functools.partial(self._append, buffers))
        if self._open and self.offset - self._pushed >= _EARLY and (self._early is None or self._early.done()):
            part = self.offset - self._pushed
            self._early = self._blobs.submit(functools.partial(begin_writeback, self._handle, self._pushed, part))
            self._pushed = self.offset

    async def digest(self, algorithm: str = "sha256") -> Digest:
        return await self._run(functools.partial(self._digest, algorithm))

    async def publish(self) -> None:
        try:
            await self._run(functools.partial(self._blobs.publish, self._key, self._handle))
        finally:
            await self._close()

    async def pause(self, *, acknowledged: bool = False) -> None:
        if self._open:
            await self._close()
            # INVARIANT: never the hash of bytes that another process may yet replace by others of the same length.
            if self._running is not None and (acknowledged or self.offset == self._begun):
                self._blobs.keep_hash(self._key, self.offset, self._running)

    async def _run(self, work: Callable[[], T]) -> T:
        await self._idle()
        if not self._open:
            raise ValueError("the writer is closed")
        busy = self._blobs.submit(work)
        self._busy = busy
        # Shielded: a caller that goes away can't stop the thread, so the next call must be able to wait for it.
        return await asyncio.shield(busy)

    async def _idle(self) -> None:
        if self._busy is not None:
            await asyncio.wait([self._busy])

    async def _close(self) -> None:
        await self._idle()
        if self._early is not None:  # its descriptor's number must not mean another file yet
            await asyncio.wait([self._early])
        if self._open:
            self._open = False
            self._blobs.writing -= 1
            os.close(self._handle)

    def _append(self, buffers: Sequence[bytes]) -> None:
        """Write all or nothing, and hash meanwhile; in a thread."""
        running = None if self._running is None else self._running.copy()
        hashing = None if running is None else self._blobs.hash(running, buffers)
        try:
            written = _write_all(self._handle, buffers, self.offset)
        except OSError as refused:
            os.ftruncate(self._handle, self.offset)
            raise _translated(refused) from refused
        finally:
            if hashing is not None:
                hashing.result()
        self._running = running
        self.offset += written

    def _digest(self, algorithm: str) -> Digest:
        if algorithm == "sha256" and self._running is not None:
            return Digest(algorithm, self._running.hexdigest())
        running = hashlib.new(algorithm)
        for piece in _pieces(self._handle, self.offset):
            running.update(piece)
        if algorithm == "sha256":
            self._running = running
        return Digest(algorithm, running.hexdigest())


class _Reading:
    """An open file that closes with its last reference: a thread may still read when the reader went away."""

    def __init__(self, path: Path) -> None:
        self._handle = -1
        try:
            self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError as gone:
            raise BytesMissing(path.name) from gone
        self.size = os.fstat(self._handle).st_size

    def piece(self, length: int, start: int) -> bytes:
        return os.pread(self._handle, length, start)

    def __del__(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):  # no key of ours: it must not become a path
        raise BytesMissing(key)
    return key


def _translated(refused: OSError) -> OSError:
    return NoRoom(*refused.args) if refused.errno in _FULL else refused


def _open_upload(path: Path, offset: int) -> int:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError as gone:
        raise BytesMissing(path.name) from gone
    try:
        # A clock that jumps ends a lease early; two that write to one file would make bytes that neither sent.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        size = os.fstat(handle).st_size
        if size < offset:
            raise BytesMissing(path.name)
        if size > offset:
            os.ftruncate(handle, offset)
    except BlockingIOError as held:
        os.close(handle)
        raise BytesBusy(path.name) from held
    except BaseException:
        os.close(handle)
        raise
    return handle


def _write_all(handle: int, buffers: Sequence[bytes], offset: int) -> int:
    """Write every byte at `offset`; the number of bytes."""
    start = offset
    whole = [memoryview(buffer) for buffer in buffers if buffer]
    rest = [view[at : at + _AT_ONCE] for view in whole for at in range(0, len(view), _AT_ONCE)]
    while rest:
        count, size = 1, len(rest[0])
        while count < min(len(rest), _BUFFERS) and size + len(rest[count]) <= _AT_ONCE:
            size += len(rest[count])
            count += 1
        written = os.pwritev(handle, rest[:count], offset)
        offset += written
        while rest and written >= len(rest[0]):
            written -= len(rest.pop(0))
        if written:
            rest[0] = rest[0][written:]
    return offset - start


def _pieces(handle: int, length: int) -> Iterator[bytes]:
    for at in range(0, length, PIECE):
        yield os.pread(handle, min(PIECE, length - at), at)


def _add_to(running: "_Hash", buffers: Sequence[bytes]) -> None:
    for buffer in buffers:
        running.update(buffer)


def _unlink(*paths: Path) -> None:
    for path in paths:
        with suppress(FileNotFoundError):
            path.unlink()
