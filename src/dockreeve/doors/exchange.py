"""One request and its answer on a connection: bounded buffers, reason phrases, files by sendfile."""

import asyncio
import http
import re
import socket
import struct
from collections import deque
from contextlib import suppress
from functools import lru_cache
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from dockreeve.doors import sendfile
from dockreeve.doors.limits import ZERO_COPY, Limits
from dockreeve.doors.meter import ConnectionCounts

_PHRASES = {status.value: status.phrase.encode() for status in http.HTTPStatus}
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_LONGEST_REASON = 200  # bytes
_JOINED = 64 * 1024  # bytes of a body that may be copied behind its head, to go out in one write


def reason_phrase(text: str) -> bytes:
    """`text` as a reason phrase: printable ASCII, one line, short."""
    line = " ".join(text[:_LONGEST_REASON].split())
    return "".join(letter if " " <= letter <= "~" else "?" for letter in line).encode("ascii")


def _speakable(raw_path: bytes) -> str:
    """The path as a log may hold it: that of a signed download is itself the right to it."""
    return "/layers/..." if raw_path.startswith(b"/layers/") else raw_path.decode("ascii")


@lru_cache(maxsize=256)
def _lowered(name: bytes) -> bytes:
    if not _NAME.fullmatch(name):
        raise RuntimeError(f"the header {name!r} can't be sent")
    return name.lower()


