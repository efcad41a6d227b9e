"""How a command serves: an ASGI application on a bound socket, until SIGINT or SIGTERM, and then a clean end."""

import signal
import socket
from typing import Any

import uvicorn


async def serve(application: Any, listening: socket.socket, *, stop_seconds: int, **options: Any) -> None:
    """Serve until told to stop; requests under way get `stop_seconds` to end. Returns, so that the caller can tidy up.

    `options` are further ones of uvicorn's Config.
    """
    config = uvicorn.Config(
        application,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # what a proxy says is believed, or not, where it is used
        timeout_graceful_shutdown=stop_seconds,
        **options,
    )
    # uvicorn raises the signal again once it has stopped; the default action would end the process before the caller
    # has stored what it holds.
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        await uvicorn.Server(config).serve(sockets=[listening])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
