"""Connections over real sockets: limits, smuggling, bodies that break off, files by sendfile."""

import asyncio
import datetime
import logging
import os
import socket
import ssl
import time
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from door_server import App, serving
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dockreeve.doors import sendfile
from dockreeve.doors.exchange import Exchange
from dockreeve.doors.protocol import Limits, protocol_class, unmet

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\n"


async def reply_to(address: tuple[str, int], *sent: bytes, eof: bool = False) -> bytes:
    """Everything that comes back until the server closes."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        for piece in sent:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        if eof:
            writer.write_eof()
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()


async def answer(send: Any, status: int = 200, body: bytes = b"ok", **start: Any) -> None:
    """Send a whole answer."""
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers} | start)
    await send({"type": "http.response.body", "body": body})


class Taking:
    """An application that reads the body and keeps what it saw."""

    def __init__(self) -> None:
        self.scopes: list[Any] = []
        self.bodies: list[bytes | None] = []  # None: the connection broke

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Read, keep, answer with the body."""
        self.scopes.append(scope)
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.bodies.append(None)
                return
            body += message["body"]
            if not message["more_body"]:
                break
        self.bodies.append(body)
        await answer(send, body=body or b"ok")


async def refusing(scope: Any, receive: Any, send: Any) -> None:
    """Answers without a look at the body."""
    await answer(send, 403, b"no", reason="denied: ecr:PutImage [why: abc]")


def test_uvicorn_is_the_one_we_know() -> None:
    assert unmet() == []


def test_another_uvicorn_gets_its_own_protocol_and_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(HttpToolsProtocol, "_start_asgi_task")
    with caplog.at_level(logging.WARNING):
        made = protocol_class(Limits())
    assert made.__module__.startswith("uvicorn.")
    assert "HttpToolsProtocol._start_asgi_task" in caplog.text


async def test_requests_follow_each_other_on_one_connection() -> None:
    app = Taking()
    async with serving(app) as address:
        reader, writer = await asyncio.open_connection(*address)
        for body in (b"one", b"two"):
            writer.write(POST + b"Content-Length: 3\r\n\r\n" + body)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK\r\n")
            assert await reader.readexactly(3) == body
        writer.close()
    assert app.bodies == [b"one", b"two"]


async def test_pipelined_requests_are_answered_in_order() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/0":
            await asyncio.sleep(0.05)
        await answer(send, body=scope["path"].encode())

    requests = b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % number for number in range(8))
    last = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    async with serving(app) as address:
        said = await reply_to(address, requests + last)
    bodies = [part.partition(b"\r\n\r\n")[2] for part in said.split(b"HTTP/1.1 200 OK\r\n")[1:]]
    assert bodies == [b"/0", b"/1", b"/2", b"/3", b"/4", b"/5", b"/6", b"/7", b"/last"]


async def test_a_flood_of_pipelined_requests_is_not_queued() -> None:
    started = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal started
        started += 1
        await asyncio.sleep(0.05)
        await answer(send)

    async with serving(app, Limits(pipeline=4)) as address:
        said = await reply_to(address, GET * 500)
    assert started == said.count(b"200 OK") == 1


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 100 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + (b"X: " + b"y" * 1000 + b"\r\n") * 70 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 70_000,  # it never ends
        b"GET /" + b"x" * 70_000,
    ],
)
async def test_a_head_too_large_is_431(head: bytes) -> None:
    app = Taking()
    async with serving(app) as address:
        pieces = [head[at : at + 20_000] for at in range(0, len(head), 20_000)]
        said = await reply_to(address, *pieces)
    assert said.startswith(b"HTTP/1.1 431 ")
    assert app.scopes == []


async def test_a_head_just_within_the_limits_is_served() -> None:
    async with serving(Taking()) as address:
        lines = b"".join(b"X-%d: %s\r\n" % (number, b"y" * 600) for number in range(98))
        said = await reply_to(address, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + lines + b"\r\n")
    assert said.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\n"])
