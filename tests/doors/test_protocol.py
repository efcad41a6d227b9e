"""Connections over real sockets: limits, smuggling, bodies that break off, files by sendfile."""

import asyncio
import logging
import socket
import time
from typing import Any

import pytest
from door_server import GET, answer, reply_to, serving
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dockreeve.doors.exchange import Exchange
from dockreeve.doors.limits import ARRIVED, TRAFFIC, Limits
from dockreeve.doors.meter import ConnectionCounts
from dockreeve.doors.protocol import protocol_class, unmet

pytestmark = pytest.mark.slow

POST = b"POST / HTTP/1.1\r\nHost: a\r\n"


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


async def test_a_body_in_chunks_can_be_had_by_what_has_arrived() -> None:
    pieces = [bytes([number]) * 999 for number in range(256)] * 20
    calls = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal calls
        body, more = b"", True
        while more:
            message = await receive()
            calls += 1
            more = message["more_body"]
            body += b"".join([message["body"], *(scope["extensions"][ARRIVED]() if more else ())])
            await asyncio.sleep(0.001)
        await answer(send, body=b"whole" if body == b"".join(pieces) else b"other")

    async with serving(app) as address:
        head = POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
        said = await reply_to(address, head + chunks + b"0\r\n\r\n")
    assert said.endswith(b"whole")
    assert calls < len(pieces) / 10


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


async def test_a_download_that_the_stop_cuts_leaves_no_token_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    started = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        started.set()
        await asyncio.sleep(60)

    async with serving(app) as address:
        _, writer = await asyncio.open_connection(*address)
        writer.write(b"GET /layers/sealed-token HTTP/1.1\r\nHost: a\r\n\r\n")
        await started.wait()
        running = [one for one in asyncio.all_tasks() if "run_asgi" in str(one.get_coro())]
        running[0].cancel()
        await asyncio.wait(running)
        writer.close()
    assert "GET /layers/... was cut: the server stops" in caplog.text
    assert "sealed-token" not in caplog.text


async def test_a_stalled_download_is_counted() -> None:
    cut = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not scope[TRAFFIC].disconnected:
            await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
        cut.set()

    counts = ConnectionCounts()
    async with serving(app, Limits(stall_seconds=0.2), buffer=4096, counts=counts) as address:
        _, writer = await asyncio.open_connection(*address, limit=1024)
        writer.write(GET)
        async with asyncio.timeout(10):
            await cut.wait()
        assert (counts.made, counts.refused["stalled_download"]) == (1, 1)
        writer.close()
