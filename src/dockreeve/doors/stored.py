"""Sends stored bytes: from memory, from the file by sendfile, or piece by piece, whichever the server can."""

import os
from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from io import FileIO

from dockreeve.doors.http import Headers, Request, Send, start
from dockreeve.doors.limits import ZERO_COPY
from dockreeve.storage import Blobs, BytesMissing

_SMALL = 64 * 1024  # bytes; below this one read and one write beat sendfile
_KEPT = 8 * 1024 * 1024  # bytes
_NO_WAIT: int = getattr(os, "RWF_NOWAIT", 0)  # Linux: read only what is in memory already


@dataclass(frozen=True, slots=True)
class Stored:
    """A part of published bytes."""

    blobs: Blobs
    key: str
    start: int
    length: int


class Kept:
    """The small parts sent last (configs, mostly): a store's key never comes to mean other bytes."""

    def __init__(self, most: int = _KEPT) -> None:
        """`most`: bytes kept."""
        self._most = most
        self._size = 0
        self._parts: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()

    def find(self, stored: Stored) -> bytes | None:
        """The bytes of this part, if they are kept."""
        part = (stored.key, stored.start, stored.length)
        if (body := self._parts.get(part)) is not None:
            self._parts.move_to_end(part)
        return body

    def keep(self, stored: Stored, body: bytes) -> None:
        """Keep them, at the cost of those that weren't asked for for longest."""
        self._parts[stored.key, stored.start, stored.length] = body
        self._size += len(body)
        while self._size > self._most:
            self._size -= len(self._parts.popitem(last=False)[1])


async def send_stored(request: Request, send: Send, status: int, headers: Headers, stored: Stored, kept: Kept) -> None:
    """Send an answer with these bytes as its body (of HEAD: without); `headers` hold its Content-Length.

    Raise `BytesMissing` before anything is sent. Bytes that end early afterwards are an error that escapes, so that
    the server cuts the connection: a client must never take a part for the whole.
    """
    if request.method == "HEAD":
        await send(start(status, headers))
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    if (body := kept.find(stored)) is not None:
        await _send_whole(send, status, headers, body)
        return
    path = stored.blobs.path(stored.key) if stored.length else None
    if path is None:
        await _send_pieces(send, status, headers, stored)
        return
    try:
        # Opened before the headers go out: a file that goes away meanwhile stays readable.
        file = FileIO(path)
    except FileNotFoundError as missing:
        raise BytesMissing(stored.key) from missing
    with file:
        if stored.length <= _SMALL and (body := _in_memory(file.fileno(), stored.start, stored.length)) is not None:
            kept.keep(stored, body)
            await _send_whole(send, status, headers, body)
        elif ZERO_COPY in (request.scope.get("extensions") or {}):
            if os.fstat(file.fileno()).st_size < stored.start + stored.length:
                raise BytesMissing(stored.key)
            await send(start(status, headers))
            await send(
                {
                    "type": ZERO_COPY,
                    "file": file,
                    "offset": stored.start,
                    "count": stored.length,
                    "more_body": False,
                }
            )
        else:
            await _send_pieces(send, status, headers, stored)


async def _send_whole(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send(start(status, headers))
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _send_pieces(send: Send, status: int, headers: Headers, stored: Stored) -> None:
    async with aclosing(_pieces(stored)) as pieces:
        first = await anext(pieces, b"")
        left = stored.length - len(first)
        if left and not first:
            raise BytesMissing(stored.key)
        await send(start(status, headers))
        await send({"type": "http.response.body", "body": first, "more_body": left > 0})
        while left > 0:
            piece = await anext(pieces, b"")
            if not piece:
                raise BytesMissing(stored.key)
            left -= len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": left > 0})


async def _pieces(
    stored: Stored,
) -> AsyncGenerator[bytes, None]:  # a generator, whatever the adapter returns: it is closed
    if stored.length:
        async for piece in stored.blobs.read(stored.key, stored.start, stored.length):
            yield piece


def _in_memory(handle: int, start: int, length: int) -> bytes | None:
    """These bytes if they can be read without waiting for a disk."""
    if not _NO_WAIT:
        return None
    buffer = bytearray(length)
    try:
        got = os.preadv(handle, [buffer], start, _NO_WAIT)
    except OSError:  # not in memory, or a file system that can't tell
        return None
    return bytes(buffer) if got == length else None