async def test_a_slow_head_is_408(sent: bytes) -> None:
    async with serving(Taking(), Limits(head_seconds=0.1)) as address:
        said = await reply_to(address, sent)
    assert said.startswith(b"HTTP/1.1 408 ")


async def test_a_head_that_trickles_is_408() -> None:
    async with serving(Taking(), Limits(head_seconds=0.1)) as address:
        reader, writer = await asyncio.open_connection(*address)
        begun = time.monotonic()
        for byte in GET[:-1]:
            writer.write(bytes([byte]))
            await asyncio.sleep(0.02)
            if time.monotonic() - begun > 0.3:
                break
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_half_a_next_request_does_not_end_the_answer_before_it() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.3)
        await answer(send)

    async with serving(app, Limits(head_seconds=0.1)) as address:
        said = await reply_to(address, GET + b"GET / HT")
    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"HTTP/1.1 408 " in said


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        (POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
        (POST + b"Content-Length: 3, 3\r\n\r\nabc", 400),
        (POST + b"Content-Length: +3\r\n\r\nabc", 400),
        (POST + b"Content-Length: -3\r\n\r\nabc", 400),
        (POST + b"Content-Length: 0x3\r\n\r\nabc", 400),
        (POST + b"Transfer-Encoding: identity\r\n\r\nabc", 501),
        (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
        (b"GET / HTTP/1.1\nHost: a\n\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        (b"GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),  # TLS
    ],
)
async def test_what_could_be_read_in_two_ways_is_not_read(request_: bytes, status: int) -> None:
    app = Taking()
    async with serving(app) as address:
        said = await reply_to(address, request_ + GET)
    assert said.startswith(b"HTTP/1.1 %d " % status), said
    assert said.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in said
    assert app.scopes == []