class Exchange(RequestResponseCycle):
    """Adds to uvicorn's cycle what server.md asks. Its connection is `Connection`, which makes and feeds it."""

    def __init__(self, limits: Limits, counts: ConnectionCounts, **cycle: Any) -> None:
        super().__init__(**cycle)
        self.linger = False  # the answer went out before the request's body was whole
        self.status = 0
        self.received = 0
        self._sent = 0
        self._limits = limits
        self._counts = counts
        self._buffers: deque[bytes] = deque()
        self._buffered = 0
        self._told_end = False
        self._head = b""  # of the answer, until its first bytes follow
        self._pump: sendfile.Pump | None = None

    # the connection's side

    def feed(self, piece: bytes) -> None:
        """Keep a part of the body; past the high-water mark the client has to wait."""
        self._buffers.append(piece)
        self._buffered += len(piece)
        self.received += len(piece)
        if self._buffered >= self._limits.body_bytes:
            self.flow.pause_reading()
        self.message_event.set()

    def lost(self) -> None:
        """The connection is gone: whoever waits for it must know."""
        self.disconnected = True
        self._buffers.clear()
        self.message_event.set()
        if self._pump is not None:
            self._pump.stop()

    # what it moved (`Traffic` in meter.py)

    @property
    def sent(self) -> int:
        """Bytes of the answer's body that were handed to the kernel."""
        return self._sent + (self._pump.sent if self._pump is not None else 0)

    @property
    def whole(self) -> bool:
        """Whether the answer went out to its end."""
        return bool(self.response_complete)

    # the application's side

    async def run_asgi(self, app: Any) -> None:
        """Run the application; a server that stops cuts what is still under way, which is no failure of it."""

        async def until_stopped(scope: Any, receive: Any, send: Any) -> None:
            try:
                await app(scope, receive, send)
            except asyncio.CancelledError:
                self.logger.warning("%s %s was cut: the server stops", scope["method"], _speakable(scope["raw_path"]))
                self.disconnected = True
                self.transport.abort()

        await super().run_asgi(until_stopped)

    async def receive(self) -> Any:
        """ASGI `receive`: one buffer at a time, as it came."""
        if self.waiting_for_100_continue and not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.waiting_for_100_continue = False
        while True:
            if self.disconnected or self.response_complete:
                return {"type": "http.disconnect"}
            if self._buffers:
                piece = self._buffers.popleft()
                self._buffered -= len(piece)
                if self.more_body and self._buffered < self._limits.body_bytes // 2:
                    self._read_on()  # so that the next batch comes while this one is written
                self._told_end = not (self.more_body or self._buffers)
                return {"type": "http.request", "body": piece, "more_body": not self._told_end}
            if not self.more_body and not self._told_end:
                self._told_end = True
                return {"type": "http.request", "body": b"", "more_body": False}
            if self.more_body:  # else only a lost connection is waited for, and pipelined requests stay outside
                self._read_on()
            self.message_event.clear()
            await self.message_event.wait()

    def arrived(self) -> list[bytes]:
        """The buffers that `receive` would give one by one without waiting; it still tells the end of the body."""
        pieces, self._buffered = list(self._buffers), 0
        self._buffers.clear()
        if self.more_body:
            self._read_on()
        return pieces

    def _read_on(self) -> None:
        if not self.transport.is_closing():
            self.flow.resume_reading()

    async def send(self, message: Any) -> None:
        """ASGI `send`, with the extensions that `Connection` offers in the scope."""
        if self.flow.write_paused:
            await self._drained()
        if self.disconnected:
            return
        kind = message["type"]
        if not self.response_started and kind == "http.response.start":
            self._begin(message)
            return
        if kind == "http.response.body" and self._head and not (self.chunked_encoding or message.get("more_body")):
            self._send_whole(message.get("body", b""))
            return
        if self._head:
            self.transport.write(self._head)
            self._head = b""
        if kind == ZERO_COPY and self.response_started and not self.response_complete:
            await self._send_file(message)
        else:
            if self.scope["method"] != "HEAD":
                self._sent += len(message.get("body", b""))
            await super().send(message)

    def _begin(self, message: Any) -> None:
        self.status = status = message["status"]
        reason = message.get("reason")
        phrase = reason_phrase(reason) if reason else _PHRASES.get(status, b"")
        lines = [b"HTTP/1.1 %d %s\r\n" % (status, phrase)]
        closing = False
        for name, value in (*self.default_headers, *message.get("headers", ())):
            lowered = _lowered(name)
            if not _VALUE.fullmatch(value):
                raise RuntimeError(f"the header {name!r} can't be sent")
            if lowered == b"content-length":
                self.expected_content_length, self.chunked_encoding = int(value), False
            elif lowered == b"connection" and b"close" in value.lower():
                closing = True
            lines.append(b"%s: %s\r\n" % (name, value))
        if self.more_body:
            # The rest of the body is still on its way, and nobody will read it: this connection ends here.
            self.linger = True
        if closing:
            self.keep_alive = False
        elif self.linger or not self.keep_alive:
            lines.append(b"connection: close\r\n")
        self.keep_alive = self.keep_alive or self.linger  # the connection closes a lingering one itself, later
        if self.chunked_encoding is None and self.scope["method"] != "HEAD" and status not in (204, 304):
            self.chunked_encoding = True
            lines.append(b"transfer-encoding: chunked\r\n")
        lines.append(b"\r\n")
        self.response_started, self.waiting_for_100_continue = True, False
        self._head = b"".join(lines)

    def _send_whole(self, body: bytes) -> None:
        """The whole body, right behind the head."""
        if self.scope["method"] == "HEAD":
            body = b""
        elif len(body) != self.expected_content_length:
            raise RuntimeError("the body is not as long as Content-Length says")
        head, self._head, self.expected_content_length = self._head, b"", 0
        self._sent += len(body)
        if len(body) <= _JOINED:
            self.transport.write(head + body)
        else:
            self.transport.write(head)
            self.transport.write(body)
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()

    async def _send_file(self, message: Any) -> None:
        count: int = message["count"]
        if self.scope["method"] != "HEAD":
            if count > self.expected_content_length:
                raise RuntimeError("the file's part is longer than Content-Length")
            await self._emptied()
            if not self.disconnected and not await self._pumped(message["file"].fileno(), message["offset"], count):
                return
            self.expected_content_length -= count
        await super().send(
            {"type": "http.response.body", "body": b"", "more_body": bool(message.get("more_body", False))}
        )

    async def _pumped(self, file: int, offset: int, count: int) -> bool:
        """Send this part; False when the connection didn't outlive it."""
        try:
            self._pump = sendfile.Pump(self.transport.get_extra_info("socket"), file, self._limits.stall_seconds)
        except OSError as refused:
            self.logger.error("a download was cut before its first byte: %s", refused.strerror)
            self._cut()
            return False
        try:
            await self._pump.send(offset, count)
        except sendfile.Stalled:
            self._counts.refused["stalled_download"] += 1
            self.logger.info("a download made no progress and was closed")
            self._cut()
            return False
        except ConnectionError:
            self._cut()
            return False
        finally:
            self._pump.close()
            self._sent += self._pump.sent
            self._pump = None
        return True

    def _cut(self) -> None:
        self.disconnected = True
        connection = self.transport.get_extra_info("socket")
        # INVARIANT: not once it closes, for then its descriptor may be another connection's.
        if connection is not None and not self.transport.is_closing():
            # Reset it: else the kernel keeps what the client doesn't take, for minutes, on nobody's account.
            with suppress(OSError, ValueError):  # it is closed already: uvloop says ValueError
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    async def _emptied(self) -> None:
        """Return when the transport has nothing left to write, so that sendfile's bytes come after it."""
        self.transport.set_write_buffer_limits(high=0)
        try:
            while self.transport.get_write_buffer_size() and not self.disconnected:
                await self._drained()
                await asyncio.sleep(0)
        finally:
            self.transport.set_write_buffer_limits()

    async def _drained(self) -> None:
        """Wait until the client has taken enough; cut it off when it takes nothing for too long."""
        while self.flow.write_paused and not self.disconnected:
            before = self._unsent()
            try:
                async with asyncio.timeout(self._limits.stall_seconds):
                    await self.flow.drain()
            except TimeoutError:
                if self._unsent() >= before:
                    self._counts.refused["stalled_download"] += 1
                    self.logger.info("a download made no progress and was closed")
                    self._cut()

    def _unsent(self) -> int:
        """Bytes that the client hasn't confirmed, ours and the kernel's: they shrink while it reads, however slowly."""
        connection = self.transport.get_extra_info("socket")
        queued = None if connection is None else sendfile.unacknowledged(connection.fileno())
        return self.transport.get_write_buffer_size() + (queued or 0)
