"""A server without its console: the page says so, and keeps to the same rules as every other."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import expect

from dockreeve.doors.console import ConsoleDoor
from dockreeve.doors.http import Place, Request

from .browser import Watched, assert_sound


@pytest.fixture
def without_console(tmp_path: Path) -> Iterator[str]:
    """The console's door with an empty folder behind it; its address."""
    door = ConsoleDoor(Place("123456789012", "us-east-1"), tmp_path)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await door(Request(scope, receive), send)

    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application, ws="none", lifespan="off", log_config=None)
    serving = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(serving.serve(sockets=[listening])))
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    serving.should_exit = True
    thread.join()


def test_a_server_without_its_console_says_what_to_do(watched: Watched, without_console: str) -> None:
    watched.page.goto(f"{without_console}/console/iam/roles")
    expect(watched.page.get_by_role("heading", name="The console is not built")).to_be_visible()
    expect(watched.page.get_by_text("make run")).to_be_visible()
    watched.forget("503", "404")  # the address itself and the icon that browsers ask for
    assert_sound(watched)
