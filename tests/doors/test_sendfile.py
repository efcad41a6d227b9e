"""Files by sendfile over real sockets: in order, to slow readers, to those who leave, never a part for the whole."""

import asyncio
import datetime
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
from door_server import GET, App, answer, reply_to, serving

from dockreeve.doors import sendfile
from dockreeve.doors.limits import Limits

pytestmark = pytest.mark.slow


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
