"""Serves an ASGI application by our protocol on a real socket, in the test's own loop."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from dockreeve.doors.limits import Limits
from dockreeve.doors.meter import ConnectionCounts
from dockreeve.doors.protocol import protocol_class

App = Callable[[Any, Any, Any], Awaitable[None]]


@asynccontextmanager
async def serving(
    app: App,
    limits: Limits | None = None,
    tls: ssl.SSLContext | None = None,
    buffer: int = 0,
    counts: ConnectionCounts | None = None,
) -> AsyncIterator[tuple[str, int]]:
    """The protocol with this application on a free port; `buffer`: the size of the sockets' send buffers."""
    state = ServerState()
    config = uvicorn.Config(app, ws="none", lifespan="off", log_config=None, access_log=False, timeout_keep_alive=5)
    config.load()
    made = protocol_class(limits or Limits(), counts)
    assert made is not HttpToolsProtocol
    listening = socket.create_server(("127.0.0.2", 0))  # where no other test's client looks for its own server
    if buffer:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: made(config=config, server_state=state, app_state={}),  # type: ignore[call-arg]
        sock=listening,
        ssl=tls,
    )
    try:
        yield listening.getsockname()
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()  # type: ignore[union-attr]
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=5)
        assert not state.tasks


GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


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
