"""A real server with one repository, and a login to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clients.server import Server

from .pushing import Registry


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server.start()
    server.kill()


@pytest.fixture
def registry(server: Server) -> Registry:
    return Registry.of(server)