async def test_rubbish_behind_a_good_request_ends_the_connection_after_its_answer() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.05)
        await answer(send)

    async with serving(app) as address:
        said = await reply_to(address, GET + b"rubbish\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert said.endswith(b"ok")


async def test_a_chunked_body_comes_whole_and_its_trailers_are_no_headers() -> None:
    app = Taking()
    body = b"3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nHost: evil\r\nAuthorization: evil\r\n\r\n"
    async with serving(app) as address:
        said = await reply_to(address, POST + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + body)
    assert said.endswith(b"abcde")
    assert app.bodies == [b"abcde"]
    assert [value for name, value in app.scopes[0]["headers"] if name in (b"host", b"authorization")] == [b"a"]


@pytest.mark.parametrize("endless", [b"0\r\nX: ", b"3;"])
async def test_trailers_and_extensions_have_an_end(endless: bytes) -> None:
    app = Taking()
    async with serving(app) as address:
        start = POST + b"Transfer-Encoding: chunked\r\n\r\n" + endless
        said = await reply_to(address, start, *[b"x" * 20_000] * 4)
    assert said.startswith(b"HTTP/1.1 431 ")
    assert app.bodies == [None]


@pytest.mark.parametrize(
    "half",
    [b"Content-Length: 10\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc", b"Content-Length: 10\r\n\r\n"],
)
async def test_half_a_body_is_a_broken_connection(half: bytes) -> None:
    app = Taking()
    async with serving(app) as address:
        assert await reply_to(address, POST + half, eof=True) == b""
        await asyncio.sleep(0.05)
    assert app.bodies == [None]


async def test_a_broken_chunk_is_400_and_a_broken_connection_to_the_application() -> None:
    app = Taking()
    async with serving(app) as address:
        said = await reply_to(address, POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", b"zz\r\n")
        await asyncio.sleep(0.05)
    assert said.startswith(b"HTTP/1.1 400 ")
    assert app.bodies == [None]


async def test_a_body_waits_for_its_reader_in_bounded_memory() -> None:
    most, total = 0, 16 * 1024 * 1024

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal most
        exchange: Exchange = receive.__self__
        got, more = 0, True
        while more:
            message = await receive()
            got += len(message["body"])
            more = message["more_body"]
            if got % 7 == 0:
                await asyncio.sleep(0.001)
            most = max(most, exchange._buffered)
        await answer(send, body=str(got).encode())

    async with serving(app) as address:
        head = POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % total
        said = await reply_to(address, head + b"\0" * total)
    assert said.endswith(str(total).encode())
    assert 0 < most < 2 * 1024 * 1024


async def test_the_client_is_told_to_go_on_only_when_the_body_is_wanted() -> None:
    head = POST + b"Content-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    async with serving(Taking()) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(head)
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"abc")
        assert (await reader.read()).endswith(b"abc")
        writer.close()
    async with serving(refusing) as address:
        said = await reply_to(address, head)
    assert said.startswith(b"HTTP/1.1 403 ")
    assert b"100 Continue" not in said


async def test_a_refusal_reaches_a_client_that_is_still_sending() -> None:
    loop = asyncio.get_running_loop()
    async with serving(refusing) as address:
        with socket.socket() as client:
            client.setblocking(False)
            await loop.sock_connect(client, address)
            await loop.sock_sendall(client, POST + b"Content-Length: 100000000\r\n\r\n")
            # It sends on, and looks for an answer only later: a reset would have thrown the answer away.
            for _ in range(20):
                await loop.sock_sendall(client, b"x" * 65536)
                await asyncio.sleep(0.01)
            said = b""
            while piece := await loop.sock_recv(client, 65536):
                said += piece
    assert said.startswith(b"HTTP/1.1 403 denied: ecr:PutImage [why: abc]\r\n")
    assert b"connection: close\r\n" in said
    assert said.endswith(b"\r\n\r\nno")


async def test_a_refusal_keeps_the_connection_when_there_is_no_body() -> None:
    async with serving(refusing) as address:
        reader, writer = await asyncio.open_connection(*address)
        for _ in range(2):
            writer.write(GET)
            assert b"connection: close" not in await reader.readuntil(b"no")
        writer.close()


async def test_a_lingering_connection_ends_by_itself() -> None:
    async with serving(refusing, Limits(linger_seconds=0.1)) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(POST + b"Content-Length: 9\r\n\r\n")
        assert (await reader.read()).endswith(b"no")
        await asyncio.sleep(0.3)
        with pytest.raises(ConnectionError):
            for _ in range(100):
                writer.write(b"x" * 100_000)
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()


async def test_a_reason_is_one_short_line_of_ascii() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert "dockreeve.reason" in scope["extensions"]
        await answer(send, 403, reason="ä\r\nSet-Cookie: x\0" + "y" * 500)

    async with serving(app) as address:
        said = await reply_to(address, GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    first = said.partition(b"\r\n")[0]
    assert first.startswith(b"HTTP/1.1 403 ? Set-Cookie: x?yyy")
    assert len(first) < 250
    assert b"\r\nSet-Cookie" not in said


@pytest.mark.parametrize("header", [(b"x", b"a\r\nset-cookie: b"), (b"x y", b"a"), (b"x", b"a\0")])
async def test_a_header_cannot_be_split(header: tuple[bytes, bytes]) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send, headers=[header])

    async with serving(app) as address:
        said = await reply_to(address, GET)
    assert said.startswith(b"HTTP/1.1 500 ")
    assert b"set-cookie" not in said


async def test_one_connection_too_many_is_503() -> None:
    async with serving(Taking(), Limits(connections=2)) as address:
        held = [await asyncio.open_connection(*address) for _ in range(2)]
        await asyncio.sleep(0.05)
        assert (await reply_to(address)).startswith(b"HTTP/1.1 503 ")
        held[0][1].close()
        await asyncio.sleep(0.05)
        assert (await reply_to(address, GET.replace(b"Host", b"Connection: close\r\nHost"))).startswith(
            b"HTTP/1.1 200 "
        )
        held[1][1].close()


async def test_an_upgrade_is_answered_as_plain_http_and_closes() -> None:
    async with serving(Taking()) as address:
        said = await reply_to(
            address, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + GET
        )
    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert said.count(b"HTTP/1.1 ") == 1


async def test_an_http_1_0_client_is_served_and_closed() -> None:
    async with serving(Taking()) as address:
        assert (await reply_to(address, b"GET / HTTP/1.0\r\n\r\n")).endswith(b"ok")


# files by sendfile


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """A file of 20 MiB."""
    path = tmp_path / "big"
    path.write_bytes(os.urandom(1024 * 1024) * 20)
    return path


def content(path: Path) -> bytes:
    """What the file holds."""
    return path.read_bytes()


def sending(path: Path, *, offset: int = 0, count: int | None = None, said: int | None = None) -> App:
    """An application that sends a part of a file."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert "http.response.zerocopysend" in scope["extensions"]
        length = len(content(path)) - offset if count is None else count
        headers = [(b"content-length", str(said or length).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        with FileIO(path) as file:
            await send({"type": "http.response.zerocopysend", "file": file, "offset": offset, "count": length})

    return app


@pytest.mark.parametrize(("offset", "count"), [(0, None), (5, 1), (1024 * 1024 + 3, 3 * 1024 * 1024)])
async def test_a_file_arrives_as_it_is(big: Path, offset: int, count: int | None) -> None:
    expected = content(big)[offset:][:count]
    async with serving(sending(big, offset=offset, count=count)) as address:
        reader, writer = await asyncio.open_connection(*address)
        for _ in range(2):  # and leaves the connection in good order
            writer.write(GET)
            await reader.readuntil(b"\r\n\r\n")
            assert await reader.readexactly(len(expected)) == expected
        writer.close()


async def test_a_file_comes_behind_what_was_written_before_it(big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[int] = []  # what the transport still held when the file's turn came
    transports: list[Any] = []
    pump = sendfile.Pump.send

    async def watched(self: sendfile.Pump, offset: int, count: int) -> None:
        left.append(transports[0].get_write_buffer_size())
        await pump(self, offset, count)

    monkeypatch.setattr(sendfile.Pump, "send", watched)
    before, count = b"before" * 20_000, 100_000
    expected = before + content(big)[:count]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        transports.append(send.__self__.transport)
        headers = [(b"content-length", str(len(expected)).encode()), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": before, "more_body": True})
        with FileIO(big) as file:
            await send({"type": "http.response.zerocopysend", "file": file, "offset": 0, "count": count})

    loop, got = asyncio.get_running_loop(), b""
    # Small buffers and a slow reader: the transport still holds a part back when the file's turn comes.
    async with serving(app, buffer=4096) as address:
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setblocking(False)
            await loop.sock_connect(client, address)
            await loop.sock_sendall(client, GET)
            while piece := await loop.sock_recv(client, 4096):
                got += piece
                await asyncio.sleep(0.001)
    assert got.partition(b"\r\n\r\n")[2] == expected
    assert left == [0]


async def test_head_sends_no_file(big: Path) -> None:
    async with serving(sending(big)) as address:
        said = await reply_to(address, b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert said.endswith(b"\r\n\r\n")


async def test_many_slow_readers_get_their_files(big: Path) -> None:
    expected = content(big)

    async def slow() -> bool:
        reader, writer = await asyncio.open_connection(*address, limit=16 * 1024)
        writer.write(GET)
        await reader.readuntil(b"\r\n\r\n")
        got = b""
        while len(got) < 200_000:
            got += await reader.read(20_000)
            await asyncio.sleep(0.002)
        got += await reader.readexactly(len(expected) - len(got))
        writer.close()
        return got == expected

    async with serving(sending(big)) as address:
        assert all(await asyncio.gather(*[slow() for _ in range(8)]))


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


async def _freed(before: int) -> None:
    for _ in range(200):
        if _open_files() <= before:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("files stayed open")


async def test_a_reader_that_leaves_frees_everything(big: Path) -> None:
    async with serving(sending(big)) as address:
        before = _open_files()
        for _ in range(5):
            reader, writer = await asyncio.open_connection(*address)
            writer.write(GET)
            await reader.readuntil(b"\r\n\r\n")
            writer.transport.abort()
        await _freed(before)


async def test_a_cancelled_send_frees_everything(big: Path) -> None:
    tasks: list[asyncio.Task[Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        tasks.append(asyncio.current_task())  # type: ignore[arg-type]
        await sending(big)(scope, receive, send)

    async with serving(app) as address:
        before = _open_files()
        reader, writer = await asyncio.open_connection(*address)
        writer.write(GET)
        await reader.readuntil(b"\r\n\r\n")
        tasks[0].cancel()
        await asyncio.wait(tasks)
        writer.transport.abort()
        await _freed(before)


async def _reads_nothing(address: tuple[str, int]) -> float:
    """Seconds until the server gives up a client that doesn't read."""
    client = socket.create_connection(address)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.sendall(GET)
    begun = time.monotonic()
    client.setblocking(False)
    try:
        while time.monotonic() - begun < 5:
            await asyncio.sleep(0.05)
            try:
                client.send(b"")
                if client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                    break
            except ConnectionError:
                break
    finally:
        client.close()
    return time.monotonic() - begun


async def test_a_download_that_stands_still_is_cut(big: Path) -> None:
    async with serving(sending(big), Limits(stall_seconds=0.3)) as address:
        assert 0.2 < await _reads_nothing(address) < 4


async def test_an_answer_in_pieces_that_stands_still_is_cut() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(200):
            await send({"type": "http.response.body", "body": b"x" * 1024 * 1024, "more_body": True})

    async with serving(app, Limits(stall_seconds=0.3)) as address:
        assert 0.2 < await _reads_nothing(address) < 4


async def test_a_slow_download_that_moves_is_not_cut(big: Path) -> None:
    size = 3 * 1024 * 1024
    async with serving(sending(big, count=size), Limits(stall_seconds=0.4), buffer=256 * 1024) as address:
        loop = asyncio.get_running_loop()
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
            client.setblocking(False)
            await loop.sock_connect(client, address)
            await loop.sock_sendall(client, GET)
            got, begun = 0, time.monotonic()
            while got < size and time.monotonic() - begun < 1.5:  # several times the limit
                got += len(await loop.sock_recv(client, 4096))
                await asyncio.sleep(0.02)
            while got < size:
                piece = await loop.sock_recv(client, 1024 * 1024)
                assert piece, "it was cut"
                got += len(piece)


async def test_a_file_that_ends_early_cuts_the_connection(tmp_path: Path) -> None:
    path = tmp_path / "short"
    path.write_bytes(b"x" * 1000)
    async with serving(sending(path, count=2000)) as address:
        said = await reply_to(address, GET)
    assert said.endswith(b"x" * 1000)


async def test_more_of_a_file_than_promised_is_not_sent(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"x" * 1000)
    async with serving(sending(path, said=10)) as address:
        said = await reply_to(address, GET)
    assert b"xx" not in said


async def test_under_tls_no_file_can_be_sent(tmp_path: Path) -> None:
    offered: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        offered.append(scope["extensions"])
        await answer(send)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path))
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    async with serving(app, tls=context) as address:
        reader, writer = await asyncio.open_connection(*address, ssl=trusting)
        writer.write(GET)
        assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200 OK")
        writer.close()
    assert offered == [{"dockreeve.reason": {}}]


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    ).sign(key, hashes.SHA256())
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
